package imaptest

import "fmt"

// reply is the tagged answer to a command.
type reply struct {
	kind string // OK, NO or BAD; empty: there is no answer
	code string // without brackets; empty for none
	text string
	last bool // the session ends after it
}

func ok(text string) reply           { return reply{kind: "OK", text: text} }
func okCode(code, text string) reply { return reply{kind: "OK", code: code, text: text} }
func no(code, text string) reply     { return reply{kind: "NO", code: code, text: text} }

func bad(format string, v ...any) reply {
	return reply{kind: "BAD", text: fmt.Sprintf(format, v...)}
}

// none is the reply of a command that has answered by itself, or whose
// session is over.
func none() reply { return reply{} }

// String returns the reply without its tag.
func (r reply) String() string {
	if r.code != "" {
		return r.kind + " [" + r.code + "] " + r.text
	}
	return r.kind + " " + r.text
}
