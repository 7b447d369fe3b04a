package commands

// Effects describes what a command means to other commands that run at the same
// time: whether their answers would become ambiguous (RFC 9051 §5.5, RFC 3501
// §5.5). A set of running commands has the union of their effects.
type Effects uint32

// The table that [Conflicts] applies, with the bit of each command:
//
//	command                      bits
//	FETCH, STORE                 Selected, SeqNums
//	SEARCH, SORT, THREAD         Selected, SeqNums
//	UID FETCH, STORE, SEARCH …   Selected, MayExpunge; SeqNums with such a search key
//	COPY, MOVE, REPLACE          Selected, SeqNums, MayExpunge
//	UID COPY, MOVE, EXPUNGE …    Selected, MayExpunge
//	CHECK, EXPUNGE               Selected, MayExpunge
//	SELECT, EXAMINE              Reselects, MayExpunge
//	CLOSE, UNSELECT              Selected, Reselects
//	NOOP, STATUS, LIST, APPEND … MayExpunge
//	LOGIN, STARTTLS, ENABLE,
//	IDLE, COMPRESS, LOGOUT …     Barrier
//
// and besides:
//
//	FETCH of FLAGS or MODSEQ, SEARCH for flags        ReadsFlags
//	STORE, FETCH that sets \Seen                      WritesFlags
//	SEARCH without RETURN, SORT, THREAD, LIST, LSUB,
//	NAMESPACE, ID, CAPABILITY                         Answers… of their kind
//	STATUS; LIST, NOTIFY with STATUS                  NamedStatus; AnyStatus
//	GETMETADATA; LIST with METADATA                   NamedMetadata; AnyMetadata
//	SEARCH with SAVE; a command with "$"              SavesResult; UsesSaved
//
// EXPUNGE, COPY and MOVE depend on flags, but are not ReadsFlags: the RFC calls
// STORE + COPY + EXPUNGE valid, because servers must execute commands in order if
// they would otherwise interfere. The RFC's other valid sequence, FETCH + STORE +
// SEARCH + CHECK, is about EXPUNGE only: if its FETCH or SEARCH looks at flags, it
// waits for the STORE.
//
// Whether two commands use the same mailbox name (CREATE, then APPEND) is not in
// the table: the server executes them in the order in which they were sent.
const (
	Selected    Effects = 1 << iota // works on the selected mailbox
	Reselects                       // selects another mailbox, or none
	SeqNums                         // the command or its answer has message sequence numbers
	MayExpunge                      // permits EXPUNGE responses: anything but FETCH, STORE, SEARCH
	ReadsFlags                      // its answer depends on flags
	WritesFlags                     // changes flags
	Barrier                         // runs alone

	// Answers that name neither the tag nor an object that belongs to one command:
	// two of the same kind cannot be distinguished.

	AnswersSearch     // with SEARCH
	AnswersSort       // with SORT
	AnswersThread     // with THREAD
	AnswersList       // with LIST
	AnswersLSub       // with LSUB
	AnswersNamespace  // with NAMESPACE
	AnswersID         // with ID
	AnswersCapability // with CAPABILITY

	// STATUS responses name their mailbox, so that many STATUS commands may run. A
	// LIST that asks for STATUS gets those of mailboxes that no command named.

	NamedStatus // is answered with the STATUS of one mailbox
	AnyStatus   // is answered with STATUS of any mailboxes

	// The same holds for METADATA.

	NamedMetadata // is answered with the METADATA of one mailbox
	AnyMetadata   // is answered with METADATA of any mailboxes

	// A command with "$" waits for the SEARCH that saves: if that fails, another result
	// than the one meant may be there still (RFC 5182 §2.1).

	SavesResult // saves the result of a search
	UsesSaved   // "$" stands for messages
)

// answers are the bits of which each conflicts with itself.
const answers = AnswersSearch | AnswersSort | AnswersThread | AnswersList | AnswersLSub |
	AnswersNamespace | AnswersID | AnswersCapability

// Conflicts reports whether a command with the effects next must wait while
// commands with the united effects running are in progress.
func Conflicts(next, running Effects) bool {
	if running == 0 {
		return false
	}
	both := func(n, r Effects) bool { return next&n != 0 && running&r != 0 }
	return (next|running)&Barrier != 0 ||
		both(SeqNums, MayExpunge) ||
		// Responses that arrive while a SELECT runs are about the new mailbox.
		both(Reselects, Selected|Reselects|MayExpunge) || both(Selected, Reselects) ||
		both(ReadsFlags|WritesFlags, WritesFlags) || both(WritesFlags, ReadsFlags) ||
		next&running&answers != 0 ||
		both(NamedStatus, AnyStatus) || both(AnyStatus, NamedStatus) ||
		both(SavesResult|UsesSaved, SavesResult) || both(SavesResult, UsesSaved) ||
		both(NamedMetadata, AnyMetadata) || both(AnyMetadata, NamedMetadata)
}
