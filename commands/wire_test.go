package commands_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-090b04e4/imap/commands"
)

// The dialects that the tests speak.
var (
	rev1  = commands.Dialect{}
	plus  = commands.Dialect{LiteralPlus: true}
	minus = commands.Dialect{LiteralMinus: true}
	rev2  = commands.Dialect{LiteralMinus: true, UTF8: true, Rev2: true}
)

// wire encodes c and shows it readably: "⏎" for a CRLF within the command, "⏳"
// where the sender waits for the server, and the content of streamed literals
// between ‹ and ›. An error is shown as "error: …".
func wire(t testing.TB, d commands.Dialect, c commands.Command) string {
	t.Helper()
	var e commands.Encoder
	e.Reset(d)
	if err := e.Command(c); err != nil {
		if len(e.Parts()) != 0 {
			t.Errorf("%s: parts left after an error", c.Name())
		}
		return "error: " + strings.TrimPrefix(err.Error(), "imap: ")
	}
	var b strings.Builder
	for _, p := range e.Parts() {
		b.Write(e.Bytes(p))
		if p.Sync {
			b.WriteString("⏳")
		}
		if p.Source != nil {
			content, err := io.ReadAll(io.LimitReader(p.Source.R, p.Source.Size))
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&b, "‹%s›", content)
		}
	}
	out, ok := strings.CutSuffix(b.String(), "\r\n")
	if !ok {
		t.Errorf("%s: no CRLF at the end", c.Name())
	}
	return strings.ReplaceAll(out, "\r\n", "⏎")
}

// token is what the server's eyes see; see scanLine.
type token struct {
	kind  byte // 'a' atom, 's' string, '(' or ')'
	text  string
	depth int
}

// scanLine reads stream as one command line with the simplest possible idea of
// IMAP's syntax, which shares no code with the encoder: words, quoted strings,
// counted literals and parentheses, with single spaces between. It returns an
// error where the stream is anything but exactly one line.
func scanLine(stream []byte) (tokens []token, err error) {
	depth, space := 0, true
	brackets := false
	for _, begin := range []string{"FETCH ", "UID FETCH ", "NOTIFY SET STATUS (SELECTED "} {
		brackets = brackets || bytes.HasPrefix(stream, []byte(begin))
	}
	for i := 0; i < len(stream); {
		c := stream[i]
		rest := stream[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			switch {
			case i+2 != len(stream):
				return nil, fmt.Errorf("line ends at %d of %d", i, len(stream))
			case depth != 0:
				return nil, fmt.Errorf("%d parentheses are open", depth)
			case space:
				return nil, fmt.Errorf("space at the end")
			}
			return tokens, nil
		case c == ' ':
			if space {
				return nil, fmt.Errorf("stray space at %d", i)
			}
			space = true
			i++
			continue
		case c == '(':
			if !space && stream[i-1] != '(' && stream[i-1] != ' ' {
				return nil, fmt.Errorf("no space before ( at %d", i)
			}
			tokens = append(tokens, token{'(', "", depth})
			depth++
			space = true
			i++
			if i < len(stream) && stream[i] == ')' {
				space = false
			}
			continue
		case c == ')':
			if depth--; depth < 0 || space {
				return nil, fmt.Errorf("bad ) at %d", i)
			}
			tokens = append(tokens, token{')', "", depth})
			i++
			space = false
			continue
		}
		if !space {
			return nil, fmt.Errorf("no space at %d", i)
		}
		space = false
		text, kind, n, err := scanWord(rest, brackets)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token{kind, text, depth})
		i += n
	}
	return nil, fmt.Errorf("no CRLF at the end")
}

// scanWord reads a string or an atom, with the items of FETCH what is in its brackets;
// elsewhere "[" is a letter like others.
func scanWord(rest []byte, brackets bool) (text string, kind byte, n int, err error) {
	switch {
	case rest[0] == '"':
		return scanQuoted(rest)
	case rest[0] == '{' || bytes.HasPrefix(rest, []byte("~{")):
		return scanLiteral(rest)
	}
	for bracket := 0; n < len(rest); n++ {
		switch c := rest[n]; {
		case c == '[' && brackets:
			bracket++
		case c == ']' && brackets:
			bracket--
		case c == '"' && bracket > 0:
			_, _, width, err := scanQuoted(rest[n:])
			if err != nil {
				return "", 0, 0, err
			}
			n += width - 1
		case c == '{' && bracket > 0:
			_, _, width, err := scanLiteral(rest[n:])
			if err != nil {
				return "", 0, 0, err
			}
			n += width - 1
		case bracket > 0 && (c == ' ' || c == '(' || c == ')'):
		case c == ' ' || c == '(' || c == ')' || c == '\r' && n+1 < len(rest) && rest[n+1] == '\n':
			if n == 0 {
				return "", 0, 0, fmt.Errorf("empty atom")
			}
			if bracket > 0 {
				return "", 0, 0, fmt.Errorf("a bracket is open")
			}
			return string(rest[:n]), 'a', n, nil
		case c < ' ' || c >= 0x7f || c == '"' || c == '{' || c == '%' || c == '*' && n > 0 && rest[n-1] != ':' && rest[n-1] != ',':
			return "", 0, 0, fmt.Errorf("byte %#x in an atom", c)
		}
	}
	return "", 0, 0, fmt.Errorf("atom without an end")
}

func scanQuoted(rest []byte) (text string, kind byte, n int, err error) {
	var b []byte
	for n = 1; n < len(rest); n++ {
		switch c := rest[n]; {
		case c == '"':
			return string(b), 's', n + 1, nil
		case c == '\r' || c == '\n' || c == 0:
			return "", 0, 0, fmt.Errorf("byte %#x in a quoted string", c)
		case c == '\\':
			n++
			if n == len(rest) || rest[n] != '"' && rest[n] != '\\' {
				return "", 0, 0, fmt.Errorf("bad escape")
			}
		}
		b = append(b, rest[n])
	}
	return "", 0, 0, fmt.Errorf("quoted string without an end")
}

func scanLiteral(rest []byte) (text string, kind byte, n int, err error) {
	binary := rest[0] == '~'
	i := 1
	if binary {
		i = 2
	}
	size := 0
	for ; i < len(rest) && '0' <= rest[i] && rest[i] <= '9'; i++ {
		size = size*10 + int(rest[i]-'0')
		if size > len(rest) {
			return "", 0, 0, fmt.Errorf("literal is too long")
		}
	}
	if i < len(rest) && rest[i] == '+' {
		i++
	}
	if !bytes.HasPrefix(rest[i:], []byte("}\r\n")) || i+3+size > len(rest) {
		return "", 0, 0, fmt.Errorf("bad literal")
	}
	content := rest[i+3 : i+3+size]
	if !binary && bytes.IndexByte(content, 0) >= 0 {
		return "", 0, 0, fmt.Errorf("NUL in a literal")
	}
	return string(content), 's', i + 3 + size, nil
}
