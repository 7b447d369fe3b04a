package imap

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// partSource reads a part as it is stored, piece by piece. What the server says of a
// piece is compared with what was asked for: some servers pay no regard to the range.
type partSource struct {
	c       *Client
	ctx     context.Context // of the caller; pinned to the mailbox
	cancel  context.CancelFunc
	uid     UID
	section Section
	size    int64 // by the body structure; zero: it does not say
	most    int64 // octets at which the part has no end; zero: not known yet

	offset int64           // of the next piece
	rest   []byte          // of the last one
	err    error           // what Read returns after rest; io.EOF at the end
	ahead  []pieceOnItsWay // in their order
	read   int             // pieces that were taken over
	open   bool            // it counts in Client.parts
}

// pieceOnItsWay is a piece that was asked for before it is read.
type pieceOnItsWay struct {
	offset, count int64
	came          chan partPiece
}

var errPartClosed = fmt.Errorf("imap: the reader of the part: %w", fs.ErrClosed)

// partPiece is an answer.
type partPiece struct {
	data  []byte
	full  bool // it is as long as was asked for
	whole bool // it goes to the end of the part
	err   error
}

// openSource checks the arguments, and fetches the first piece.
func (c *Client) openSource(ctx context.Context, uid UID, part Part, begin, offset int64) (*partSource, error) {
	switch {
	case part.BodyStructure == nil:
		return nil, &ArgumentError{Command: "UID FETCH", Argument: "part", Msg: "is not one of a body structure"}
	case offset < 0:
		return nil, &ArgumentError{Command: "UID FETCH", Argument: "offset", Msg: "is negative"}
	}
	s := &partSource{c: c, uid: uid, section: Section{Part: part.Number}, size: max(part.Size, 0), offset: begin}
	if len(part.Number) == 0 {
		s.section.Specifier = response.SpecifierText
	}
	pinned, err := c.pin(ctx, "UID FETCH")
	if err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(pinned)
	if begin > 0 && begin >= s.size && s.size > 0 {
		s.err = io.EOF
		return s, nil
	}
	s.take(s.next())
	if s.err != nil && s.err != io.EOF {
		s.cancel()
		return nil, s.err
	}
	if s.err == nil {
		s.open = true
		c.parts.Add(1)
	}
	return s, nil
}

// settle notes that there is nothing more to fetch, once that is so.
func (s *partSource) settle() {
	if s.open && s.err != nil {
		s.open = false
		s.c.parts.Add(-1)
	}
}

// Read reads octets as they are stored.
func (s *partSource) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for len(s.rest) == 0 {
		if s.err != nil {
			s.cancel()
			return 0, s.err
		}
		s.take(s.next())
		s.settle()
	}
	if s.err == nil {
		s.fetchAhead()
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next returns the piece at s.offset. Pieces on their way that begin elsewhere,
// because the one before them had another length than asked for, are dropped.
func (s *partSource) next() partPiece {
	for len(s.ahead) > 0 {
		a := s.ahead[0]
		if len(a.came) == 0 && s.c.writer.readsHere() {
			return partPiece{err: errAppendAhead}
		}
		s.ahead = s.ahead[1:]
		if p := <-a.came; a.offset == s.offset {
			return p
		}
	}
	if s.c.writer.readsHere() {
		return partPiece{err: errAppendAhead}
	}
	return s.fetch(s.offset, s.count())
}

// count returns how many octets the next piece to be asked for has: few at first,
// as most parts are small and many readers want a beginning, then more.
func (s *partSource) count() int64 {
	if s.read < 2 {
		return partPieceMin
	}
	return partPieceMax
}

// fetchAhead asks for the next pieces while the last one is read: one, and then two,
// so that the line is not idle for a round trip after each. Their goroutines end with
// the answer, or when the reader is closed.
func (s *partSource) fetchAhead() {
	offset := s.offset
	for _, a := range s.ahead {
		offset = a.offset + a.count
	}
	for len(s.ahead) < min(s.read, 2) && (offset < s.size || len(s.ahead) == 0) {
		a := pieceOnItsWay{offset: offset, count: s.count(), came: make(chan partPiece, 1)}
		s.ahead = append(s.ahead, a)
		go func() { a.came <- s.fetch(a.offset, a.count) }()
		offset += a.count
	}
}

func (s *partSource) close() {
	s.cancel()
	for _, a := range s.ahead {
		<-a.came
	}
	s.ahead = nil
	if s.rest = nil; s.err == nil {
		s.err = errPartClosed
	}
	s.settle()
}

// take takes over a piece, and finds out whether it was the last one.
func (s *partSource) take(p partPiece) {
	if s.err = p.err; p.err != nil {
		return
	}
	s.rest = p.data
	s.offset += int64(len(p.data))
	s.read++
	switch {
	case !p.whole && s.endless():
		s.err = s.failed(s.offset, "the server sends far more than there can be")
	case s.offset < s.size && (len(p.data) == 0 || p.whole):
		s.err = s.failed(s.offset, "the server has no more")
	case len(p.data) == 0, p.whole:
		s.err = io.EOF
	case s.size == 0: // not known: the end is an empty piece
	case s.offset > s.size && p.full: // there is more than the body structure says
	case s.offset >= s.size:
		s.err = io.EOF
	}
}

// partSlack is how much more there may be, at any rate, than the server has said: some
// estimate sizes.
const partSlack = 4 << 20

// endless reports whether so much has come that the part will have no end: the server pays
// no regard to the offset. If the body structure has no size, that of the message counts.
func (s *partSource) endless() bool {
	if s.offset <= 4*s.size+partSlack {
		return false
	}
	if s.most == 0 {
		s.most = 4*s.size + partSlack
		if s.size == 0 {
			m, err := s.c.UIDFetchOne(s.ctx, s.uid, FetchItems{Size: true})
			if err != nil || m.Size <= 0 {
				s.most = math.MaxInt64
			} else {
				s.most = 4*m.Size + partSlack
			}
		}
	}
	return s.offset > s.most
}

func (s *partSource) failed(offset int64, msg string) error {
	return &PartError{UID: s.uid, Part: s.section.String(), Read: offset, Size: s.size, Msg: msg}
}

// fetch asks for a piece.
func (s *partSource) fetch(offset, count int64) partPiece {
	found, err := s.ask(offset, count)
	switch {
	case err != nil:
		return partPiece{err: err}
	case found != nil:
		p := s.check(offset, count, found)
		p.full = int64(len(p.data)) == count
		return p
	}
	if offset > 0 {
		err := s.failed(offset, "the message or its part is gone")
		return partPiece{err: fmt.Errorf("%w: %w", err, CodeNonExistent)}
	}
	return partPiece{err: fmt.Errorf("imap: message %d has no part %q: %w", s.uid, s.section.String(), CodeNonExistent)}
}

// ask sends the command, and returns the section that came, or nil.
func (s *partSource) ask(offset, count int64) (*response.BodySection, error) {
	items := FetchItems{Sections: []FetchSection{{Section: s.section, Partial: &commands.Partial{Offset: offset, Count: count}}}}
	var found *response.BodySection
	for m, err := range s.c.UIDFetch(s.ctx, UIDs(s.uid), items, nil) {
		if err != nil {
			return nil, err
		}
		for i := range m.Sections {
			if b := &m.Sections[i]; !b.Nil && b.Section.Equal(s.section) {
				found = b
			}
		}
	}
	return found, nil
}

// check compares an answer with what was asked for, and returns what follows offset. A
// server that pays no regard to the range, like Tencent Exmail, sends the whole part,
// whatever origin it names: it is taken if it is as long as it should be.
func (s *partSource) check(offset, count int64, b *response.BodySection) partPiece {
	n := int64(len(b.Data))
	switch {
	case n == 0:
		return partPiece{}
	case n > count || !b.Partial && offset > 0:
		if n == s.size && offset < n || s.size == 0 && offset == 0 || n > s.size && s.size > 0 && offset == 0 {
			return partPiece{data: b.Data[offset:], whole: true}
		}
	case !b.Partial, b.Origin == offset:
		return partPiece{data: b.Data}
	case b.Origin < offset && b.Origin+n > offset:
		return partPiece{data: b.Data[offset-b.Origin:]}
	case b.Origin < offset && offset < s.size:
		return partPiece{}
	}
	return partPiece{err: s.failed(offset, "the server answers with other octets than those asked for")}
}
