package imap

import (
	"cmp"
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// StoreOptions are the settings of STORE. Nil and the zero value are the
// defaults.
type StoreOptions struct {
	// Silent asks the server not to send the new flags. It may do so all the same.
	Silent bool
	// UnchangedSince leaves messages alone whose mod-sequence is larger: they
	// are in StoreResult.Modified. Zero: none. Needs CONDSTORE (RFC 7162 §3.1.3).
	UnchangedSince uint64
	// Saved takes the result that the last SEARCH saved in place of the set.
	// Needs SEARCHRES (RFC 5182 §2.1) or IMAP4rev2.
	Saved bool
	// GmailLabels changes labels in place of flags. Needs X-GM-EXT-1.
	GmailLabels []string
}

// StoreResult is what STORE has done. It belongs to the caller.
type StoreResult[N UID | SeqNum] struct {
	Messages []*Message // with their new flags or mod-sequences, as far as they came and could be read: see [ParseErrorData]
	// HighestModSeq is the mod-sequence of the mailbox that the answer states; zero:
	// none.
	HighestModSeq uint64
	Modified      response.Set[N] // left alone because of UnchangedSince
}

// UIDStore changes flags of messages named by UID (RFC 9051 §6.4.6, §6.4.9): op
// is StoreAdd, StoreRemove or StoreSet. An empty set asks for nothing, and
// nothing is sent. UIDs that do not exist are passed over.
//
// A set that is too long for one command, or names more messages than the server
// changes at once (MESSAGELIMIT, RFC 9738), is split into several commands: if a later
// one fails, the result has what came before, beside the error.
func (c *Client) UIDStore(ctx context.Context, uids UIDSet, op StoreOp, flags []Flag, opts *StoreOptions) (*StoreResult[UID], error) {
	return store(ctx, c, commands.UIDStore{Set: uids, Op: op, Flags: flags}, opts)
}

// Store is [Client.UIDStore] with message sequence numbers. A set that is too long for
// one command is an *[ArgumentError].
func (c *Client) Store(ctx context.Context, seqs SeqSet, op StoreOp, flags []Flag, opts *StoreOptions) (*StoreResult[SeqNum], error) {
	return store(ctx, c, commands.SeqStore{Set: seqs, Op: op, Flags: flags}, opts)
}

func store[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Store[N], opts *StoreOptions) (*StoreResult[N], error) {
	if cmd.Set.Empty() && (opts == nil || !opts.Saved) {
		return &StoreResult[N]{}, nil
	}
	if opts != nil {
		cmd.Silent, cmd.UnchangedSince, cmd.Saved, cmd.GmailLabels = opts.Silent, opts.UnchangedSince, opts.Saved, opts.GmailLabels
		if err := c.require(cmd.Name(), opts.needs()...); err != nil {
			return nil, err
		}
	}
	col := &storeCollector{c: c}
	var err error
	if uids, ok := asUIDs(cmd.Set); ok && !cmd.Saved {
		col.owned = func(m *Message) bool { return m.UID == 0 || uids.Contains(m.UID) || uids.Dynamic() }
		err = c.split(ctx, uids, true, col, func(piece UIDSet) commands.Command {
			cmd := cmd
			cmd.Set, _ = any(piece).(response.Set[N])
			return cmd
		})
	} else {
		col.owned = func(m *Message) bool { return cmd.Saved || cmd.Set.Contains(N(m.SeqNum)) || cmd.Set.Dynamic() }
		if err = checkSeqs(cmd.Name(), cmd.Set); err == nil {
			err = c.runOnce(ctx, cmd, col)
		}
	}
	c.mu.Lock() // the answer to an abandoned command still comes
	res := &StoreResult[N]{Messages: col.messages, Modified: as[N](col.modified.Clone()), HighestModSeq: col.highest}
	c.mu.Unlock()
	if err != nil && len(res.Messages) == 0 && res.Modified.Empty() {
		return nil, err
	}
	return res, cmp.Or(err, col.bad)
}

// needs returns the capabilities that a STORE needs.
func (o *StoreOptions) needs() (caps []Cap) {
	if o.UnchangedSince != 0 {
		caps = append(caps, CapCondStore)
	}
	if o.Saved {
		caps = append(caps, response.CapSearchRes)
	}
	if o.GmailLabels != nil {
		caps = append(caps, CapGmailExt1)
	}
	return caps
}

// storeCollector takes the new flags of the messages that were changed.
type storeCollector struct {
	noCollector
	c        *Client
	owned    func(*Message) bool
	messages []*Message
	seen     SeqSet
	modified UIDSet
	highest  uint64
	bad      error // MODIFIED could not be read
}

func (s *storeCollector) claim(d response.Data) bool {
	s.highest = highest(d, s.highest)
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.ModifiedCode); ok {
			s.modified.AddSet(code.Nums)
			return true
		}
		if st.HasCode(response.CodeModified) {
			s.bad = &ParseError{Response: "MODIFIED", Raw: []byte(st.CodeArgs), Rule: "sequence-set"}
			return true
		}
	}
	return false
}

func (s *storeCollector) owns(m *Message) bool {
	return (s.asked(m) || m.Items&(response.ItemFlags|response.ItemModSeq) != 0 && len(m.Sections) == 0) && s.owned(m)
}

// asked reports whether m has nothing beyond what an answer to STORE has: otherwise it
// belongs to a FETCH for the same message, if there is one.
func (s *storeCollector) asked(m *Message) bool {
	return m.Items&^(unsolicited|response.ItemGmailLabels) == 0
}

// has reports whether the message has come already.
func (s *storeCollector) has(m *Message) bool {
	return m.SeqNum != 0 && s.seen.Contains(m.SeqNum)
}

func (s *storeCollector) row(m *Message, err error, _ bool) {
	if err != nil {
		s.c.lostLocked(err)
		return
	}
	s.messages = append(s.messages, m)
	if m.SeqNum != 0 && len(s.seen.Ranges()) < maxSeen {
		s.seen.AddNum(m.SeqNum)
	}
}
