package imap

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/mimeword"
	"github.com/seed-090b04e4/imap/internal/transfer"
	"github.com/seed-090b04e4/imap/response"
)

// partChunk is how much of a part is asked for at a time: the memory that it
// takes, and what is lost when its reader is closed early.
const partChunk = 512 << 10

// OpenPart opens the content of a part of a message for reading: part comes out
// of [BodyStructure].Text, Attachments, Inline or Walk. The transfer encoding is undone;
// of text, the charset is converted to UTF-8. The flag \Seen is not set.
//
// The part is fetched piece by piece while it is read, under ctx, so that the
// mailbox must stay selected. An encoding or charset that is not known leaves
// the content as it is: see [PartReader].
//
// Errors: one that matches CodeNonExistent where the message or the part is
// gone; an *[ArgumentError] for a Part that is not of a body structure; those of
// [Client.UIDFetch].
func (c *Client) OpenPart(ctx context.Context, uid UID, part Part) (*PartReader, error) {
	if part.BodyStructure == nil {
		return nil, &ArgumentError{Command: "UID FETCH", Argument: "part", Msg: "is not one of a body structure"}
	}
	raw := &partSource{ctx: ctx, c: c, uid: uid, section: Section{Part: part.Number}}
	if len(part.Number) == 0 {
		raw.section.Specifier = response.SpecifierText
	}
	if err := raw.fill(); err != nil {
		return nil, err
	}
	return newPartReader(raw, part), nil
}

// PartReader reads the content of a part. It is for one goroutine at a time.
type PartReader struct {
	// Warning is set where the transfer encoding or the charset is not known:
	// what is read is then not decoded, or not converted.
	Warning error

	r   io.Reader
	src *partSource
}

// Read reads decoded content. Its errors are those of FETCH.
func (p *PartReader) Read(b []byte) (int, error) { return p.r.Read(b) }

// Close says that no more is read. It returns nil. Nothing is in flight between
// reads, so that a PartReader which is not closed holds nothing but memory.
func (p *PartReader) Close() error {
	p.src.done, p.src.rest = true, nil
	return nil
}

func newPartReader(src *partSource, part Part) *PartReader {
	p := &PartReader{src: src}
	content := transfer.NewReader(part.Encoding, src)
	p.r = content
	if w := content.Warnings(); len(w) > 0 {
		p.Warning = fmt.Errorf("imap: %s %q", w[0].Kind, part.Encoding)
	}
	if charset := part.Charset(); p.Warning == nil && charset != "" && ascii.EqualFold(part.Type, "text") {
		text, err := mimeword.NewReader(charset, content)
		if err != nil {
			p.Warning = err
		} else {
			p.r = text
		}
	}
	return p
}

// partSource reads a part as it is stored, piece by piece.
type partSource struct {
	ctx     context.Context
	c       *Client
	uid     UID
	section Section
	offset  int64
	rest    []byte // of the last piece
	done    bool
	err     error
}

func (s *partSource) Read(b []byte) (int, error) {
	if len(s.rest) == 0 && !s.done && s.err == nil {
		s.err = s.fill()
	}
	if len(s.rest) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		return 0, io.EOF
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// fill asks for the next piece. A piece that is shorter than asked for is the
// last one.
func (s *partSource) fill() error {
	items := FetchItems{Sections: []FetchSection{{Section: s.section, Partial: &Partial{Offset: s.offset, Count: partChunk}}}}
	found := false
	for m, err := range s.c.UIDFetch(s.ctx, UIDs(s.uid), items, nil) {
		if err != nil {
			return err
		}
		if len(m.Sections) > 0 && !m.Sections[0].Nil {
			s.rest = m.Sections[0].Data
			found = true
		}
	}
	if !found {
		if s.offset > 0 {
			s.done = true
			return nil
		}
		return fmt.Errorf("imap: message %d has no part %q: %w", s.uid, s.section.String(), CodeNonExistent)
	}
	s.offset += int64(len(s.rest))
	s.done = len(s.rest) < partChunk
	return nil
}
