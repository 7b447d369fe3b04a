package bulk

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap"
)

// source is where Import reads messages, in an order that is the same each time.
type source interface {
	next() (*item, error) // nil after the last one
	rewind() error
	close() error
}

// item is a message to be imported.
type item struct {
	key    string // by which it is known in the journal; has no blanks
	name   string // for people
	stored int64  // octets of the file
	size   int64  // octets of the message
	flags  []imap.Flag
	date   time.Time // zero: not known
	open   func() (io.ReadCloser, error)
}

// measure sets how the message is opened, and its size.
func (it *item) measure(open func() (io.ReadCloser, error)) error {
	it.open, it.size = open, 0
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close()
	it.size, err = io.Copy(io.Discard, r)
	return err
}

func (it *item) addFlags(flags []imap.Flag) {
	for _, f := range flags {
		if !slices.ContainsFunc(it.flags, f.Equal) {
			it.flags = append(it.flags, f)
		}
	}
}

// converter is a writer that holds something back until it is flushed.
type converter interface {
	io.Writer
	flush() error
}

// piped is a reader of what a converter makes of a reader.
type piped struct {
	in     io.Reader
	conv   converter
	out    []byte // what has been made and not been read
	buf    [32 << 10]byte
	made   []byte
	err    error
	closer io.Closer
}

// pipe returns a reader of what the converter makes of in.
func pipe(in io.Reader, convert func(io.Writer) converter) *piped {
	p := &piped{in: in}
	p.conv = convert((*pipeWriter)(p))
	return p
}

type pipeWriter piped

// Write adds to what has been made.
func (w *pipeWriter) Write(p []byte) (int, error) {
	w.made = append(w.made, p...)
	return len(p), nil
}

// Read reads what the converter makes.
func (p *piped) Read(b []byte) (int, error) {
	for len(p.out) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		p.made = p.made[:0]
		n, err := p.in.Read(p.buf[:])
		if _, failed := p.conv.Write(p.buf[:n]); failed != nil {
			return 0, failed
		}
		if p.err = err; err == io.EOF {
			if failed := p.conv.flush(); failed != nil {
				return 0, failed
			}
		}
		p.out = p.made
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

// Close closes what is read from.
func (p *piped) Close() error {
	if p.closer == nil {
		return nil
	}
	return p.closer.Close()
}

// open opens the source of a store.
func (s Store) open() (source, error) {
	switch s.format {
	case formatMbox:
		return openMboxSource(s.path)
	case formatMaildir:
		return openMaildirSource(s.path)
	case formatEML:
		return openEMLSource(s.path)
	}
	return nil, errNoStore
}

// sink is where Export writes messages.
type sink interface {
	done() imap.UIDSet // that are there already
	put(m *meta, sp *spool) error
	flush() error // to the disk
	close() error
}

// meta is what Export stores beside a message.
type meta struct {
	validity uint32
	uid      imap.UID
	date     time.Time
	flags    []imap.Flag
}

func (s Store) sink(d *disk, validity uint32) (sink, error) {
	switch s.format {
	case formatMbox:
		return openMboxSink(d, s.path, validity)
	case formatMaildir:
		return openMaildirSink(d, s.path, validity)
	case formatEML:
		return openEMLSink(d, s.path, validity)
	}
	return nil, errNoStore
}

// spoolName returns the file for what is too large for the memory.
func (s Store) spoolName() string { return fmt.Sprintf("%s.spool", s.path) }
