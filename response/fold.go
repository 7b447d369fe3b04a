package response

import (
	"errors"
	"io"
)

// Some servers (GreenMail, for one) pass header fields on as they are folded: with
// a line break in a quoted string, which has none (RFC 9051 §9, "QUOTED-CHAR"). A
// line that begins with white space can't be a response; behind a FETCH response
// that ends within quotes it is the rest of that, and is joined to it as header
// fields are unfolded (RFC 5322 §2.2.3).

const (
	maxFolds  = 32       // of one response
	maxFolded = 64 << 10 // octets of a response that may go on
)

// unfold joins the line at buf[line:scan] to the next one if that continues it,
// for which it may have to read on.
func (r *Reader) unfold() (joined bool, err error) {
	continues := isWSP
	switch {
	case r.scan < r.end && r.buf[r.scan] != ')' && !isWSP(r.buf[r.scan]):
		return false, nil
	case r.endsAfterLiteral():
		continues = func(c byte) bool { return c == ')' || c == ' ' }
	case !r.endsInQuotes(r.scan):
		return false, nil
	}
	if r.scan == r.end {
		if err := r.fill(); errors.Is(err, io.EOF) {
			return false, nil // the next read returns it
		} else if err != nil {
			r.scan = r.line // the line is read again
			return false, err
		}
	}
	if !continues(r.buf[r.scan]) {
		return false, nil
	}
	end := r.scan - 1
	if end > r.start && r.buf[end-1] == '\r' {
		end--
	}
	width := r.scan - end
	copy(r.buf[r.start+width:r.scan], r.buf[r.start:end])
	r.start, r.line = r.start+width, r.line+width
	r.folds++
	return true, nil
}

// endsAfterLiteral reports whether nothing stands between a literal of a FETCH
// response and the end of the line: the literal was announced without the line
// end that it has, and the response goes on after that (old versions of Exchange
// and of hMailServer).
func (r *Reader) endsAfterLiteral() bool {
	if r.folds >= maxFolds || len(trimCRLF(r.buf[r.line:r.scan])) > 0 {
		return false
	}
	b := r.buf[r.start:r.line]
	if len(b) > maxFolded {
		return false
	}
	return r.partial || len(b) > 3 && b[0] == '*' && b[2]-'0' <= 9
}

// endsInQuotes reports whether a FETCH response that is known up to the offset end,
// which is the end of a line, stands within a quoted string there.
func (r *Reader) endsInQuotes(end int) bool {
	b := r.buf[r.start:end]
	if r.folds >= maxFolds || len(b) > maxFolded || !r.partial && (len(b) < 3 || b[0] != '*' || b[2]-'0' > 9) {
		return false
	}
	open := false
	for i := r.line; i < end; i++ {
		switch r.buf[i] {
		case '"':
			open = !open
		case '\\':
			i++
		}
	}
	return open
}

func isWSP(c byte) bool { return c == ' ' || c == '\t' }
