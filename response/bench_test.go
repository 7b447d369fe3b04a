package response

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	flagsRow = `* 12 FETCH (UID 1234 FLAGS (\Seen \Answered $Forwarded NonJunk))`

	// realisticRow is a mail with an encoded subject, five addresses, a text in
	// two forms and an attachment, with extension data.
	realisticRow = `* 12 FETCH (UID 1234 FLAGS (\Seen NonJunk) INTERNALDATE "17-Jul-2024 02:44:25 +0200" RFC822.SIZE 48231 ` +
		`ENVELOPE ("Wed, 17 Jul 2024 02:44:20 +0200" "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?= =?UTF-8?Q?_und_Umgebung?=" ` +
		`((" =?ISO-8859-1?Q?J=FCrgen_M=FCller?=" NIL "juergen" "example.org")) ((" =?ISO-8859-1?Q?J=FCrgen_M=FCller?=" NIL "juergen" "example.org")) ` +
		`((" =?ISO-8859-1?Q?J=FCrgen_M=FCller?=" NIL "juergen" "example.org")) (("Alice Example" NIL "alice" "example.com")(NIL NIL "bob" "example.net")) ` +
		`(("Carol \"CC\" Example" NIL "carol" "example.com")("Team" NIL "team" "lists.example.org")) NIL "<20240716.1@example.com>" "<20240717.2@example.org>") ` +
		`BODYSTRUCTURE ((("text" "plain" ("charset" "utf-8" "format" "flowed") NIL NIL "quoted-printable" 1834 52 NIL NIL NIL NIL)` +
		`("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 8231 140 NIL NIL NIL NIL) "alternative" ("boundary" "b2_abcdef") NIL NIL NIL)` +
		`("application" "pdf" ("name" "report.pdf") "<att1@example.org>" NIL "base64" 36120 NIL ("attachment" ("filename" "report.pdf" "size" "26001")) NIL NIL) ` +
		`"mixed" ("boundary" "b1_abcdef") NIL NIL NIL))`

	// encodedRow has names of files that are not ASCII, in two ways, and languages.
	encodedRow = `* 12 FETCH (UID 1234 BODYSTRUCTURE ("application" "pdf" ("name" "=?UTF-8?Q?Pr=C3=BCfbericht=2Epdf?=") "<att1@example.org>" NIL "base64" 36120 ` +
		`NIL ("attachment" ("filename*" "UTF-8''Pr%C3%BCfbericht.pdf")) ("de" "en") NIL))`

	listRow = `* LIST (\HasNoChildren \Sent) "/" "Gesch&AOQ-ftlich/Verschickt"`
)

// flagsRows are messages of a mailbox: their numbers ascend, their flags vary.
func flagsRows(n int) string {
	flags := []string{`\Seen`, `\Seen`, `\Seen`, ``, `\Answered \Seen`, `\Seen $Forwarded`, `\Flagged \Seen`, `\Seen $Label1 project-x`}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\r\n* %d FETCH (UID %d FLAGS (%s))", 100_000+i, 1_234_567+3*i, flags[i*i*7/5%len(flags)])
	}
	return b.String()[2:]
}

func searchRow(n int) string {
	b := []byte("* SEARCH")
	for i := range n {
		b = strconv.AppendInt(append(b, ' '), int64(3*i+1), 10)
	}
	return string(b)
}

func esearchRow(n int) string {
	b := []byte(`* ESEARCH (TAG "A1") UID ALL `)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(10*i+1), 10)
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(10*i+5), 10)
	}
	return string(b)
}

func literalRow(n int) string {
	return fmt.Sprintf("* 12 FETCH (UID 1234 BODY[] {%d}\r\n%s)", n, strings.Repeat("A line of a mail of ordinary length, as there are.\r\n", n/51+1)[:n])
}

// forever repeats a row without end, as many of them in one read as fit.
type forever struct {
	block []byte
	at    int
}

func newForever(row string) *forever {
	row += "\r\n"
	return &forever{block: []byte(strings.Repeat(row, 1+(256<<10)/len(row)))}
}

func (f *forever) Read(b []byte) (int, error) {
	n := copy(b, f.block[f.at:])
	f.at = (f.at + n) % len(f.block)
	return n, nil
}

func benchmark(b *testing.B, row string) { benchmarkWith(b, row, nil) }

// benchmarkWith has an Arena that is reset after so many rows as a loop takes at once.
func benchmarkWith(b *testing.B, row string, a *Arena) {
	r := NewReader(newForever(row), Limits{})
	r.UseArena(a)
	b.SetBytes(int64((len(row) + 2) / (1 + strings.Count(row, "\r\n"))))
	b.ReportAllocs()
	var resp Response
	n := 0
	for b.Loop() {
		err := r.ReadInto(&resp)
		if err != nil || resp.Err != nil {
			b.Fatal(err, resp.Err)
		}
		if n++; a != nil && n%64 == 0 {
			a.Reset()
		}
	}
}

func BenchmarkFlags(b *testing.B)          { benchmark(b, flagsRows(4096)) }
func BenchmarkEnvelope(b *testing.B)       { benchmark(b, realisticRow) }
func BenchmarkFlagsReused(b *testing.B)    { benchmarkWith(b, flagsRows(4096), new(Arena)) }
func BenchmarkEnvelopeReused(b *testing.B) { benchmarkWith(b, realisticRow, new(Arena)) }

func BenchmarkEncoded(b *testing.B) { benchmark(b, encodedRow) }
func BenchmarkSearch(b *testing.B)  { benchmark(b, searchRow(100_000)) }
func BenchmarkESearch(b *testing.B) { benchmark(b, esearchRow(10_000)) }
func BenchmarkList(b *testing.B)    { benchmark(b, listRow) }

// kinds are responses of every kind, and how often reading one may allocate:
// mostly once for what it returns, and once for each list and text of it.
var kinds = map[string]struct {
	row    string
	allocs float64
}{
	"tagged":        {`A1234 OK FETCH completed (0.003 + 0.000 + 0.002 secs).`, 3},
	"code":          {`A1234 OK [APPENDUID 38505 3955] APPEND completed`, 6},
	"continuation":  {`+ Ready for additional command text`, 0.1},
	"CAPABILITY":    {`* CAPABILITY IMAP4rev1 LITERAL+ SASL-IR IDLE NAMESPACE UIDPLUS CONDSTORE ESEARCH MOVE`, 13},
	"ENABLED":       {`* ENABLED CONDSTORE QRESYNC`, 4},
	"FLAGS":         {`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)`, 1.1},
	"LSUB":          {`* LSUB () "/" "Archive/2024"`, 0.1},
	"LIST-EXTENDED": {`* LIST (\Subscribed) "/" "Archive" ("CHILDINFO" ("SUBSCRIBED"))`, 4.2},
	"STATUS":        {`* STATUS "Archive/2024" (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1600000000 UNSEEN 3 SIZE 123456789 HIGHESTMODSEQ 90060115205545359)`, 2},
	"SORT":          {`* SORT 5 3 4 1 2`, 4},
	"THREAD":        {`* THREAD (2)(3 6 (4 23)(44 7 96))`, 13},
	"VANISHED":      {`* VANISHED (EARLIER) 41,43:116,118,120:211,214:540`, 5},
	"EXISTS":        {`* 18 EXISTS`, 1},
	"EXPUNGE":       {`* 18 EXPUNGE`, 1},
	"NAMESPACE":     {`* NAMESPACE (("" "/")) (("~" "/")) (("Shared/" "/"))`, 11},
	"ID":            {`* ID ("name" "Dovecot" "version" "2.3")`, 7},
	"QUOTA":         {`* QUOTA "" (STORAGE 10 512 MESSAGE 3 100)`, 5},
	"ACL":           {`* ACL INBOX fred rwipslda bob lr`, 14},
	"METADATA":      {`* METADATA "INBOX" (/shared/comment "My comment")`, 7},
	"INTERNALDATE":  {`* 12 FETCH (UID 1234 FLAGS (\Seen) INTERNALDATE "17-Jul-2024 02:44:25 +0200" RFC822.SIZE 48231 MODSEQ (17))`, 0.1},
	"BODYSTRUCTURE": {`* 12 FETCH (UID 1234 BODYSTRUCTURE ("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 1834 52 NIL NIL NIL NIL))`, 1.2},
	"BODY[]":        {"* 12 FETCH (UID 1234 BODY[HEADER.FIELDS (SUBJECT)] {23}\r\nSubject: of the day\r\n\r\n)", 5},
	"unknown":       {`* XNEWS this is "new" (to us)`, 4},
}

func BenchmarkKinds(b *testing.B) {
	for name, kind := range kinds {
		b.Run(name, func(b *testing.B) { benchmark(b, kind.row) })
	}
}

// BenchmarkToken reads tokens, each from the middle of a line.
func BenchmarkToken(b *testing.B) {
	str := func(p *parser) bool { _, ok := p.nstring(); return ok }
	for name, token := range map[string]struct {
		text string
		read func(p *parser) bool
	}{
		"number":            {"4294967295", func(p *parser) bool { _, ok := p.number(); return ok }},
		"number64":          {"90060115205545359", func(p *parser) bool { _, ok := p.number64(); return ok }},
		"atom":              {"BODYSTRUCTURE", func(p *parser) bool { _, ok := p.atom(); return ok }},
		"NIL":               {"NIL", str},
		"quoted":            {`"Archive of the year 2024"`, str},
		"quoted, escaped":   {`"Archive \"of the year\" 2024"`, str},
		"literal":           {"{24}\r\nArchive of the year 2024", str},
		"flag list":         {`(\Answered \Flagged \Seen $Forwarded)`, func(p *parser) bool { _, ok := p.flagList(); return ok }},
		"flag list, known":  {`(\Answered \Flagged \Seen $Forwarded)`, func(p *parser) bool { _, ok := p.cachedFlagList(); return ok }},
		"value to skip":     {`("a" (b "c" 5) NIL)`, func(p *parser) bool { return p.skipValue() }},
		"sequence-set":      {"41,43:116,118,120:211,214:540", func(p *parser) bool { _, ok := p.set32(); return ok }},
		"section":           {"[1.2.HEADER.FIELDS (SUBJECT FROM)]", func(p *parser) bool { _, ok := p.section(); return ok }},
		"date-time, quoted": {`"17-Jul-2024 02:44:25 +0200"`, func(p *parser) bool { s, ok := p.nstring(); return ok && !p.internalDate(s).IsZero() }},
	} {
		b.Run(name, func(b *testing.B) {
			r := NewReader(nil, Limits{})
			line := []byte("( " + token.text + " UID 5)")
			b.SetBytes(int64(len(token.text)))
			b.ReportAllocs()
			for b.Loop() {
				p := r.begin(line)
				p.i = 2
				if !token.read(p) || p.peek() != ' ' {
					b.Fatal(p.err, p.i)
				}
			}
		})
	}
}

// BenchmarkText reads a text of 50 kB piece by piece without copying it.
func BenchmarkText(b *testing.B) {
	row := literalRow(50_000)
	r := NewReader(newForever(row), Limits{})
	b.SetBytes(int64(len(row) + 2))
	b.ReportAllocs()
	for b.Loop() {
		if err := readText(r); err != nil {
			b.Fatal(err)
		}
	}
}

// readText reads a response with a large text.
func readText(r *Reader) error {
	resp, err := r.Read()
	if err != nil {
		return err
	}
	for {
		if _, err := resp.Literal.Next(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	_, err = r.Read()
	return err
}

// TestRowsStayWithinTheirAllocations: memory for many rows is taken at once, so
// that the average may lie below one.
func TestRowsStayWithinTheirAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates too")
	}
	for _, c := range [...]struct {
		name, row string
		most      float64 // allocations a row
	}{
		{"FLAGS", flagsRow, 0.05},
		{"ENVELOPE and BODYSTRUCTURE", realisticRow, 4},
		{"encoded file names", encodedRow, 22},
		{"LIST", listRow, 0.1},
		{"SEARCH of 1000", searchRow(1000), 15},
		{"ESEARCH of 1000", esearchRow(1000), 15},
	} {
		requireAllocations(t, c.name, c.row, c.most)
	}
	for name, kind := range kinds {
		requireAllocations(t, name, kind.row, kind.allocs)
	}
	for _, c := range [...]struct {
		name, row string
		most      float64
	}{
		{"FLAGS, reused", flagsRow, 0},
		{"ENVELOPE and BODYSTRUCTURE, reused", realisticRow, 0.01},
		{"a section, reused", "* 12 FETCH (UID 1234 BODY[HEADER] {23}\r\nSubject: of the day\r\n\r\n)", 0.01},
	} {
		requireAllocationsWith(t, c.name, c.row, c.most, new(Arena))
	}
	r := NewReader(newForever(literalRow(50_000)), Limits{})
	got := testing.AllocsPerRun(100, func() { require.NoError(t, readText(r)) })
	t.Logf("%-28s %.3f", "text of 50 kB", got)
	require.LessOrEqual(t, got, 2.0)
}

func requireAllocations(t *testing.T, name, row string, most float64) {
	t.Helper()
	requireAllocationsWith(t, name, row, most, nil)
}

func requireAllocationsWith(t *testing.T, name, row string, most float64, a *Arena) {
	t.Helper()
	const rows = 1000
	r := NewReader(newForever(row), Limits{})
	r.UseArena(a)
	var resp Response
	n := 0
	got := testing.AllocsPerRun(10, func() {
		for range rows {
			if err := r.ReadInto(&resp); err != nil || resp.Err != nil {
				t.Fatal(name, err, resp.Err)
			}
			if n++; a != nil && n%64 == 0 {
				a.Reset()
			}
		}
	}) / rows
	t.Logf("%-28s %.3f", name, got)
	require.LessOrEqual(t, got, most, name)
}
