package response

import (
	"bytes"
	"errors"
	"io"
	"math"

	"github.com/seed-090b04e4/imap/literal"
)

// frame reads until buf[start:scan] is a whole response, or one up to a large
// section.
func (r *Reader) frame() (atLiteral bool, err error) {
	for {
		if !r.findLF() {
			r.scan = r.end
			r.searchAhead()
			if err := r.fill(); err != nil {
				return false, err
			}
			continue
		}
		r.scan = r.lf + 1
		r.skipBlanks()
		if joined, err := r.unfold(); err != nil {
			return false, err
		} else if joined {
			continue
		}
		line := trimCRLF(r.buf[r.line:r.scan])
		if n := len(line); n == 0 || line[n-1] != '}' || !r.announces(line) {
			return false, nil
		}
		h, at, ok := literal.Parse(line)
		if !ok {
			return false, nil
		}
		if h.Size > inlineLiteral && (r.broken != nil || r.isMessageText(line[:at])) {
			r.lit = LiteralReader{r: r, left: h.Size, Size: h.Size, Before: r.texts}
			r.texts += min(h.Size, math.MaxInt64-r.texts)
			return true, nil
		}
		if h.Size > r.limits.Line-int64(r.scan-r.start) {
			return false, &LimitError{What: "response", Limit: r.limits.Line}
		}
		for int64(r.end-r.scan) < h.Size {
			if err := r.fill(); err != nil {
				r.scan = r.line // the announcement is read again
				return false, err
			}
		}
		r.scan += int(h.Size)
		r.line = r.scan
	}
}

// skipBlanks leaves out NULs and white space before a response, which some servers send.
func (r *Reader) skipBlanks() {
	if r.line != r.start || r.partial || r.search != nil {
		return
	}
	i := r.start
	for i < r.lf && (r.buf[i] == 0 || isWSP(r.buf[i])) {
		i++
	}
	if c := r.buf[i]; c != '\r' && c != '\n' || r.buf[r.start] == 0 { // an empty response keeps its spaces
		r.start, r.line = i, i
	}
}

// announces reports whether the literal's announcement at the end of line is
// one: it is not if the line is human text.
func (r *Reader) announces(line []byte) bool {
	switch r.text {
	case textUnknown:
		text, human := statusText(r.buf[r.start:r.scan])
		switch {
		case !human:
			r.text = textNo
		case len(text) > 0 && text[0] == '[' && bytes.IndexByte(text, ']') < 0:
			r.text = textCode // after which the text is to come
		default:
			r.text = textYes
		}
	case textCode:
		if bytes.IndexByte(line, ']') >= 0 {
			r.text = textYes
		}
	}
	return r.text != textYes
}

// statusText returns the text of a line that is a status response or a
// continuation.
func statusText(line []byte) ([]byte, bool) {
	p := parser{b: line}
	if p.special('+') {
		return nil, true
	}
	if _, ok := p.condition(); ok {
		return p.b[p.i:], true // without a tag
	}
	if !p.special('*') {
		p.untilSpace()
	}
	p.spaces()
	_, ok := p.condition()
	return p.b[p.i:], ok || p.peek() == '['
}

// isMessageText reports whether the literal after before is the value of a
// section: what stands before it ends in "]", ">" or the name of an RFC822 item.
func (r *Reader) isMessageText(before []byte) bool {
	p := parser{b: r.buf[r.start:r.scan]}
	if !r.partial {
		p.special('*')
		p.spaces()
		if p.anyNumber(); !p.sp() || !p.keyword("FETCH") && !p.keyword("UIDFETCH") {
			return false
		}
	}
	b := bytes.TrimRight(before, " ")
	if n := len(b); n == 0 || n == len(before) {
		return false
	} else if b[n-1] == ']' || b[n-1] == '>' {
		return true
	}
	i := bytes.LastIndexByte(b, ' ')
	i = max(i, bytes.LastIndexByte(b, '('))
	switch upperName(b[i+1:]) {
	case "RFC822", "RFC822.PEEK", "RFC822.HEADER", "RFC822.TEXT":
		return true
	}
	return false
}

// Some servers (GreenMail, for one) pass header fields on as they are folded: with
// a line break in a quoted string, which has none (RFC 9051 §9, "QUOTED-CHAR"). A
// line that begins with white space can't be a response; after a FETCH response
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
