package mailtext

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// text converts HTML as Read does.
func text(html string) string {
	_, s, _ := convert([]byte(html), DefaultMaxOutput, LinksInline, false)
	return s
}

// golden checks texts, which are written without their last line break.
func golden(t *testing.T, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		want := c[1]
		if want != "" {
			want += "\n"
		}
		got := text(c[0])
		assert.Equal(t, want, got, c[0])
		checkText(t, got)
	}
}

// checkText checks what holds for every text that comes from HTML.
func checkText(t testing.TB, s string) {
	t.Helper()
	assert.True(t, utf8.ValidString(s))
	if s == "" {
		return
	}
	assert.True(t, strings.HasSuffix(s, "\n"), "%q", s)
	assert.NotContains(t, s, "\n\n\n")
	assert.False(t, strings.HasPrefix(s, "\n"), "%q", s)
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		bare := strings.TrimLeft(line, "> ")
		assert.True(t, strings.TrimRight(line, " \t") == line || bare == "-- ", "%q", line)
	}
	clean, n := dropInvisible(s)
	assert.Equal(t, s, clean)
	assert.Zero(t, n)
}

func TestBlocksStandOnLinesOfTheirOwnAndWordsStayWhole(t *testing.T) {
	golden(t, [][2]string{
		{"", ""},
		{"<p>&nbsp;</p><div><br></div>", ""},
		{"just text", "just text"},
		{"<p>Hello <b>wor</b>ld,<i> how</i>\n are  <u>you</u>?</p><p>second</p>", "Hello world, how are you?\n\nsecond"},
		{"<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"},
		{"<div>a<br></div><div>b</div>", "a\nb"},
		{"<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"},
		{"a<br>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd"},
		{"<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb"},
		{`<p style="margin:0">a</p><p style="margin:0">b</p>`, "a\nb"},
		{"<h1>Title</h1>text<hr>more", "Title\n\ntext\n\n---\n\nmore"},
		{"<section>a</section><article>b</article><nav>c</nav><form>d</form><center>e</center>", "a\nb\nc\nd\ne"},
		{`<span style="display:block">a</span><span>b</span>`, "a\nb"},
		{"wor<wbr>ld su<sub>b</sub>", "world sub"},
		{"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"},
		{"日本\n語 <b>の\n本</b> is\nJapanese 日 本", "日本語 の本 is Japanese 日 本"},
		{"<pre>\na\n\tb  c  \n\n  d</pre>e", "a\n\tb  c\n\n  d\n\ne"},
		{`<div style="white-space:pre-wrap">a  b` + "\n" + `c</div>`, "a  b\nc"},
		{"a<pre>x<br>y</pre>", "a\n\nx\ny"},
		{"<dl><dt>term<dd>meaning<dt>term 2<dd>meaning 2</dl>", "term\nmeaning\nterm 2\nmeaning 2"},
		{"<details><summary>sum</summary>content</details><button>press</button>", "sum\ncontent\npress"},
		{"<noscript>no script</noscript><object>fall back</object><del>gone</del><ins>new</ins>", "no scriptfall backgonenew"},
		{"<q>quoted</q>", `"quoted"`},
		{"a&nbsp;&nbsp;b&#160;c&amp;d&#x80;&#0;&#xD800;&lt;x&gt;", "a b c&d€\ufffd\ufffd<x>"},
		{"-- <br>Bob<br>-- no<br>--", "-- \nBob\n-- no\n--"},
		{"-- <div>Bob</div>", "-- \nBob"},
		{"a < b and c > d, 1<2", "a < b and c > d, 1<2"},
		{"From: Bob <Bob@Example.com>, see <https://a.example/c?d=e> or <www.example.com>", "From: Bob <Bob@Example.com>, see <https://a.example/c?d=e> or <www.example.com>"},
		{"</p>a</div></nonsense>b<br/>c</br>d", "ab\nc\nd"},
		{"<p>a<p>b<div>c<p>d</div>e", "a\n\nb\n\nc\n\nd\n\ne"},
		{"<html><head><title>T</title><body>text</body></html>", "text"},
		{"<head><meta charset=utf-8><style>p{}</style>text without a body", "text without a body"},
		{"\ufeffa\u00adb\u200bc", "abc"},
		{"<unknown>x</unknown><foo-bar>y</foo-bar>", "xy"},
		{"<xmp><b>literal</b>\n x</xmp>", "<b>literal</b>\n x"},
	})
}

func TestListsShowTheirMarkers(t *testing.T) {
	golden(t, [][2]string{
		{"<ul><li>a<li>b</ul>c", "* a\n* b\n\nc"},
		{"x<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", "x\n\n* a\n  * b\n    1. c\n* d"},
		{"<ol start=3><li>x<li value=7>y<li>z</ol>", "3. x\n7. y\n8. z"},
		{"<ol reversed start=2><li>x<li>y</ol>", "2. x\n1. y"},
		{"<ul><li><p>one</p><p>two</p></li><li><div>three</div></li></ul>", "* one\n\n  two\n\n* three"},
		{"<ul><li></li><li> <br></li><li>a</ul>", "* a"},
		{"<ul><li>a<br>b</ul>", "* a\n  b"},
		{"<li>outside", "* outside"},
		{"<blockquote><ul><li>a</ul></blockquote>", "> * a"},
		{"<ul><li><blockquote>a</blockquote></ul>", "> * a"},
	})
}

func TestQuotesAreMarkedForEachLevel(t *testing.T) {
	golden(t, [][2]string{
		{"<blockquote>a<br>b<p>c</p><blockquote>d</blockquote></blockquote>own", "> a\n> b\n>\n> c\n>\n> > d\n\nown"},
		{"one<blockquote type=cite><div>a</div></blockquote><blockquote>b</blockquote>", "one\n\n> a\n>\n> b"},
		{"<blockquote><pre>a\n\nb</pre></blockquote>", "> a\n>\n> b"},
		{"<blockquote></blockquote>x", "x"},
		{strings.Repeat("<blockquote>", 100) + "x", strings.Repeat("> ", 32) + "x"},
	})
}

func TestCellsAreNotGlued(t *testing.T) {
	golden(t, [][2]string{
		{"<table><tr><th>Item<th>Qty<th>Price<tr><td>Apples<td>3<td>1.20<tr><td>Pears<td><td>0.80<tr><td>Figs<td>2</table>after", "Item | Qty | Price\nApples | 3 | 1.20\nPears |  | 0.80\nFigs | 2\n\nafter"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td><p>c</p></td><td>d</td></tr></table>", "a | b\nc | d"},
		{"<table><tr><td>only</td><td>one row</td></tr></table>", "only\none row"},
		{"<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", "a\nb\nc\nd"},
		{"<table><tr><td>a<br>b<td>c<tr><td>d<td>e</table>", "a\nb\nc\nd\ne"},
		{"x<table><caption>Cap</caption><thead><tr><th>h<th>i</thead><tbody><tr><td>1<td>2</tbody></table>", "x\n\nh | i\n1 | 2"},
		{"<table><tr><td><table><tr><td>l</td><td>r</td></tr><tr><td>m</td><td>n</td></tr></table></td><td>side</td></tr></table>", "l | r\nm | n\n\nside"},
		{"<blockquote>q<table><tr><td>a<td>b<tr><td>c<td>d</table></blockquote>", "> q\n>\n> a | b\n> c | d"},
		{"<ul><li><table><tr><td>a<td>b<tr><td>c<td>d</table></ul>", "* a | b\n  c | d"},
		{`<table><tr><th>x<th><a href="https://e.example/">y</a><tr><td>1<td>2</table>`, "x | y <https://e.example/>\n1 | 2"},
		{"<td>no table", "no table"},
		{"<table><tr><td>a<td>b<tr><td>c<td>d </table>after <table><tr><th>e<th>f</table>", "a | b\nc | d\n\nafter\n\ne | f"},
		{"<table>loose<tr>text<td>cell</table>", "loose\ntext\ncell"},
		{strings.Repeat("<table><tr><td>", 40) + "deep" + strings.Repeat("</table>", 40), "deep"},
	})
}

func TestLinksShowTheirTargetUnlessItIsTheirText(t *testing.T) {
	golden(t, [][2]string{
		{`<a href="https://e.example/x">see  this</a>, ok`, "see this <https://e.example/x>, ok"},
		{`<a href="https://www.e.example/">e.example</a> <a href="http://e.example">https://e.example/</a>`, "e.example https://e.example/"},
		{`<a href="mailto:bob@e.example?subject=x">Bob</a>, <a href="mailto:bob@e.example">bob@e.example</a>`, "Bob <bob@e.example>, bob@e.example"},
		{`<a href="tel:+49 30-1">+49 (30) 1</a>, <a href="tel:123">call</a>`, "+49 (30) 1, call <123>"},
		{`<a href="#x">top</a> <a href="javascript:x()">j</a> <a href="data:x">d</a> <a href="cid:x">c</a> <a href="file:///x">f</a> <a name=x>n</a> <a href="/rel">r</a>`, "top j d c f n r"},
		{`<a href="https://e.example/"><img alt="Logo"></a>`, "[Logo] <https://e.example/>"},
		{`<a href="https://e.example/"><img></a>text`, "text"},
		{`<a href="https://e.example/"><div>block</div></a>next`, "block <https://e.example/>\nnext"},
		{"<a href=\" https://e.example/\n a\u200b b<c>\">x</a>", "x <https://e.example/ab%3Cc%3E>"},
		{`<a href="https://e.example/"><p>a</b></a>c`, "a <https://e.example/> c"},
	})
}

// TestLinksThatLieShowBothSides with every way of showing links.
func TestLinksThatLieShowBothSides(t *testing.T) {
	for html, lies := range map[string]bool{
		`<a href="https://evil.example/x">https://bank.example/login</a>`:       true,
		`<a href="https://evil.example/x">bank.example</a>`:                     true,
		`<a href="https://evil.example/x">www.bank.example</a>`:                 true,
		`<a href="https://bank.example.evil.example/">bank.example</a>`:         true,
		`<a href="https://bank.example@evil.example/">https://bank.example</a>`: true,
		`<a href="https://evil.example/"><b>bank</b>.example</a>`:               true,
		`<a href="https://login.bank.example/x">bank.example</a>`:               false,
		`<a href="https://www.bank.example/x">BANK.example</a>`:                 false,
		`<a href="https://files.example/x">report.pdf</a>`:                      false,
		`<a href="https://evil.example/x">click here</a>`:                       false,
		`<a href="https://evil.example/x">Dr. Smith</a>`:                        false,
		`<a href="https://evil.example/x">1.2.3</a>`:                            false,
	} {
		for _, links := range []Links{LinksInline, LinksNone, LinksFootnotes} {
			c, got, _ := convert([]byte(html), 1000, links, false)
			assert.Equal(t, lies, c.liars == 1, html)
			if lies {
				assert.Contains(t, got, ".example", html)
				assert.Contains(t, got, "evil.example", html)
				assert.Contains(t, got, " <https://", html)
			}
		}
	}
	_, got, _ := convert([]byte(`<a href="https://a.example/">one</a> and <a href="https://b.example/">two</a>.`), 1000, LinksFootnotes, false)
	assert.Equal(t, "one [1] and two [2].\n\n[1] https://a.example/\n[2] https://b.example/\n", got)
	_, got, _ = convert([]byte(`<a href="https://a.example/">one</a>`), 1000, LinksNone, false)
	assert.Equal(t, "one\n", got)
}

func TestPicturesShowTheirTextInBrackets(t *testing.T) {
	golden(t, [][2]string{
		{`<img alt="A  cat" src="cid:x">`, "[A cat]"},
		{`a<img src=x>b<img alt="">c`, "abc"},
		{`<img alt=pixel width=1 height=1><img alt=pixel height="2">`, ""},
		{`<img alt="` + strings.Repeat("x", 300) + `">`, "[" + strings.Repeat("x", 199) + "…]"},
		{`<img alt="a` + "\u200b\u202e" + `b">`, "[ab]"},
	})
	c, _, _ := convert([]byte(`<img src="cid:a"><img src="b.png"><div style="display:none"><img src="cid:c"></div>`), 1000, LinksInline, false)
	assert.Equal(t, []string{"cid:a", "b.png"}, c.refs)
}

// TestHiddenContentIsDroppedAndCounted for every way of hiding; what is beside it
// stays.
func TestHiddenContentIsDroppedAndCounted(t *testing.T) {
	styles := []string{
		"display:none", "DISPLAY : NONE !important", "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:0.0", "font-size:0", "font-size:1px", "font-size:0.1em", "font:0/0 a", "font:italic 700 0px/1.5 serif", "font:0 a",
		"mso-hide:all", "height:0;overflow:hidden", "max-height:0px;overflow:hidden", "width:0;overflow:hidden", "max-width:0;overflow-x:hidden", "text-indent:-9999px",
		"position:absolute;left:-10000px", "position:fixed;top:-9999px", "margin-left:-9999px", "position:absolute;clip:rect(0,0,0,0)", "position:absolute;clip:rect(1px, 1px, 1px, 1px)", "clip-path:inset(100%)",
		"color:#fff;background:#ffffff", "color:white;background-color:rgb(255, 255, 255)", "color:transparent", "transform:scale(0)",
	}
	hide := []string{`<div hidden>@@</div>`, `<div style="display:none"><table><tr><td>@@<p>@@</table></div>`, `<foo style="display:none">@@</foo>`, `<font bgcolor="#000" style="color:black">@@</font>`, `<style>.x{display:none}</style><b class="y x">@@</b>`,
		`<style>/* c */ #i , p.z{visibility:hidden}</style><i id=i>@@</i><p class=z>@@</p>`, `<style>@import url(x); @media print{.a{color:red}} b{font-size:0}</style><b>@@</b>`, `<b class=late>@@</b><style>.late{display:none}</style>`,
		`<style>*.x.y{display:none}</style><b class="x y">@@</b>`}
	for _, s := range styles {
		hide = append(hide, `<div style="`+s+`">@@</div>`, `<span style="color:red;`+s+`">@@<b>@@</b></span>`)
	}
	for _, h := range hide {
		html := "<p>before</p>" + strings.ReplaceAll(h, "@@", "secret") + "<p>after</p>"
		c, got, _ := convert([]byte(html), 1000, LinksInline, false)
		assert.NotContains(t, got, "secret", html)
		assert.Contains(t, got, "before", html)
		assert.Contains(t, got, "after", html)
		assert.EqualValues(t, strings.Count(html, "secret")*len("secret"), c.hidden, html)
		deep := strings.Repeat("<div>", 500) + html
		_, got, _ = convert([]byte(deep), 1000, LinksInline, false)
		assert.NotContains(t, got, "secret", "deep: %s", html)
		assert.Contains(t, got, "before")
	}
}

func TestWhatIsNotHiddenStays(t *testing.T) {
	for _, html := range []string{
		`<div style="display:block">@@</div>`, `<div style="opacity:0.9">@@</div>`, `<div style="height:0">@@</div>`, `<div style="overflow:hidden;height:10px">@@</div>`,
		`<div style="font-size:0"><span style="font-size:14px">@@</span></div>`, `<div style="visibility:hidden"><b style="visibility:visible">@@</b></div>`,
		`<div aria-hidden=true>@@</div>`, `<style>@media (max-width:600px){.m{display:none}}</style><p class=m>@@</p>`, `<style>div .x{display:none}</style><p class=x>@@</p>`,
		`<style>.x{display:none}.x{display:block}</style><p class=x>@@</p>`, `<style>.x{display:none}</style><p class=x style="display:block">@@</p>`,
		`<div style="color:#fff">@@</div>`, `<div style="text-indent:-20px;margin-left:20px">@@</div>`, `<div style="font-size:90%;width:0">@@</div>`, `<div style="font-size:smaller">@@</div>`, `<div style="font-size:0"><b style="font:bold 14px/20px a">@@</b></div>`, `<div style="font:700 14px Arial">@@</div>`,
		`<p style="display:none">x<p>@@`, `<b style="display:none"><p>x</b>@@`, `<div style="display:none">x</div>@@`, `<div style="display:none"><span>x</div>@@`,
		`<a style="display:none" href=x>x</a>@@`, `<div style="background:white;color:black">@@</div>`,
	} {
		html = strings.ReplaceAll(html, "@@", "visible")
		assert.Contains(t, text(html), "visible", html)
		assert.NotContains(t, text(html), "x\n", html)
	}
}

func TestWhatIsNeverShownIsDropped(t *testing.T) {
	for _, html := range []string{
		"<title>%</title>", "<style>%</style>", "<script>%</script>", "<script>if (a<b) '</p>%'</script>", "<textarea>%</textarea>", "<template><p>%</p></template>",
		"<select><option>%<option>%</select>", "<datalist><option>%</datalist>", "<iframe>%</iframe>", "<svg><text>%</text></svg>", "<canvas>%</canvas>", "<map><p>%</map>", "<noframes>%</noframes>",
		"<!-- % -->", "<!--[if mso]><p>%</p><![endif]-->", "<!doctype %>", "<?xml %?>", "<![CDATA[%]]>", "<input value=%>", "<meta content=%>", "<!-- a -- b > % -->",
		"<head><title>%</title></head>", "<STYLE>%</Style >", "<b title=%>", "<a href='%'></a>",
	} {
		html = "before " + strings.ReplaceAll(html, "%", "secret") + " after"
		assert.Equal(t, "before after\n", text(html), html)
	}
	assert.Equal(t, "for others\n", text("<![if !mso]>for others<![endif]>"))
	assert.Equal(t, "ab\n", text("a<!---->b"))
	assert.Equal(t, "ab\n", text("a<!-->b"))
	assert.Equal(t, "ab\n", text("a<!--->b"))
	assert.Equal(t, "ab\n", text("a<!-- x --!>b"))
}

// TestHTMLBombsTakeNoTime: time is linear, and what comes after is there.
func TestHTMLBombsTakeNoTime(t *testing.T) {
	bombs := func(n int) map[string]string {
		return map[string]string{
			"divs":            strings.Repeat("<div>", n),
			"closed divs":     strings.Repeat("<div>", n) + strings.Repeat("</div>", n),
			"spans":           strings.Repeat("<span>", n),
			"formatting":      strings.Repeat("<b><p>", n),
			"misnested":       strings.Repeat("<b><p></b>", n),
			"tables":          strings.Repeat("<table><tr><td>", n/4),
			"cells":           "<table>" + strings.Repeat("<tr><td>a<td>b", n) + "</table>",
			"lists":           strings.Repeat("<ul><li>", n),
			"items":           strings.Repeat("<li>", n),
			"quotes":          strings.Repeat("<blockquote>x", n/20),
			"addresses":       strings.Repeat("From: <a@b.example> ", n),
			"attributes":      "<p " + strings.Repeat("a=b ", n*5) + ">",
			"one attribute":   `<img src="data:` + strings.Repeat("AAAA", n*8) + `">`,
			"bare attribute":  `<img src=data:` + strings.Repeat("AAAA", n*8) + `>`,
			"quotation marks": "<p " + strings.Repeat(`a="b" `, n) + ">",
			"end tags":        strings.Repeat("<i>", 255) + strings.Repeat("</div></span></b>", n),
			"comments":        strings.Repeat("<!-- x -->", n),
			"dashes":          "<!--" + strings.Repeat("-", n*5) + "-->",
			"styles":          strings.Repeat("<style>.x{display:none}</style><b class='x y z'>h</b>", n/20),
			"rules":           "<style>" + strings.Repeat(".x{display:none}", n) + "</style>" + strings.Repeat("<b class=y></b>", n),
			"braces":          "<style>" + strings.Repeat("{", n) + "</style>",
			"at rules":        "<style>" + strings.Repeat("@media x{", n) + "</style>",
			"css comments":    "<style>" + strings.Repeat("/*", n) + "</style>",
			"links":           strings.Repeat(`<a href="https://e.example/">x</a> `, n),
			"nested links":    strings.Repeat(`<a href="https://e.example/">x`, n),
			"breaks":          strings.Repeat("<br>", n),
			"lower than":      strings.Repeat("<", n*3) + " ",
			"entities":        strings.Repeat("&amp", n),
			"regions":         strings.Repeat(`<div class="gmail_quote">`, n),
			"scripts":         strings.Repeat("<script></script>", n),
			"end of scripts":  "<script>" + strings.Repeat("</", n) + "</script>",
		}
	}
	// Eight times the input takes eight times as long, not sixty-four; the second
	// is for what else the machine does.
	const n = 4000
	large := bombs(8 * n)
	for name, html := range bombs(n) {
		took := func(html string) time.Duration {
			start := time.Now()
			got := text(html + "<p>the end")
			assert.Contains(t, got, "the end", name)
			assert.LessOrEqual(t, len(got), DefaultMaxOutput)
			return time.Since(start)
		}
		small := took(html)
		assert.Less(t, took(large[name]), 24*small+time.Second, name)
	}
	for name, html := range map[string]string{
		"comment": "text<!-- x", "tag": "text<p a=", "quotation mark": `text<p a="b>c`, "style": "text<style>x", "script": "text<script>", "title": "text<title>x", "declaration": "text<!x",
	} {
		_, got, unclosed := convert([]byte(html), 1000, LinksInline, false)
		assert.True(t, unclosed, name)
		assert.Equal(t, "text\n", got, name)
	}
}

func TestTextIsCutWhereItDoesNotFit(t *testing.T) {
	html := strings.Repeat("<p>äöü</p>", 10000)
	c, got, _ := convert([]byte(html), 5000, LinksInline, false)
	assert.True(t, c.full)
	assert.LessOrEqual(t, len(got), 5000)
	assert.Greater(t, len(got), 4000)
	checkText(t, got)
	got, err := FromHTML(strings.NewReader("<p>a\xff"), nil)
	assert.NoError(t, err)
	assert.Equal(t, "a\ufffd\n", got)
	broken := errors.New("broken")
	got, err = FromHTML(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("ab"))), nil)
	assert.ErrorIs(t, err, iotest.ErrTimeout)
	assert.Equal(t, "a\n", got)
	_, err = FromHTML(iotest.ErrReader(broken), &Options{MaxInput: 10})
	assert.ErrorIs(t, err, broken)
}

// htmlPieces are what random HTML is made of.
var htmlPieces = []string{"<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", "<ul>", "<ol>", "<li>", "</li>", "</ul>", "<blockquote>", "</blockquote>",
	"<br>", "<hr>", "<pre>", "</pre>", "<a href='https://e.example/'>", "</a>", "<img alt=x>", "<span style='display:none'>", "</span>", "<b style='font-size:0'>", "<div style='font-size:9px'>", "word", " ", "\n", "&nbsp;", "\t", "日", "-- ", "--",
	"<!-- c -->", "<style>.h{display:none}</style>", "<i class=h>", "</i>", "<div class=gmail_quote>", "<", "&", "\u200b", "\u202e", "<title>", "</title>", "<select>", "</select>", "\"", ">", "a\u200db", "<o:p>", "<x@y>"}

func TestTextOfAnythingIsWellFormed(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 5000 {
		var b bytes.Buffer
		for range r.IntN(40) {
			b.WriteString(htmlPieces[r.IntN(len(htmlPieces))])
		}
		html := b.String()
		c, got, _ := convert([]byte(html), 300, LinksInline, false)
		checkText(t, got)
		for _, region := range c.regions {
			assert.LessOrEqual(t, region.from, len(got)+1)
		}
		var joined strings.Builder
		for _, s := range segments(got, partOf("text/html"), c.regions) {
			joined.WriteString(s.Text)
		}
		assert.Equal(t, got, joined.String())
		if t.Failed() {
			t.Fatalf("%q: %q", html, got)
		}
	}
}

func FuzzFromHTML(f *testing.F) {
	for _, p := range htmlPieces {
		f.Add(p)
	}
	f.Add("<table><tr><th>a<td>b<tr><td>c<td>d</table>")
	f.Fuzz(func(t *testing.T, html string) {
		got, err := FromHTML(strings.NewReader(html), &Options{MaxOutput: 2000})
		require.NoError(t, err)
		checkText(t, got)
	})
}

func BenchmarkFromHTML(b *testing.B) {
	html := strings.Repeat(`<table><tr><td style="font-size:14px;color:#333" class="a b">Some words of text, <b>bold</b> and <a href="https://e.example/x">linked</a>.</td></tr></table>`, 1000)
	b.SetBytes(int64(len(html)))
	b.ReportAllocs()
	for b.Loop() {
		text(html)
	}
}
