package account

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
)

// OpKind says what an [Op] does.
type OpKind uint8

// The kinds of operations.
const (
	// OpFlags adds the flags Add to the messages, and takes Remove away. Others stay
	// as they are.
	OpFlags OpKind = iota + 1
	// OpMove moves the messages to the mailbox To.
	OpMove
	// OpCopy copies the messages to the mailbox To.
	OpCopy
	// OpExpunge removes the messages for good. It needs UIDPLUS: without, EXPUNGE
	// would remove what others have marked too.
	OpExpunge
	// OpAppend stores Body in the mailbox, with the flags Add and the date Date.
	OpAppend
)

// String returns the name of the kind.
func (k OpKind) String() string {
	if names := [...]string{"", "flags", "move", "copy", "expunge", "append"}; int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("operation %d", k)
}

// Op is a change that a program wants to make in a mailbox.
type Op struct {
	Kind OpKind
	UIDs imap.UIDSet // of the messages; not for OpAppend

	Add, Remove []imap.Flag // for OpFlags; Add for OpAppend too
	To          string      // for OpMove and OpCopy

	Date time.Time // for OpAppend; zero: now, as the server's clock has it
	// Body opens the message and says how long it is, for OpAppend. It may be called
	// several times.
	Body func() (io.ReadCloser, int64, error)

	// Seen, if not nil, is the flags that the user saw when deciding on OpFlags. If
	// the message has others now, nothing is done: the error is a *[ConflictError].
	Seen []imap.Flag

	// Intent is what [Account.Plan] found out before.
	Intent *Intent
}

// Intent is what has to be known of a mailbox before an operation, to find out after
// a broken connection, or a crash, whether it has taken effect. It has a JSON form.
// A program stores it before it calls Apply, with Tried set: an Apply that finds
// Tried set looks first and acts then.
type Intent struct {
	UIDValidity uint32   `json:"uidvalidity"`      // of the mailbox
	ToValidity  uint32   `json:"tovalidity"`       // of the mailbox that gets the messages
	ToNext      imap.UID `json:"tonext"`           // its UIDNEXT
	Prints      []Print  `json:"prints,omitempty"` // of the messages
	Tried       bool     `json:"tried,omitempty"`  // the operation may have been sent
}

// Print is by which a message is recognized under another UID.
type Print struct {
	UID    imap.UID  `json:"uid,omitempty"` // zero: of an OpAppend
	Size   int64     `json:"size"`          // in octets
	Date   time.Time `json:"date,omitzero"` // INTERNALDATE
	Header string    `json:"header"`        // digest of the header
}

// Result is what became of an operation.
type Result struct {
	// Done says that the operation has taken effect.
	Done bool
	// To has the UIDs in the mailbox that got the messages, by UID in the one that
	// they were in; zero for OpAppend. It is as complete as the server's answers.
	To map[imap.UID]imap.UID
	// ToValidity is the UIDVALIDITY of that mailbox; zero: not known.
	ToValidity uint32
	// Messages have the flags after OpFlags, as far as the server said.
	Messages []*imap.Message
	// Err is why it is not done: a *[ConflictError], an *[OutcomeUnknownError],
	// [ErrUIDValidity], a *[imap.StatusError] or another error of the client.
	Err error
}

// ConflictError says that another session has changed a message in a way that the user
// did not see. Nothing was done.
type ConflictError struct {
	UID         imap.UID
	Base        []imap.Flag // what the user saw
	Add, Remove []imap.Flag // what the user wanted
	Theirs      []imap.Flag // what is there now
}

// Error returns the flags.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("account: conflict at message %d: it had %v, has %v", e.UID, e.Base, e.Theirs)
}

// OutcomeUnknownError says that an operation may have taken effect, and that it was
// not possible to find out. It is not repeated, because that might double or lose a
// message. It unwraps to the error that the operation ended with.
type OutcomeUnknownError struct {
	Op    Op
	Facts []string // what was found
	Err   error
}

// Error returns the facts.
func (e *OutcomeUnknownError) Error() string {
	return fmt.Sprintf("account: outcome of %v unknown (%s): %v", e.Op.Kind, strings.Join(e.Facts, "; "), e.Err)
}

// Unwrap returns the error that the operation ended with.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }
