package imap

import "github.com/seed-090b04e4/imap/response"

// collector takes the responses that belong to one command. Its methods are called
// in the order of the wire, with Client.mu held: they must not wait, nor issue
// commands. A collector embeds noCollector and overrides what it needs.
type collector interface {
	// begin is called when the command is about to be written.
	begin(w *call)
	// claim takes d, which is not a message, if it belongs to the command.
	claim(d response.Data) bool
	// lost takes the error of a response that could not be read, of which m is
	// what could be, if it may have belonged to the command. m is nil unless the
	// response is a message.
	lost(m *Message, err *ParseError) bool

	// owns reports whether m belongs to the command, and has whether the command
	// has got that message already.
	owns(m *Message) bool
	has(m *Message) bool
	// asked reports whether the command asked for each section of m, which it owns.
	asked(m *Message) bool
	// row takes a message that it owns, whole or with the error of what was lost
	// of it. continues says that parts of it were handed out before.
	row(m *Message, err error, continues bool)
	// expunged is called when the message with that number has been removed.
	expunged(n SeqNum)
	// flush is called before the command ends with its tagged answer.
	flush()
}

// noCollector takes nothing.
type noCollector struct{}

func (noCollector) begin(*call)                     {}
func (noCollector) claim(response.Data) bool        { return false }
func (noCollector) lost(*Message, *ParseError) bool { return false }
func (noCollector) owns(*Message) bool              { return false }
func (noCollector) asked(*Message) bool             { return true }
func (noCollector) has(*Message) bool               { return false }
func (noCollector) row(*Message, error, bool)       {}
func (noCollector) expunged(SeqNum)                 {}
func (noCollector) flush()                          {}

// highest is the HIGHESTMODSEQ of a command's answer (RFC 7162 §3.1.2.1).
func highest(d response.Data, known uint64) uint64 {
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.HighestModSeqCode); ok {
			return code.ModSeq
		}
	}
	return known
}

// dataCollector takes all responses of one type.
type dataCollector[T response.Data] struct {
	noCollector
	all    []T
	accept func(T) bool // nil: every one
	rule   string       // the name that the error of a broken response has
	bad    *ParseError
}

func (d *dataCollector[T]) claim(data response.Data) bool {
	v, ok := data.(T)
	if !ok || d.accept != nil && !d.accept(v) {
		return false
	}
	d.all = append(d.all, v)
	return true
}

func (d *dataCollector[T]) lost(_ *Message, err *ParseError) bool {
	if d.rule == "" || err.Response != d.rule || d.bad != nil {
		return false
	}
	d.bad = err
	return true
}

// notSent is the error of a command that was answered OK without the response that its
// answer must have.
func notSent(response string) error {
	return &ParseError{Response: response, Msg: "the server did not send " + response}
}

func (d *dataCollector[T]) err() error {
	if d.bad != nil {
		return d.bad
	}
	return nil
}
