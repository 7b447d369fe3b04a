package response

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// structure reads the value of a BODYSTRUCTURE.
func structure(t testing.TB, text string) *BodyStructure {
	t.Helper()
	m := data[*Message](t, "* 1 FETCH (BODYSTRUCTURE "+text+" UID 7)")
	require.EqualValues(t, 7, m.UID, text)
	require.NotNil(t, m.BodyStructure, text)
	return m.BodyStructure
}

// leaf is a part of a type that is neither text nor message.
func leaf(mediaType, rest string) string {
	major, minor, _ := strings.Cut(mediaType, "/")
	tail := ` NIL NIL "7bit" 10`
	if major == "text" {
		tail += " 2"
	}
	return `("` + major + `" "` + minor + `" NIL` + tail + rest + `)`
}

const nilEnvelope = `(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)`

// rfcExample is the message of RFC 9051 §6.4.5.1.
var rfcExample = `(` +
	leaf("text/plain", "") +
	leaf("application/octet-stream", "") +
	`("message" "rfc822" NIL NIL NIL "7bit" 100 ` + nilEnvelope + ` (` + leaf("text/plain", "") + leaf("application/octet-stream", "") + ` "mixed") 20)` +
	`(` + leaf("image/gif", "") +
	`("message" "rfc822" NIL NIL NIL "7bit" 100 ` + nilEnvelope + ` (` + leaf("text/plain", "") + `(` + leaf("text/plain", "") + leaf("text/richtext", "") + ` "alternative") "mixed") 20)` +
	` "mixed") "mixed")`

func TestWalkNumbersPartsAsTheDocumentDoes(t *testing.T) {
	b := structure(t, rfcExample)
	var got []string
	b.Walk(func(p Part) WalkAction {
		got = append(got, strings.TrimSpace(p.String()+" "+p.MediaType()))
		return WalkOn
	})
	assert.Equal(t, []string{
		"multipart/mixed",
		"1 text/plain",
		"2 application/octet-stream",
		"3 message/rfc822",
		"3.1 text/plain",
		"3.2 application/octet-stream",
		"4 multipart/mixed",
		"4.1 image/gif",
		"4.2 message/rfc822",
		"4.2.1 text/plain",
		"4.2.2 multipart/alternative",
		"4.2.2.1 text/plain",
		"4.2.2.2 text/richtext",
	}, got)
	number, ok := ParsePart("4.2.2.2")
	require.True(t, ok)
	assert.Equal(t, []int{4, 2, 2, 2}, number)
}

func TestWalkNumbersOtherShapes(t *testing.T) {
	for text, want := range map[string][]string{
		leaf("text/plain", ""): {"1 text/plain"},
		`("message" "rfc822" NIL NIL NIL "7bit" 1 ` + nilEnvelope + ` ` + leaf("text/plain", "") + ` 1)`:           {"1 message/rfc822", "1.1 text/plain"},
		`("message" "rfc822" NIL NIL NIL "7bit" 1 ` + nilEnvelope + ` (` + leaf("text/plain", "") + ` "mixed") 1)`: {"1 message/rfc822", "1.1 text/plain"},
		`("message" "global" NIL NIL NIL "7bit" 1 ` + nilEnvelope + ` ` + leaf("text/plain", "") + ` 1)`:           {"1 message/global", "1.1 text/plain"},
		`("message" "delivery-status" NIL NIL NIL "7bit" 10)`:                                                      {"1 message/delivery-status"},
		`("message" "rfc822" NIL NIL NIL "7bit" 1 NIL NIL NIL)`:                                                    {"1 message/rfc822"},
		`(` + leaf("text/plain", "") + ` "mixed")`:                                                                 {" multipart/mixed", "1 text/plain"},
		`((` + leaf("text/plain", "") + ` "alternative") "mixed")`:                                                 {" multipart/mixed", "1 multipart/alternative", "1.1 text/plain"},
		`("mixed" ("boundary" "b"))`:                                                                               {" multipart/mixed"},
		`()`:                                                                                                       {"1 /"},
	} {
		var got []string
		b := structure(t, text)
		b.Walk(func(p Part) WalkAction {
			got = append(got, p.String()+" "+p.MediaType())
			return WalkOn
		})
		assert.Equal(t, want, got, text)
	}
	var none *BodyStructure
	none.Walk(func(Part) WalkAction {
		t.Error("a part of nothing")
		return WalkOn
	})
	assert.Empty(t, none.Attachments())
	assert.Empty(t, none.Inline())
	assert.Empty(t, none.Text(PreferPlain))
	assert.Empty(t, none.Sealed())
	assert.Empty(t, none.Charset()+none.Filename()+none.MediaType())
	assert.False(t, none.IsMultipart())
}

func TestWalkLeavesOutWhatItsVisitorSkips(t *testing.T) {
	b := structure(t, rfcExample)
	visit := func(answer func(Part) WalkAction) (numbers []string) {
		b.Walk(func(p Part) WalkAction {
			numbers = append(numbers, p.String())
			return answer(p)
		})
		return numbers
	}
	assert.Equal(t, []string{"", "1", "2", "3", "4", "4.1", "4.2"}, visit(func(p Part) WalkAction {
		if p.Message != nil {
			return SkipChildren
		}
		return WalkOn
	}), "the parts of attached messages are skipped")
	assert.Equal(t, []string{""}, visit(func(Part) WalkAction { return SkipChildren }))
	for i, stop := range []string{"", "1", "2", "3", "3.1", "3.2", "4", "4.1", "4.2", "4.2.1", "4.2.2", "4.2.2.1", "4.2.2.2"} {
		assert.Len(t, visit(func(p Part) WalkAction {
			if p.String() == stop {
				return StopWalk
			}
			return WalkOn
		}), i+1, "stopped at %s", stop)
	}
}

func TestNumbersOfPartsDoNotShareMemory(t *testing.T) {
	var parts []Part
	structure(t, rfcExample).Walk(func(p Part) WalkAction {
		parts = append(parts, p)
		return WalkOn
	})
	for i := range parts {
		parts[i].Number = append(parts[i].Number, 99)
	}
	assert.Equal(t, "4.2.2.1.99", parts[11].String())
	assert.Equal(t, "4.2.2.2.99", parts[12].String())
}

func TestExamplesOfTheDocumentGiveTheirFields(t *testing.T) {
	// RFC 9051 §7.5.2
	b := structure(t, `(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") `+
		`"<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73) "MIXED")`)
	require.Len(t, b.Children, 2)
	assert.Equal(t, "multipart/mixed", b.MediaType())
	assert.Equal(t, &BodyStructure{Type: "TEXT", Subtype: "PLAIN", Params: []Param{{"charset", "US-ASCII"}}, Encoding: "7BIT", Size: 1152, Lines: 23}, b.Children[0])
	c := b.Children[1]
	assert.Equal(t, "<960723163407.20117h@cac.washington.edu>", c.ID())
	assert.Equal(t, "Compiler diff", c.Description())
	assert.Equal(t, "cc.diff", c.Filename())
	assert.Equal(t, "US-ASCII", c.Charset())
	assert.EqualValues(t, 73, c.Lines)
}

func TestExtensionDataIsRead(t *testing.T) {
	b := structure(t, `(`+leaf("text/plain", ` "md5" ("attachment" ("filename" "a.txt" "size" "10")) ("de" "en") "http://x/" (1 (2 "x")) NIL`)+
		` "mixed" ("boundary" "b") ("inline" NIL) "fr" "loc" 7 ("x" (y)))`)
	assert.Equal(t, "b", b.Param("BOUNDARY"))
	assert.Equal(t, "inline", b.Disposition)
	assert.Equal(t, []string{"fr"}, b.Language())
	assert.Equal(t, "loc", b.Location())
	c := b.Children[0]
	assert.Equal(t, "md5", c.MD5())
	assert.Equal(t, "attachment", c.Disposition)
	assert.Equal(t, []Param{{"filename", "a.txt"}, {"size", "10"}}, c.DispositionParams)
	assert.Equal(t, []string{"de", "en"}, c.Language())
	assert.Equal(t, "http://x/", c.Location())
}

func TestFileNamesAreDecoded(t *testing.T) {
	for params, want := range map[string]string{
		`("filename" "a.txt")`:                                                          "a.txt",
		`("FILENAME" "a.txt")`:                                                          "a.txt",
		`("filename*" "UTF-8''Gr%C3%BC%C3%9Fe.txt")`:                                    "Grüße.txt",
		`("filename*" "iso-8859-1'de'Gr%FC%DFe.txt")`:                                   "Grüße.txt",
		`("filename*0" "long" "filename*1" " name" "filename*2" ".txt")`:                "long name.txt",
		`("filename*1" " name" "filename*0" "long" "filename*2" ".txt")`:                "long name.txt",
		`("filename*0*" "UTF-8''Gr%C3%BC" "filename*1*" "%C3%9Fe" "filename*2" ".txt")`: "Grüße.txt",
		`("filename" "=?UTF-8?Q?Gr=C3=BC=C3=9Fe.txt?=")`:                                "Grüße.txt",
		`("filename" "=?UTF-8?B?R3LDvMOfZS50eHQ=?=")`:                                   "Grüße.txt",
		`("filename" "a \"b\".txt")`:                                                    `a "b".txt`,
		`("filename" {5}` + "\r\n" + `a.txt)`:                                           "a.txt",
		`("size" "3")`:                                                                  "named.txt",
		`("filename" "")`:                                                               "named.txt",
		`NIL`:                                                                           "named.txt",
		`("filename" NIL)`:                                                              "named.txt",
		`("filename")`:                                                                  "named.txt",
	} {
		b := structure(t, `("application" "pdf" ("NAME" "named.txt") NIL NIL "base64" 10 NIL ("attachment" `+params+`) NIL NIL)`)
		assert.Equal(t, want, b.Filename(), params)
	}
	b := structure(t, `("application" "pdf" NIL NIL "=?UTF-8?Q?=C3=BC?=" "base64" 10)`)
	assert.Equal(t, "ü", b.Description())
	assert.Empty(t, b.Filename())
}

func TestPartNumbersAreParsed(t *testing.T) {
	for text, want := range map[string][]int{"": nil, "1": {1}, "1.2.3": {1, 2, 3}, "10.200": {10, 200}} {
		got, ok := ParsePart(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range [...]string{"0", "1.", ".1", "1..2", "a", "1.a", "-1", "1.0", " 1", "99999999999999999999", strings.Repeat("1.", 200) + "1"} {
		_, ok := ParsePart(text)
		assert.False(t, ok, text)
	}
}

func TestSectionsAreReadAndCompared(t *testing.T) {
	for text, want := range map[string]Section{
		"[]":                                {},
		"[1]":                               {Part: []int{1}},
		"[1.2.3]":                           {Part: []int{1, 2, 3}},
		"[TEXT]":                            {Specifier: SpecifierText},
		"[header]":                          {Specifier: SpecifierHeader},
		"[1.MIME]":                          {Part: []int{1}, Specifier: SpecifierMIME},
		"[4.2.2.HEADER]":                    {Part: []int{4, 2, 2}, Specifier: SpecifierHeader},
		"[HEADER.FIELDS (From To)]":         {Specifier: SpecifierHeaderFields, Fields: []string{"From", "To"}},
		`[HEADER.FIELDS.NOT ("From" "X]")]`: {Specifier: SpecifierHeaderFieldsNot, Fields: []string{"From", "X]"}},
		"[3.HEADER.FIELDS ({4}\r\nFrom)]":   {Part: []int{3}, Specifier: SpecifierHeaderFields, Fields: []string{"From"}},
		"[X-NEW]":                           {Specifier: "X-NEW"},
		"[1.x-new]":                         {Part: []int{1}, Specifier: "X-NEW"},
	} {
		m := data[*Message](t, "* 1 FETCH (BODY"+text+` "x")`)
		require.Len(t, m.Sections, 1, text)
		assert.Equal(t, want, m.Sections[0].Section, text)
		got, ok := m.Section(want)
		assert.True(t, ok)
		assert.Equal(t, "x", string(got))
		assert.True(t, want.Equal(m.Sections[0].Section))
		_, ok = m.Section(Section{Part: []int{77}})
		assert.False(t, ok)
	}
	a := Section{Specifier: "header.fields", Fields: []string{"TO", "from"}}
	assert.True(t, a.Equal(Section{Specifier: SpecifierHeaderFields, Fields: []string{"From", "To"}}))
	assert.False(t, a.Equal(Section{Specifier: SpecifierHeaderFields, Fields: []string{"From"}}))
	assert.Equal(t, "1.2.HEADER.FIELDS (A B)", Section{Part: []int{1, 2}, Specifier: SpecifierHeaderFields, Fields: []string{"A", "B"}}.String())
}

// TestTextsOfMessagesTellNILFromEmpty in all the forms that servers use.
func TestTextsOfMessagesTellNILFromEmpty(t *testing.T) {
	for value, want := range map[string]string{
		`NIL`: "NIL", `nil`: "NIL", `""`: "", "{0}\r\n": "", `"a\"b"`: `a"b`, "{2}\r\nab": "ab", "~{2}\r\na\x00": "a\x00", "{002}\r\nab": "ab", "{2+}\r\nab": "ab", "{2}\nab": "ab",
	} {
		for _, item := range [...]string{"BODY[1]", "BINARY[1]", "RFC822.TEXT", "BODY[]<0>", "BODY[]<0.100>"} {
			m := data[*Message](t, "* 1 FETCH ("+item+" "+value+" UID 7)")
			require.Len(t, m.Sections, 1, item+value)
			s := m.Sections[0]
			assert.Equal(t, want == "NIL", s.Nil)
			if !s.Nil {
				assert.Equal(t, want, string(s.Data))
				assert.NotNil(t, s.Data)
				assert.EqualValues(t, len(want), s.Size)
			}
			assert.EqualValues(t, 7, m.UID)
		}
	}
	m := data[*Message](t, "* 1 FETCH (BODY[2] )")
	assert.True(t, m.Sections[0].Nil)
	assert.Nil(t, (&Message{}).Body())
}
