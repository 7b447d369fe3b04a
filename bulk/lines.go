package bulk

import (
	"bytes"
	"io"
)

// lineCount is what has to be known of a message's lines to store them with LF and get
// the same octets back: whether it has a LF without CR before it.
type lineCount struct {
	size, lf, crlf int64
	last           byte
}

func (l *lineCount) add(p []byte) {
	if len(p) == 0 {
		return
	}
	l.size += int64(len(p))
	l.lf += int64(bytes.Count(p, []byte{'\n'}))
	l.crlf += int64(bytes.Count(p, []byte{'\r', '\n'}))
	if p[0] == '\n' && l.last == '\r' {
		l.crlf++
	}
	l.last = p[len(p)-1]
}

// plain reports whether all lines end in CRLF, so that LF can stand for it.
func (l *lineCount) plain() bool { return l.lf == l.crlf }

// lfWriter writes LF in place of CRLF.
type lfWriter struct {
	w  io.Writer
	cr bool // one is held back
}

// Write writes to the writer below.
func (l *lfWriter) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		if l.cr {
			l.cr = false
			if p[0] != '\n' {
				if _, err := l.w.Write([]byte{'\r'}); err != nil {
					return 0, err
				}
			}
		}
		i := bytes.Index(p, []byte("\r\n"))
		line := p
		switch {
		case i >= 0:
			line, p = p[:i], p[i+1:]
		case p[len(p)-1] == '\r':
			line, p, l.cr = p[:len(p)-1], nil, true
		default:
			p = nil
		}
		if _, err := l.w.Write(line); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// flush writes what was held back.
func (l *lfWriter) flush() error {
	if !l.cr {
		return nil
	}
	l.cr = false
	_, err := l.w.Write([]byte{'\r'})
	return err
}

// crlfWriter writes CRLF in place of LF: of each, or, if lenient, of those that have no
// CR before them.
type crlfWriter struct {
	w       io.Writer
	lenient bool
	last    byte
}

// Write writes to the writer below.
func (c *crlfWriter) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		line, end := p, []byte(nil)
		if i := bytes.IndexByte(p, '\n'); i >= 0 {
			before := c.last
			if i > 0 {
				before = p[i-1]
			}
			if end = []byte("\r\n"); c.lenient && before == '\r' {
				end = []byte("\n")
			}
			line = p[:i]
			p = p[i+1:]
			c.last = '\n'
		} else {
			c.last = p[len(p)-1]
			p = nil
		}
		if _, err := c.w.Write(line); err != nil {
			return 0, err
		}
		if _, err := c.w.Write(end); err != nil {
			return 0, err
		}
	}
	return total, nil
}

const from = "From "

// fromQuoter adds a ">" to lines that begin with "From " after any number of ">".
type fromQuoter struct {
	w     io.Writer
	state int // how many octets of from have come at the beginning of a line; -1: it is no such line
}

// Write writes to the writer below.
func (q *fromQuoter) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		out, n := p, len(p)
		switch {
		case q.state < 0:
			if i := bytes.IndexByte(p, '\n'); i >= 0 {
				out, n, q.state = p[:i+1], i+1, 0
			}
		case p[0] == '>' && q.state == 0:
			out, n = p[:1], 1
		case p[0] == from[q.state]:
			out, n = nil, 1
			if q.state++; q.state == len(from) {
				out, q.state = []byte(">"+from), -1
			}
		default:
			out, n, q.state = []byte(from[:q.state]), 0, -1
		}
		if _, err := q.w.Write(out); err != nil {
			return 0, err
		}
		p = p[n:]
	}
	return total, nil
}

// flush writes what was held back.
func (q *fromQuoter) flush() error {
	held := max(q.state, 0)
	q.state = 0
	_, err := q.w.Write([]byte(from[:held]))
	return err
}

// fromUnquoter takes off the ">" that fromQuoter adds.
type fromUnquoter struct {
	w     io.Writer
	quote bool // a ">" is held back
	state int  // as of fromQuoter
}

// Write writes to the writer below.
func (u *fromUnquoter) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		out, n := p, len(p)
		switch {
		case u.state < 0:
			if i := bytes.IndexByte(p, '\n'); i >= 0 {
				out, n, u.state = p[:i+1], i+1, 0
			}
		case p[0] == '>' && u.state == 0:
			if out, n = p[:1], 1; !u.quote {
				out, u.quote = nil, true
			}
		case u.quote && p[0] == from[u.state]:
			out, n = nil, 1
			if u.state++; u.state == len(from) {
				out, u.quote, u.state = []byte(from), false, -1
			}
		default:
			out, n = u.held(), 0
			u.quote, u.state = false, -1
		}
		if _, err := u.w.Write(out); err != nil {
			return 0, err
		}
		p = p[n:]
	}
	return total, nil
}

func (u *fromUnquoter) held() []byte {
	var b []byte
	if u.quote {
		b = append(b, '>')
	}
	return append(b, from[:max(u.state, 0)]...)
}

// flush writes what was held back.
func (u *fromUnquoter) flush() error {
	_, err := u.w.Write(u.held())
	u.quote, u.state = false, 0
	return err
}
