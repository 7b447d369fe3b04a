package response

import (
	"bytes"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// StatusType is the condition of a status response (RFC 9051 §7.1).
type StatusType uint8

// The conditions of RFC 9051 §7.1.
const (
	OK      StatusType = iota + 1 // it has succeeded, or a piece of information
	NO                            // it has failed
	BAD                           // the server did not understand it
	PREAUTH                       // in a greeting: logged in already
	BYE                           // the connection is about to end
)

// String returns the condition as it stands on the wire.
func (t StatusType) String() string {
	switch t {
	case OK:
		return "OK"
	case NO:
		return "NO"
	case BAD:
		return "BAD"
	case PREAUTH:
		return "PREAUTH"
	case BYE:
		return "BYE"
	}
	return "unknown status"
}

// Status is a status response: OK, NO, BAD, PREAUTH or BYE, tagged or not
// (RFC 9051 §7.1).
type StatusResponse struct {
	Type     StatusType // the condition
	Code     Code       // nil if there is none
	CodeArgs string     // what stood after the code's name, as the server sent it
	Text     string     // for people; often empty
}

// HasCode reports whether the response bears the code of that name.
func (s *StatusResponse) HasCode(name CodeName) bool { return s.Code != nil && s.Code.Name() == name }

func (*StatusResponse) untagged() {}

// condition reads OK, NO, BAD, PREAUTH or BYE, and the space after it.
func (p *parser) condition() (StatusType, bool) {
	switch p.peek() | 0x20 {
	case 'o', 'n', 'b', 'p':
	default:
		return 0, false
	}
	for _, t := range [...]StatusType{OK, NO, BAD, BYE, PREAUTH} {
		word := t.String()
		rest := p.b[p.i:]
		if ascii.HasPrefixFold(rest, word) && (len(rest) == len(word) || rest[len(word)] == ' ' || rest[len(word)] == '[') {
			p.i += len(word)
			p.special(' ')
			return t, true
		}
	}
	return 0, false
}

// respText reads the rest of a status response: [code] and text (RFC 9051 §9
// "resp-text"). What looks like a code but is never closed is text.
func (p *parser) respText(t StatusType) *StatusResponse {
	s := &StatusResponse{Type: t}
	if p.spaces(); p.peek() == '[' {
		if end := codeEnd(p.b[p.i:]); end > 0 {
			s.Code, s.CodeArgs = p.respTextCode(p.b[p.i+1 : p.i+end])
			p.i += end + 1
			p.special(' ')
		}
	}
	p.charge(len(p.b) - p.i)
	s.Text = string(p.b[p.i:])
	p.i = len(p.b)
	if s.Code == nil {
		s.Code = codeAtEnd(s.Text)
	}
	return s
}

// codeAtEnd returns the code that text ends with, as Gmail has it: OK Success
// [THROTTLED]. It is only taken for one if the library knows its name, as people
// write brackets too.
func codeAtEnd(text string) Code {
	i := strings.LastIndexByte(text, '[')
	if i <= 0 || text[i-1] != ' ' || text[len(text)-1] != ']' {
		return nil
	}
	switch n := CodeName(text[i+1 : len(text)-1]); n {
	case CodeThrottled, CodeLimit, CodeOverQuota, CodeUnavailable, CodeInUse, CodeAuthenticationFailed, CodeAuthorizationFailed,
		CodeExpired, CodePrivacyRequired, CodeContactAdmin, CodeNoPerm, CodeServerBug, CodeClientBug, CodeCannot,
		CodeCorruption, CodeNonExistent, CodeAlreadyExists, CodeTryCreate, CodeReadOnly, CodeReadWrite:
		return n
	}
	return nil
}

// codeEnd returns the offset of the bracket that closes the code which b
// begins with, and zero if it is never closed. Flags may hold brackets: those
// within parentheses or strings don't count, others are balanced. If that
// gives no end, the first bracket is it.
func codeEnd(b []byte) int {
	for _, lists := range [...]bool{true, false} {
		if end := closingBracket(b, lists); end > 0 {
			return end
		}
	}
	return max(bytes.IndexByte(b, ']'), 0)
}

func closingBracket(b []byte, lists bool) int {
	depth, parens, quoted := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case lists && c == '(':
			parens++
		case lists && c == ')':
			parens = max(parens-1, 0)
		case parens > 0:
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}

func (d *StatusResponse) cost() int {
	return sizeOther + len(d.Text) + len(d.CodeArgs) + codeCost(d.Code)
}
