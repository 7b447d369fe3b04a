// Package inflate reads DEFLATE streams (RFC 1951) as they arrive.
//
// A [Reader] hands out every octet that its input determines before it waits
// for more input, as zlib does. A peer that flushes with Z_PARTIAL_FLUSH or
// Z_SYNC_FLUSH, or that ends a segment in the middle of a block, is therefore
// read up to its last whole symbol. compress/flate and the flate package of
// github.com/klauspost/compress (v1.17.11) keep decoded octets back until a
// stored block, a full window or the end of the stream, so that a client of
// such a peer waits for an answer that has already arrived.
//
// A Reader also survives errors of the reader below it: after a timeout, it
// continues at the bit at which it stopped.
//
// The stream is decoded in three steps, one file each: inflate.go moves octets
// in and out, block.go reads the blocks' headers, symbol.go the symbols within
// a block, by the tables that huffman.go builds.
package inflate

import (
	"compress/flate"
	"fmt"
	"io"
	"sync"
)

const (
	windowSize  = 32 << 10 // distances reach so far back, RFC 1951 §2
	firstWindow = 4 << 10  // a window grows from this size to windowSize
	smallInput  = 4 << 10
	largeInput  = 32 << 10 // used after a read that filled the small buffer
	emptyReads  = 100      // reads of no octets and no error before io.ErrNoProgress
)

// A CorruptError is returned for input that is not a DEFLATE stream.
type CorruptError struct {
	Offset int64  // octets of input before the one at which the fault was found
	Reason string // the rule that is broken
}

// Error implements the error interface.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("corrupt deflate stream at octet %d: %s", e.Offset, e.Reason)
}

// Unwrap returns the error that compress/flate has for such input.
func (e *CorruptError) Unwrap() error { return flate.CorruptInputError(e.Offset) }

// A Reader inflates what it reads. It must not be used by several goroutines at
// the same time.
//
// Its memory is allocated when it is needed: a window of 4 KiB that grows with
// the output to 32 KiB, an input buffer of 4 KiB, one of 32 KiB while the input
// arrives in large pieces, and 14 KiB of tables within blocks that need them.
type Reader struct {
	src    io.Reader
	srcErr error // came with octets that are not decoded yet; it is returned after them
	err    error // the stream has ended: io.EOF or a *CorruptError

	// Input: the low nbits bits of bits, which are the next of the stream, then
	// buf[r:w]. The other bits of bits are zero, and nbits is at most 63.
	bits   uint64
	nbits  uint
	buf    []byte
	r, w   int
	filled int   // octets of the last read
	read   int64 // octets read from src

	// Output: win[rd:wr] is decoded and not handed out. What precedes wr, and if
	// wrapped what follows it, is the history that distances refer to.
	win     []byte
	rd, wr  int
	wrapped bool
	before  int64 // octets decoded before win[0]

	// The block.
	state  state
	final  bool   // it is the last one
	stored int    // octets that remain of a stored block
	length int    // octets that remain of a match
	dist   int    // the match's distance
	header header // of a dynamic block
	codes  *codes // in use: fixedCodes or own
	own    *codes // tables for dynamic blocks, nil between them
}

// NewReader returns a Reader that inflates what r returns. It reads ahead: when
// the stream ends, octets that follow it may have been read from r.
func NewReader(r io.Reader) *Reader {
	return &Reader{src: r}
}

// Reset prepares z for another stream, which r returns. It keeps z's memory.
func (z *Reader) Reset(r io.Reader) {
	*z = Reader{src: r, buf: z.buf, win: z.win, own: z.own}
}

// Release gives z's memory back. Until the next Reset, Read returns the error
// that the stream has ended with, or io.ErrClosedPipe.
func (z *Reader) Release() {
	err := z.err
	if err == nil {
		err = io.ErrClosedPipe
	}
	in, out := z.In(), z.Out()
	z.shareInput()
	z.dropCodes()
	*z = Reader{err: err, read: in, before: out}
}

// In returns the number of octets of input that have been decoded. Octets that
// were read ahead do not count.
func (z *Reader) In() int64 {
	return z.read - int64(z.w-z.r) - int64(z.nbits/8)
}

// Out returns the number of octets that those which In counts were inflated to,
// including up to 32 KiB that Read has not returned yet.
func (z *Reader) Out() int64 {
	return z.before + int64(z.wr)
}

// Read reads inflated octets. It reads from the underlying reader only if no
// octet can be decoded from what has been read from it.
//
// Read returns io.EOF after the last octet of the stream's last block,
// io.ErrUnexpectedEOF if the input ends before, and a *[CorruptError] for input
// that breaks RFC 1951, after the octets that precede the fault. Any other error
// is the underlying reader's; a later Read goes on where this one stopped.
func (z *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if z.rd < z.wr {
			n := copy(p, z.win[z.rd:z.wr])
			z.rd += n
			return n, nil
		}
		if z.err != nil {
			return 0, z.err
		}
		if z.decode() && z.rd == z.wr {
			if err := z.fill(); err != nil {
				return 0, err
			}
		}
	}
}

// decode decodes until the window is full, the input does not suffice or the
// stream ends. It reports whether more input is needed.
func (z *Reader) decode() (starved bool) {
	for z.err == nil && z.room() {
		if !z.step() {
			return z.err == nil
		}
	}
	return false
}

// room reports whether an octet can be decoded into the window. It enlarges the
// window, or starts again at its beginning if all of it has been handed out.
func (z *Reader) room() bool {
	switch {
	case z.wr < len(z.win):
	case len(z.win) < windowSize:
		win := make([]byte, max(firstWindow, 2*len(z.win)))
		copy(win, z.win)
		z.win = win
	case z.rd == z.wr:
		z.before += int64(z.wr)
		z.rd, z.wr, z.wrapped = 0, 0, true
	default:
		return false
	}
	return true
}

// fill reads input. All that was read before is decoded, or in z.bits.
func (z *Reader) fill() error {
	if err := z.srcErr; err != nil {
		z.srcErr = nil
		return err
	}
	if z.state < dynamicCodeLengths || z.codes != z.own {
		z.dropCodes()
	}
	switch {
	case len(z.buf) == 0, len(z.buf) > smallInput && z.filled < smallInput:
		z.setInput(smallInput)
	case len(z.buf) == smallInput && z.filled == smallInput:
		z.setInput(largeInput)
	}
	for range emptyReads {
		n, err := z.src.Read(z.buf)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if n > 0 {
			z.r, z.w, z.filled = 0, n, n
			z.read += int64(n)
			z.srcErr = err
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// largeInputs are shared by all readers, which use them for a short time.
var largeInputs = sync.Pool{New: func() any { return new([largeInput]byte) }}

// setInput replaces the input buffer, which is empty, by one of that size.
func (z *Reader) setInput(size int) {
	z.shareInput()
	if size == largeInput {
		z.buf = largeInputs.Get().(*[largeInput]byte)[:]
	} else {
		z.buf = make([]byte, size)
	}
	z.r, z.w = 0, 0
}

// shareInput gives a large input buffer, which z must not use any more, to other
// readers.
func (z *Reader) shareInput() {
	if len(z.buf) == largeInput {
		largeInputs.Put((*[largeInput]byte)(z.buf))
	}
}

// take removes n bits from z.bits and returns them.
func (z *Reader) take(n uint) uint32 {
	v := uint32(z.bits & (1<<n - 1))
	z.bits >>= n
	z.nbits -= n
	return v
}

// need moves input to z.bits, and reports whether there are n bits, at most 56.
func (z *Reader) need(n uint) bool {
	for z.nbits < 56 && z.r < z.w {
		z.bits |= uint64(z.buf[z.r]) << z.nbits
		z.nbits += 8
		z.r++
	}
	return z.nbits >= n
}

// corrupt ends the stream.
func (z *Reader) corrupt(reason string) bool {
	z.err = &CorruptError{Offset: z.In(), Reason: reason}
	return false
}

// Ended reports whether the last octet of the stream has been decoded. Octets that
// were read ahead of it are then in [Reader.Rest].
func (z *Reader) Ended() bool { return z.err == io.EOF && z.rd == z.wr }

// Buffered returns the number of octets that were read and not decoded.
func (z *Reader) Buffered() int { return z.w - z.r + int(z.nbits/8) }

// Rest returns the octets that were read from the underlying reader and belong to
// no block that has begun: those after the end of the stream, or what has been read
// of the next block if the stream stands between two blocks at the end of an octet,
// and all that was decoded has been handed out. Otherwise ok is false. It is valid
// until the next call of a method.
func (z *Reader) Rest() (rest []byte, ok bool) {
	if z.rd < z.wr || z.err == nil && (z.state != blockStart || z.nbits%8 != 0) || z.err != nil && z.err != io.EOF {
		return nil, false
	}
	for bits := z.bits >> (z.nbits % 8); len(rest) < int(z.nbits/8); bits >>= 8 {
		rest = append(rest, byte(bits))
	}
	return append(rest, z.buf[z.r:z.w]...), true
}
