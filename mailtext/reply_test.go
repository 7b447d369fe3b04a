package mailtext

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// resultOf is the result of reading one text.
func resultOf(text string) *Result {
	return &Result{Text: text, Segments: segments(text, partOf("text/plain"), nil)}
}

// shape shows the kinds of segments, each with its number of lines.
func shape(r *Result) string {
	var list []string
	for _, s := range r.Segments {
		list = append(list, s.Kind.String()[:2]+strings.Repeat("+", strings.Count(s.Text, "\n")))
	}
	return strings.Join(list, " ")
}

func TestRepliesAreCutOnlyWhereItIsSafe(t *testing.T) {
	for _, c := range []struct{ why, text, reply string }{
		{"no quote", "Hello,\n\nhow are you?\n", "*"},
		{"Gmail", "Yes!\n\nOn Mon, 2 Mar 2026 at 10:00, Ann <ann@example.org> wrote:\n\n> Shall we?\n> Ann\n", "Yes!\n"},
		{"Gmail, broken in two", "Yes!\n\nOn Mon, 2 Mar 2026 at 10:00, Ann von der Langen Strasse <ann@example.org>\nwrote:\n\n> Shall we?\n", "Yes!\n"},
		{"an attribution without an empty line before it", "Yes!\nOn Mon, 2 Mar 2026 at 10:00, Ann wrote:\n> Shall we?\n", "Yes!\n"},
		{"Apple", "Yes!\n\n> On 2 Mar 2026, at 10:00, Ann <ann@example.org> wrote:\n> \n> Shall we?\n\n", "Yes!\n"},
		{"Outlook", "Yes!\n\n________________________________\nFrom: Ann <ann@example.org>\nSent: Monday\nTo: Bob\nSubject: Lunch\n\nShall we?\n", "Yes!\n"},
		{"Outlook without a rule", "Yes!\n\nFrom: Ann <ann@example.org>\nSent: Monday\nTo: Bob\nSubject: Lunch\n\nShall we?\n", "Yes!\n"},
		{"Outlook Express", "Yes!\n\n-----Original Message-----\nFrom: Ann\nSent: Monday\n\nShall we?\n", "Yes!\n"},
		{"German", "Ja!\n\nAm 02.03.26 um 10:00 schrieb Ann:\n> Gehen wir?\n", "Ja!\n"},
		{"German Outlook", "Ja!\n\nVon: Ann <ann@example.org>\nGesendet: Montag\nAn: Bob\nBetreff: Essen\n\nGehen wir?\n", "Ja!\n"},
		{"French", "Oui!\n\nLe lun. 2 mars 2026 à 10:00, Ann <ann@example.org> a écrit :\n> On y va?\n", "Oui!\n"},
		{"Japanese", "はい。\n\n2026年3月2日(月) 10:00 Ann <ann@example.org>:\n> 行きますか。\n", "はい。\n"},
		{"Chinese", "好。\n\n在 2026年3月2日，Ann 写道：\n> 去吗？\n", "好。\n"},
		{"below the quote", "On Monday Ann wrote:\n> Shall we?\n\nYes!\n", "Yes!\n"},
		{"with a signature", "Yes!\n\n-- \nBob\nExample Ltd\n", "Yes!\n"},
		{"with a signature before the quote", "Yes!\n\n-- \nBob\n\nOn Monday Ann wrote:\n> Shall we?\n", "Yes!\n"},
		{"with a signature after the quote", "Yes!\n\nOn Monday Ann wrote:\n> Shall we?\n\n-- \nBob\n", "Yes!\n"},
		{"several quotes in one", "Yes!\n\n> a\n>> b\n> c\n\n", "Yes!\n"},

		{"answers between quotes", "On Monday Ann wrote:\n> Shall we?\nYes.\n> When?\nAt one.\n", "*"},
		{"a greeting, a quote, an answer", "Hi Ann,\n\n> Shall we?\n\nYes.\n", "*"},
		{"a forward", "FYI\n\n---------- Forwarded message ---------\nFrom: Ann\nDate: Monday\nSubject: Lunch\nTo: Bob\n\nShall we?\n", "*"},
		{"a forward of Apple Mail", "FYI\n\nBegin forwarded message:\n\nFrom: Ann\nSubject: Lunch\nDate: Monday\n\nShall we?\n", "*"},
		{"a German forward", "z.K.\n\n-------- Weitergeleitete Nachricht --------\nBetreff: Essen\nDatum: Montag\nVon: Ann\n\nGehen wir?\n", "*"},
		{"a quote alone", "> Shall we?\n> Ann\n", "*"},
		{"a signature alone", "-- \nBob\n", "*"},
		{"nothing", "", "*"},

		{"words that are no attribution", "I wrote: yes.\n\nMore.\n", "*"},
		{"a list of points before a quote", "These are my points:\n> one\n", "These are my points:\n"},
		{"a rule is no quote", "one\n_____\ntwo\n", "*"},
		{"a short header in the text", "See below.\n\nFrom: Berlin\nTo: Paris\n\nBook it.\n", "*"},
		{"a line that ends in dashes", "Call me --\nBob\n", "*"},
		{"a long signature is text", "Yes!\n-- \n" + strings.Repeat("x\n", 40), "*"},
	} {
		r := resultOf(c.text)
		want := c.reply
		if want == "*" {
			want = c.text
		}
		assert.Equal(t, want, r.Reply(), "%s: %s", c.why, shape(r))
		var joined strings.Builder
		for _, s := range r.Segments {
			joined.WriteString(s.Text)
		}
		assert.Equal(t, c.text, joined.String(), "%s: segments are the text", c.why)
	}
}

func TestHTMLMarksItsQuotes(t *testing.T) {
	for _, c := range []struct{ why, html, reply string }{
		{"Gmail", `<div dir="ltr">Yes!</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Am Mo. Ann:<br></div><blockquote class="gmail_quote">Shall we?</blockquote></div>`, "Yes!\n"},
		{"Outlook on the web", `<div>Yes!</div><hr><div id="divRplyFwdMsg"><b>Frá:</b> Ann<br><b>Sent:</b> x</div><div>Shall we?</div>`, "Yes!\n\n---\n"},
		{"Outlook on the web, in a message", `<div>Yes!</div><div id="appendonsend"></div><p>Shall we?</p>`, "Yes!\n"},
		{"Thunderbird", `<p>Yes!</p><div class="moz-cite-prefix">Klukkan 10 Ann:<br></div><blockquote type="cite"><p>Shall we?</p></blockquote>`, "Yes!\n"},
		{"Apple", `<div>Yes!</div><div><br><blockquote type="cite"><div>On Monday, Ann wrote:</div><br><div>Shall we?</div></blockquote></div>`, "Yes!\n"},
		{"Yahoo", `<div>Yes!</div><div class="ydp1 yahoo_quoted"><div>On Monday, Ann wrote:</div><div>Shall we?</div></div>`, "Yes!\n"},
		{"between quotes", `<blockquote>Shall we?</blockquote><div>Yes.</div><blockquote>When?</blockquote><div>At one.</div>`, "*"},
		{"a forward of Gmail", `<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ann<br>Date: Monday<br>Subject: Lunch<br></div><p>Shall we?</p></div>`, "*"},
	} {
		conv, text, _ := convert([]byte(c.html), 10000, LinksInline, false)
		r := &Result{Text: text, Segments: segments(text, partOf("text/html"), conv.regions)}
		want := c.reply
		if want == "*" {
			want = text
		}
		assert.Equal(t, want, r.Reply(), "%s: %s", c.why, shape(r))
	}
}

func TestLongTextsAreNotCut(t *testing.T) {
	text := "Yes!\n" + strings.Repeat("> x\n", maxSegmentLines)
	assert.Equal(t, text, resultOf(text).Reply())
	for _, bomb := range []string{strings.Repeat("On x:\n", 9000), strings.Repeat("-----Original Message-----\n", 9000), strings.Repeat("From: x\n\n", 4900),
		strings.Repeat("> \n\n", 4900), strings.Repeat("-- \n", 9000), strings.Repeat("a:\n> b\n", 4900), strings.Repeat("<", 1<<20), strings.Repeat("x ", 1<<20)} {
		start := time.Now()
		resultOf(bomb).Reply()
		Preview(bomb, 100)
		assert.Less(t, time.Since(start), 20*time.Second, "%.20q", bomb)
	}
}

func TestPreviewsShowTheSendersWordsOnOneLine(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"Hello,\n\nhow  are\tyou?\n", 100, "Hello, how are you?"},
		{"Hello, how are you?", 8, "Hello,…"},
		{"Hello, how are you?", 9, "Hello, h…"},
		{"Grüße", 5, "Grüße"},
		{"Grüße", 4, "Grü…"},
		{"Yes!\n\nOn Monday Ann wrote:\n> Shall we?\n", 100, "Yes!"},
		{"> Shall we?\n", 100, "Shall we?"},
		{"=====\nSale <https://e.example/x?y> now\n-----\n", 100, "Sale now"},
		{"a < b <x@example.org> <https://open", 100, "a < b <x@example.org> <https://open"},
		{"a\u200bb\u202ec", 100, "abc"},
		{"x👩\u200d👧y", 2, "x…"},
		{"", 10, ""},
		{"text", 0, ""},
	} {
		assert.Equal(t, c.want, Preview(c.text, c.n), "%q", c.text)
	}
}
