package response

import "iter"

// What the client's methods gather from the responses to a command that changes
// messages. It belongs to the caller.

// AppendResult says where APPEND put the messages, as far as the server says so
// (UIDPLUS, RFC 4315 §3).
type AppendResult struct {
	UIDValidity uint32 // of the mailbox; zero: not known
	UIDs        UIDSet // one for each message
}

// UID returns the UID of the message, or of the first one; zero: not known.
func (r *AppendResult) UID() UID {
	uid, _ := r.UIDs.Min()
	return uid
}

// CopyResult says where COPY or MOVE put the messages, as far as the server says so
// (UIDPLUS, RFC 4315 §3).
type CopyResult struct {
	UIDValidity   uint32        // of the destination; zero: not known
	Source        UIDSet        // the UIDs in the selected mailbox; empty: not known
	Dest          UIDSet        // the UIDs in the destination; empty: not known
	HighestModSeq uint64        // of the selected mailbox, after MOVE; zero: not stated
	Codes         []CopyUIDCode // as the server sent them; MOVE may be answered with several
}

// Pairs iterates over the messages in the server's order: the UID that one had in the
// selected mailbox, and that of its copy in the destination. There are none if the
// server has not said.
func (r *CopyResult) Pairs() iter.Seq2[UID, UID] {
	return func(yield func(UID, UID) bool) {
		for _, code := range r.Codes {
			for source, dest := range code.Pairs() {
				if !yield(source, dest) {
					return
				}
			}
		}
	}
}

// ExpungeResult says which messages are gone, also those that others have removed
// meanwhile.
type ExpungeResult struct {
	SeqNums       []SeqNum // as the server sent them: each counts after the removals before it (RFC 9051 §7.5.1)
	UIDs          UIDSet   // in place of SeqNums with QRESYNC or UIDONLY enabled (RFC 7162 §3.2.10, RFC 9586 §3.4)
	HighestModSeq uint64   // of the mailbox, after the removals (RFC 7162 §3.2.7, §3.2.9); zero: not stated
}

// StoreResult is what STORE has done.
type StoreResult[N UID | SeqNum] struct {
	Messages      []*Message // with new flags or mod-sequences, as far as they came and could be read
	Modified      Set[N]     // left alone because their mod-sequence is larger than UnchangedSince (RFC 7162 §3.1.3)
	HighestModSeq uint64     // of the mailbox, as the answer states it; zero: not stated
}
