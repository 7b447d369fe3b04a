package promises_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// quotedExchange is one command of a document's example, and the server's answers to it.
type quotedExchange struct {
	tag, command string
	answers      []string
}

// quotedExchanges reads an example of a document: lines that begin with "C: " are the
// client's, those that begin with "S: " the server's. A line that begins with one space
// continues the one before, and so does one with more, without them: documents wrap
// long lines. The server's "+" is left out.
func quotedExchanges(t testing.TB, text string) (list []quotedExchange) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimLeft(line, "\t"), "\n")
		switch {
		case strings.HasPrefix(line, " "):
			require.NotEmpty(t, lines)
			if strings.HasPrefix(line, "  ") {
				line = strings.TrimLeft(line, " ")
			}
			lines[len(lines)-1] += line
		case line == "C:", line == "S:":
			lines = append(lines, line+" ")
		case line != "":
			lines = append(lines, line)
		}
	}
	for _, line := range lines {
		last := len(list) - 1
		switch {
		case strings.HasPrefix(line, "S: +"):
		case strings.HasPrefix(line, "S: "):
			require.NotEmpty(t, list, "%q", line)
			list[last].answers = append(list[last].answers, line[3:])
		case !strings.HasPrefix(line, "C: "):
			t.Fatalf("neither the client's nor the server's: %q", line)
		case last >= 0 && list[last].answers == nil: // the content of a literal, and what follows
			list[last].command += "\r\n" + line[3:]
		default:
			tag, command, _ := strings.Cut(line[3:], " ")
			list = append(list, quotedExchange{tag: tag, command: command})
		}
	}
	return list
}

// asInRFC has a client talk to a server that holds both to an example of a document:
// each command must be the document's, octet by octet but for its tag, and the server
// answers as the document's does.
func asInRFC(t *testing.T, caps, example string, client func(t *testing.T, c *imap.Client)) {
	t.Helper()
	list := quotedExchanges(t, example)
	bubble(t, func(t *testing.T) {
		played := false
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 " + caps + "] ready")
			for _, x := range list {
				cmd := p.Want(x.command)
				for i, line := range x.answers {
					if rest, is := strings.CutPrefix(line, x.tag+" "); is {
						x.answers[i] = cmd.Tag + " " + rest
					}
				}
				p.Send(x.answers...)
			}
			played = true
			p.Serve(nil)
		})
		client(t, c)
		works(t, c)
		require.True(t, played, "the example goes on")
	})
}
