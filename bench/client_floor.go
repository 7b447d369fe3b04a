//go:build !lean || floor

package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// floor is not an IMAP client: it looks for the ends of lines, skips literals, and
// stops at the tagged answer. It reads as this library does, 64 KiB of rows and
// 256 KiB of a literal at a time. No client can be cheaper.
type floor struct {
	conn       net.Conn
	buf        []byte
	start, end int
	tag        int
}

// rowRead is how much of rows is read at a time.
const rowRead = 64 << 10

func init() { makePeer[clientFloor] = func() peer { return new(floor) } }

func (f *floor) open(j *job) (err error) {
	if j.Spec.clocked() || j.Spec.Kind == kindIdle {
		return errUnsupported("the floor only reads")
	}
	if f.conn, err = dial(j); err != nil {
		return err
	}
	f.buf = make([]byte, 256<<10)
	for _, c := range []string{"LOGIN user password", "SELECT " + mailboxName} {
		if err := f.do(c); err != nil {
			return err
		}
	}
	return nil
}

func (f *floor) close() { f.conn.Close() }

func (f *floor) run(j *job) error {
	j.note = "finds the ends of lines, parses nothing"
	switch j.Spec.Kind {
	case kindFlags:
		return f.do("UID FETCH 1:* (FLAGS)")
	case kindEnvelope:
		return f.do("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
	case kindBodies:
		return f.do("UID FETCH 1:* (BODY.PEEK[])")
	case kindSearch:
		return f.do("UID SEARCH ALL")
	case kindESearch:
		return f.do("UID SEARCH RETURN (ALL) ALL")
	case kindList:
		return f.do(`LIST "" "*"`)
	}
	return errUnsupported("the floor only reads")
}

// do sends a command and reads up to its tagged answer.
func (f *floor) do(command string) error {
	f.tag++
	if _, err := fmt.Fprintf(f.conn, "F%d %s\r\n", f.tag, command); err != nil {
		return err
	}
	first := byte(0) // of the line, if its start is not in buf any more
	for {
		i := bytes.IndexByte(f.buf[f.start:f.end], '\n')
		if i < 0 {
			if f.start == 0 && f.end >= len(f.buf)-rowRead { // a long line: keep its end
				if first == 0 {
					first = f.buf[0]
				}
				f.start = f.end - 32
			}
			if err := f.fill(); err != nil {
				return err
			}
			continue
		}
		line := f.buf[f.start : f.start+i+1]
		f.start += i + 1
		if first == 0 {
			first = line[0]
		}
		if first == 'F' {
			return nil
		}
		if n := len(line); n < 4 || line[n-3] != '}' {
			first = 0
			continue
		}
		if err := f.skip(line); err != nil {
			return err
		}
		first = ' '
	}
}

func (f *floor) fill() error {
	copy(f.buf, f.buf[f.start:f.end])
	f.end -= f.start
	f.start = 0
	n, err := f.conn.Read(f.buf[f.end:min(len(f.buf), f.end+rowRead)])
	f.end += n
	if n > 0 {
		err = nil
	}
	return err
}

// skip passes over the literal that line announces.
func (f *floor) skip(line []byte) error {
	open := bytes.LastIndexByte(line, '{')
	size, err := strconv.Atoi(string(line[open+1 : len(line)-3]))
	if err != nil {
		return nil // no literal
	}
	n := min(size, f.end-f.start)
	f.start += n
	for size -= n; size > 0; {
		n, err := f.conn.Read(f.buf)
		if err != nil {
			return noEOF(err)
		}
		f.start, f.end = min(n, size), n
		size -= f.start
	}
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
