package show_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/examples/internal/demo"
	"github.com/seed-090b04e4/imap/examples/internal/show"
)

// The text of each sample message is decoded.
func TestMessage(t *testing.T) {
	t.Parallel()
	messages, err := demo.Messages()
	require.NoError(t, err)
	wants := []string{
		"Subject: Welcome to the sample mailbox\n",
		"Cc: Renée <renee@example.org>\nDate: Tue, 13 Jan 2026 17:40:05 +0100\nSubject: Treffen am Donnerstag im Café Müller\n\nHallo zusammen,\n",
		"Subject: 請求書の件\n\n山田さん\n\n請求書を送りました。",
		"From: Ольга <olga@example.com>\n", // and the attachment below
		"(there is only HTML; this is its text)\n\nOffers of the week\n\nTea & biscuits: 3 €\nCoffee: 2 €\n\n- Open from 9 to 5\n- Closed on Sundays\n\nSee all offers.\n",
		"From: 王伟 <wangwei@example.cn>\nTo: you@example.org\nDate: Wed, 11 Feb 2026 10:05:00 +0800\nSubject: 转发：会议时间\n\n你好，",
		"attached: notes.txt\nattached: blaues Quadrat für Jürgen.png\n",
	}
	require.Len(t, messages, len(wants))
	for i, want := range wants {
		var out strings.Builder
		assert.NoError(t, show.Message(&out, strings.NewReader(string(messages[i].Raw))))
		assert.Contains(t, out.String(), want)
		if i == 3 {
			assert.Contains(t, out.String(), "attached: отчёт.csv\n")
		}
	}
}

// Whatever is damaged, something is shown.
func TestDamaged(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "(there is no text)\n",
		"Subject: x\x1b[2Jy\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\nabc\xff": "abc\uFFFD\n",
		"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nfirst\r\n":            "first\n",
		"Content-Transfer-Encoding: x\r\n\r\nabc":                                          "abc\n",
	} {
		var out strings.Builder
		assert.NoError(t, show.Message(&out, strings.NewReader(text)), "%q", text)
		assert.Contains(t, out.String(), want, "%q", text)
		assert.NotContains(t, out.String(), "\x1b")
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]string{
		"a<b>b</b> c &lt;d&gt;":                  "ab c <d>",
		"a<!-- <p> -->b<":                        "ab",
		"<STYLE>x</STYLE>a<script>1<2</script>b": "ab",
		"<script>never ends":                     "",
		"<p>a<p>b<br/>c":                         "a\n\nb\nc",
		"<table><tr><td>1</td><td>2</td></tr>":   "1 2",
	} {
		assert.Equal(t, want, show.PlainText(html), html)
	}
}
