package response

import (
	"io"
	"sync/atomic"
)

// Limits bounds what a server can make the client keep. Zero means the default.
type Limits struct {
	// Line is the longest response in octets, without the literals that are
	// read on their own. A longer one ends the connection. Default 16 MiB.
	Line int64

	// Memory is how much one response may take in memory when it has been read, in
	// octets, without the literals that are read on their own: a few octets of a list
	// can take a hundred. Of a FETCH response, the item that takes more is lost, else
	// the response; the error is a *[ParseError] that wraps a *[LimitError], and the
	// connection goes on. Default four times Line, and at least 1 MiB.
	Memory int64
}

const (
	defaultLine = 16 << 20
	leastMemory = 1 << 20
	// smallWindow is what a connection that has nothing to read keeps.
	smallWindow = 1 << 10
	// fullWindow is what a read asks the connection for while data keeps
	// coming. Larger ones gain nothing for what is parsed and cost cache.
	fullWindow = 64 << 10
	// textWindow is the same while large literals keep coming, which are
	// only passed on: there it saves a quarter of the time, or more.
	textWindow = 256 << 10
	// keptWindow is the largest window that is kept for the next long response.
	keptWindow = 2 << 20
	// inlineLiteral is the largest literal of a section that is read into the
	// window with the response around it. Larger ones are read on their own,
	// into the memory that the caller gets or past it.
	inlineLiteral = 4 << 10
	// keepRaw is how much of a malformed response is kept for its error.
	keepRaw = 64 << 10
)

// Reader reads responses from a connection.
//
//	buf[0:start] spent   buf[start:scan] the response, as far as its lines are known
//	buf[scan:end] unread buf[end:cap] free        0 ≤ start ≤ scan ≤ end ≤ cap
//
// Parsing begins when the response is complete in buf, so that a read that fails
// for a time (a deadline that ends, say) loses nothing: the next one goes on
// where it stopped. The one exception are large literals of sections: there, a
// response is returned up to the literal, and continues after it.
//
// A Reader is used by one goroutine at a time.
type Reader struct {
	// OnLine, if set, is called with each response before it is parsed: all of
	// it without the last CRLF, or what came since a literal that was handed out.
	// The octets are valid during the call.
	OnLine func([]byte)

	src              io.Reader
	buf              []byte
	start, scan, end int
	lf               int  // the next end of a line, if it lies after scan
	full             bool // the last read filled the window: more is coming
	line             int  // where the line begins that scan stands in
	folds            int  // lines that were joined to the response that is being read
	otherRows        int  // that are not tried with messageRow, as one had items beyond it
	limits           Limits
	utf8             bool
	text             textKind // of the response that is being read

	mem   memory
	arena *Arena // of which messages are made; nil: they are made of mem
	parse parser

	search  *searchState // of a SEARCH response that is read in pieces
	ahead   int          // octets without a number that ends: they are looked at again when there are so many
	fetch   fetchState   // of a response that was handed out up to a literal
	partial bool         // there is such a response
	large   bool         // the last response was longer than largeRow
	stopped atomic.Bool
	lit     LiteralReader
	texts   int64       // octets of its literals so far
	broken  *ParseError // it broke the grammar: what follows is skipped
}

// textKind says whether a line that ends like the announcement of a literal
// announces one: human text may end so too.
type textKind uint8

const (
	textUnknown textKind = iota
	textNo               // data: it does
	textCode             // a response code that is not closed yet: it does
	textYes              // human text: it doesn't
)

// NewReader returns a Reader of src.
func NewReader(src io.Reader, limits Limits) *Reader {
	if limits.Line <= 0 {
		limits.Line = defaultLine
	}
	if limits.Memory <= 0 {
		limits.Memory = max(4*limits.Line, leastMemory)
	}
	return &Reader{src: src, limits: limits}
}

// Stop makes the Reader end: a method that reads returns [ErrStopped] from now on,
// also one that is in the middle of a long response. One that waits for the
// source ends when that returns, so that it should be closed too. Stop may be
// called from any goroutine.
func (r *Reader) Stop() { r.stopped.Store(true) }

// SetUTF8 says whether mailbox names are UTF-8, which they are after ENABLE
// UTF8=ACCEPT or IMAP4rev2, or else modified UTF-7 (RFC 6855 §3, RFC 9051 §5.1).
func (r *Reader) SetUTF8(on bool) { r.utf8 = on }

// Buffered returns how many octets have been read and not yet been parsed.
func (r *Reader) Buffered() int { return r.end - r.start }

// Within reports whether a response has arrived in part: octets of it have been read,
// and the rest is to come.
func (r *Reader) Within() bool {
	return r.start != r.end || r.partial || r.search != nil || r.lit.left > 0
}

// Unread returns those octets, valid until the next read: what a switch of the
// transport has to take over.
func (r *Reader) Unread() []byte { return r.buf[r.start:r.end] }

// Reset makes the Reader go on with another source, forgetting what was
// buffered.
func (r *Reader) Reset(src io.Reader) {
	r.src = src
	r.start, r.scan, r.line, r.end, r.lf = 0, 0, 0, 0, 0
	r.text, r.folds = textUnknown, 0
	r.partial, r.broken, r.texts, r.search, r.ahead = false, nil, 0, nil, 0
	r.lit.left = 0
}

// Release gives back the memory of the window, and what was kept for parsing, if
// nothing is buffered.
func (r *Reader) Release() {
	if r.start != r.end || r.partial || r.search != nil {
		return
	}
	r.mem = memory{}
	r.parse = parser{}
	r.fetch = fetchState{}
	if len(r.buf) > smallWindow {
		r.buf = nil
		r.start, r.scan, r.line, r.end, r.lf = 0, 0, 0, 0, 0
		r.full = false
	}
}

// Detach leaves the memory of the window to the caller that was lent a piece of it by
// [LiteralReader.Next], and goes on in a new one.
func (r *Reader) Detach() { r.grow(max(len(r.buf), smallWindow)) }

// Ready reports whether the next response is complete in memory, so that Read
// won't wait.
func (r *Reader) Ready() bool {
	if r.lit.left > 0 || !r.findLF() {
		return false
	}
	line := trimCRLF(r.buf[r.scan : r.lf+1])
	if r.partial && len(line) == 0 {
		return false // it goes on with the next line
	}
	if next := r.lf + 1; (next == r.end || isWSP(r.buf[next])) && r.endsInQuotes(next) {
		return false // it may go on, or does, and not be there in whole
	}
	return len(line) == 0 || line[len(line)-1] != '}'
}

// Read returns the next response. What a Response points to belongs to the
// caller, but for Text, which is valid until the next call. After an error
// other than a timeout of the source, the Reader is of no use any more.
func (r *Reader) Read() (Response, error) {
	var resp Response
	err := r.ReadInto(&resp)
	return resp, err
}

// ReadInto is Read for a Response of the caller, which it overwrites.
func (r *Reader) ReadInto(resp *Response) error {
	*resp = Response{}
	if d := r.ReadRow(); d != nil {
		resp.Kind, resp.Data = Untagged, d
		return nil
	}
	if err := r.lit.discard(); err != nil {
		return err
	}
	for {
		atLiteral, err := r.frame()
		if err != nil {
			return err
		}
		b := r.buf[r.start:r.scan]
		if r.stopped.Load() {
			return ErrStopped
		}
		if r.OnLine != nil {
			r.OnLine(trimCRLF(b))
		}
		handed := true
		switch {
		case atLiteral:
			handed = r.readToLiteral(resp, b)
		case r.partial:
			r.readBehindLiteral(resp, trimCRLF(b))
		case r.search != nil:
			r.readSearch(resp, trimCRLF(b))
		default:
			r.readWhole(resp, trimCRLF(b))
		}
		if r.stopped.Load() {
			return ErrStopped
		}
		r.start, r.line, r.text, r.folds = r.scan, r.scan, textUnknown, 0
		if r.partial {
			r.text = textNo
		}
		if handed {
			return nil
		}
		if err := r.lit.discard(); err != nil {
			return err
		}
	}
}
