package commands_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
)

func TestTrace(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, tt := range []golden{
		{rev1, Login{"joe", "geheim"}, `LOGIN "joe" ***`},
		{rev1, Login{"joe", "gehöim\r\n" + long}, `LOGIN "joe" ***`},
		{rev1, Login{"jö", "geheim"}, `LOGIN {3} "jö" ***`},
		{rev1, Authenticate{"PLAIN", []byte("x"), true}, "AUTHENTICATE PLAIN ***"},
		{rev1, Authenticate{Mechanism: "PLAIN"}, "AUTHENTICATE PLAIN"},
		{plus, Raw{Command: "X", Args: []Arg{ArgSecret(ArgList(ArgString("geheim"), ArgLiteral([]byte("geheim")))), ArgLiteral([]byte(long + "geheim"))}}, `X *** {106} "` + long[:64] + `"…`},
		{rev1, Append{"a", []AppendMessage{{Literal: literal.Source{R: strings.NewReader("geheim"), Size: 6}}}}, "APPEND a {6}"},
		{rev1, Append{"a", []AppendMessage{{Literal: literal.Source{R: strings.NewReader("geheim"), Size: 6}}, {Literal: literal.Source{R: strings.NewReader("g"), Size: 1}}}}, "APPEND a {6} {1}"},
		{rev1, Append{"a", []AppendMessage{{}}}, `APPEND a {0} ""`},
	} {
		var e Encoder
		e.Reset(tt.dialect)
		assert.NoError(t, e.Command(tt.command))
		got := string(e.AppendTrace(nil))
		assert.Equal(t, tt.want, got)
		assert.NotContains(t, got, "geheim")
		assert.NotContains(t, got, "\n")
	}
}

func TestEncoderForgetsSecrets(t *testing.T) {
	var e Encoder
	e.Reset(plus)
	assert.NoError(t, e.Command(Login{"joe", "geheim"}))
	line := e.Bytes(e.Parts()[0])
	assert.Contains(t, string(line), "geheim")
	e.Reset(plus)
	assert.NotContains(t, string(line), "geheim")
}
