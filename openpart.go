package imap

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap/internal/transfer"
	"github.com/seed-090b04e4/imap/response"
)

// How many octets of a part are asked for at a time, at first and later. The piece
// that is read and the two on their way are in memory, unless the server sends more
// than was asked for.
const (
	partPieceMin = 256 << 10
	partPieceMax = 512 << 10
)

// PartOptions are the settings of OpenPart and OpenText.
type PartOptions struct {
	Offset   int64  // octets of the content that are left out, to go on where an earlier reader has stopped
	Fallback string // OpenText: the charset of a text that states none and is not UTF-8; empty: windows-1252
}

// OpenPart opens the content of a part of a message, which [BodyStructure] names.
// The reader yields the file that the sender attached, with the transfer encoding
// undone (RFC 2045 §6; also uuencode and yEnc): all of it, or a *[PartError]. What
// is damaged is decoded as far as it goes: see [PartReader.Warnings]. \Seen is not
// set.
//
// It fetches pieces of 256 and then 512 KiB while it is read, two ahead, under ctx;
// if another mailbox is selected meanwhile, Read returns a *[StateError]. If the
// message or the part is gone, the error matches CodeNonExistent; others are those
// of [Client.UIDFetch].
func (c *Client) OpenPart(ctx context.Context, uid UID, part Part, opts *PartOptions) (*PartReader, error) {
	if opts == nil {
		opts = &PartOptions{}
	}
	skip := opts.Offset
	var begin int64
	if part.BodyStructure != nil && transfer.IsIdentity(part.Encoding) {
		begin, skip = skip, 0
	}
	src, err := c.openSource(ctx, uid, part, begin, opts.Offset)
	if err != nil {
		return nil, err
	}
	decoded := transfer.NewReader(part.Encoding, src)
	p := &PartReader{r: decoded, src: src, skip: skip, warnings: decoded.Warnings}
	return p, nil
}

// OpenText is [Client.OpenPart] for a text: it yields UTF-8 with lines that end in
// LF. The charset is that of a byte order mark, or the one that the part states.
func (c *Client) OpenText(ctx context.Context, uid UID, part Part, opts *PartOptions) (*PartReader, error) {
	if opts == nil {
		opts = &PartOptions{}
	}
	src, err := c.openSource(ctx, uid, part, 0, opts.Offset)
	if err != nil {
		return nil, err
	}
	decoded := transfer.NewReader(part.Encoding, src)
	text := transfer.NewText(decoded, transfer.TextOptions{
		Charset: part.Charset(), HTML: part.MediaType() == "text/html", Fallback: opts.Fallback,
	})
	return &PartReader{r: text, src: src, skip: opts.Offset, warnings: func() []transfer.Warning {
		return append(decoded.Warnings(), text.Warnings()...)
	}}, nil
}

// PartReader reads the content of a part. It is for one goroutine at a time.
type PartReader struct {
	r        io.Reader
	src      *partSource
	skip     int64 // octets of r to be left out
	warnings func() []transfer.Warning
}

// Read reads content. Its errors are a *[PartError], and those of FETCH.
func (p *PartReader) Read(b []byte) (int, error) {
	if p.skip > 0 {
		n, err := io.CopyN(io.Discard, p.r, p.skip)
		if p.skip -= n; err != nil {
			return 0, err
		}
	}
	return p.r.Read(b)
}

// Close abandons what is on its way, and returns nil. A PartReader that was read to
// its end need not be closed.
func (p *PartReader) Close() error {
	p.src.close()
	return nil
}

// Warnings returns what was wrong with the content that was read so far, and was
// repaired as far as it can be: an unknown encoding or charset, base64 without its
// padding, octets that do not belong there.
func (p *PartReader) Warnings() []response.Warning {
	var list []response.Warning
	for _, w := range p.warnings() {
		list = append(list, response.Warning(w))
	}
	return list
}

// PartError says that a part could not be read to its end. It matches
// io.ErrUnexpectedEOF. The octets that came before it were right.
type PartError struct {
	UID  UID    // of the message
	Part string // its number, like "1.2"
	Read int64  // encoded octets that were read
	Size int64  // encoded octets that the body structure says there are; zero: it does not say
	Msg  string // what the server did
}

// Error returns what the server did, and how far the part was read.
func (e *PartError) Error() string {
	return fmt.Sprintf("imap: message %d, part %q: %s after %d of %d octets", e.UID, e.Part, e.Msg, e.Read, e.Size)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *PartError) Unwrap() error { return io.ErrUnexpectedEOF }
