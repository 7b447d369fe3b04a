package transfer

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"mime/quotedprintable"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read returns what content decodes to, and the kinds of its warnings.
func read(t testing.TB, encoding, content string) (string, string) {
	t.Helper()
	r := NewReader(encoding, strings.NewReader(content))
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	want := kinds(r.Warnings())
	for name, wrap := range map[string]func(io.Reader) io.Reader{"octet by octet": iotest.OneByteReader, "in halves": iotest.HalfReader, "with its last data": iotest.DataErrReader} {
		r := NewReader(encoding, wrap(strings.NewReader(content)))
		again, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, string(got), string(again), "%s: %q", name, content)
		require.Equal(t, want, kinds(r.Warnings()), "%s: %q", name, content)
	}
	return string(got), want
}

func kinds(warnings []Warning) string {
	var list []string
	for _, w := range warnings {
		list = append(list, w.Kind)
	}
	return strings.Join(list, ", ")
}

const hello = "aGVsbG8gd29ybGQ="

func TestBase64DeliversWhatCanBeDecoded(t *testing.T) {
	footer := "_______________________________________________\r\nA list mailing list\r\nlist@lists.example.org\r\nhttps://lists.example.org/mailman/listinfo/list\r\n"
	long := strings.Repeat("A long text of which there are several lines. ", 5)
	encoded := wrap(base64.StdEncoding.EncodeToString([]byte(long)), 76)
	for _, c := range []struct{ in, want, warnings string }{
		{"", "", ""},
		{hello, "hello world", ""},
		{hello + "\r\n", "hello world", ""},
		{"aGVs\r\nbG8gd29y\n bGQ=\t\r\n\r\n", "hello world", ""},
		{"aGVs\r\nbG8g  .\r\nd29ybGQ=\r\n", "hello world", ForeignOctets},
		{hello + "\r\n.\r\n", "hello world", ForeignOctets},
		{"aGVs*bG8=", "hello", ForeignOctets},
		{"aG-Vs_bG!8=", "hello", ForeignOctets},
		{"\xef\xbb\xbf" + hello, "hello world", ForeignOctets},
		{"\x00!!!" + hello, "hello world", ForeignOctets},
		{"aGVsbG8gd29ybGQ", "hello world", MissingPadding},
		{"aGVsbG8gd29ybA", "hello worl", MissingPadding},
		{"aGVsbG8gd29yb", "hello wor", Incomplete},
		{"aGVsbG8gd29ybGQ\r\n", "hello world", MissingPadding},
		{"aGVsbG9=", "hello", ""},
		{"aGVsbG8=\r\nIHdvcmxk", "hello world", DataAfterPadding},
		{"aGVsbG8=IHdvcmxk", "hello world", DataAfterPadding},
		{"aA==\r\naQ==\r\nag==\r\n", "hij", DataAfterPadding},
		{"aGVsbG8==\r\n=\r\n", "hello", ""},
		{"This is no encoded text.\r\nIt has lines.\r\n", "This is no encoded text.\r\nIt has lines.\r\n", NotBase64},
		{"Sch\xf6ne Gr\xfc\xdfe aus K\xf6ln\r\nx\r\n", "Sch\xf6ne Gr\xfc\xdfe aus K\xf6ln\r\nx\r\n", NotBase64},
		{"aG Vs bG 8g d2 9y bG Q=", "hello world", ""},
		{hello + "\r\n-- \r\nfooter\r\n", "hello world", ForeignOctets + ", " + TextAfterData},
		{hello + "\r\n\r\nList\r\nof many\r\n", "hello world", TextAfterData},
		{"aGVsbG8h\r\n\r\nlist\r\nof many\r\n", "hello!", TextAfterData},
		{"aGVsbG8h\r\n\r\naGVsbG8h\r\n\r\naGk=", "hello!hello!hi", ""},
		{hello + "\r\nfooter\r\n", "hello world", TextAfterData},
		{hello + "\r\naGk", "hello worldhi", DataAfterPadding + ", " + MissingPadding},
		{hello + "\r\n\r\naGk=\r\n", "hello worldhi", DataAfterPadding},
		{"a=Gk=", "\x1a", Incomplete + ", " + DataAfterPadding},
		{encoded + footer, long, TextAfterData},
		{encoded + "\r\n" + footer, long, TextAfterData},
		{encoded + "\r\n-- \r\nThe footer of a list\r\n", long, ForeignOctets + ", " + TextAfterData},
		{strings.ReplaceAll(encoded, "=", "") + footer, long, MissingPadding + ", " + TextAfterData},
		{encoded + footer + encoded, long + long, TextAfterData + ", " + DataAfterPadding},
		{wrap(base64.StdEncoding.EncodeToString([]byte(long[:171])), 76) + footer, long[:171], TextAfterData},
		{strings.Repeat("aGk ", 30000), decodeLoose(strings.Repeat("aGk", 30000)), ""},
	} {
		got, warnings := read(t, "base64", c.in)
		assert.Equal(t, c.want, got, "%.200q", c.in)
		assert.Equal(t, c.warnings, warnings, "%.200q", c.in)
	}
}

func decodeLoose(s string) string {
	out, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// wrap breaks s into lines.
func wrap(s string, n int) string {
	var b strings.Builder
	for len(s) > 0 {
		b.WriteString(s[:min(n, len(s))] + "\r\n")
		s = s[min(n, len(s)):]
	}
	return b.String()
}

// TestBase64IsWholeWithForeignOctetsAnywhere puts octets that are none of base64
// anywhere into content of every length (RFC 2045 §6.8).
func TestBase64IsWholeWithForeignOctetsAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		content := make([]byte, r.IntN(400))
		for i := range content {
			content[i] = byte(r.Uint32())
		}
		encoded := wrap(base64.StdEncoding.EncodeToString(content), []int{4, 60, 76, 1 << 20}[r.IntN(4)])
		if r.IntN(2) == 0 {
			encoded = strings.ReplaceAll(encoded, "=", "")
		}
		const foreign = "*!.,-_#\x00\x80\xff"
		for range r.IntN(10) {
			at := r.IntN(len(encoded) + 1)
			encoded = encoded[:at] + foreign[r.IntN(len(foreign)):][:1] + encoded[at:]
		}
		got, err := io.ReadAll(NewReader("base64", strings.NewReader(encoded)))
		require.NoError(t, err)
		require.Equal(t, string(content), string(got), "%q", encoded)
	}
}

func TestQuotedPrintableDeliversWhatCanBeDecoded(t *testing.T) {
	for _, c := range []struct{ in, want, warnings string }{
		{"", "", ""},
		{"Sch=C3=B6ne Gr=c3=bc=C3=9fe", "Schöne Grüße", ""},
		{"a=3D3d=3db", "a=3d=b", ""},
		{"soft=\r\n break=\n twice", "soft break twice", ""},
		{"soft= \t \r\nbreak", "softbreak", ""},
		{"soft=\r\r\nbreak", "softbreak", ""},
		{"blanks  \t\r\nat the end \n", "blanks\r\nat the end\n", ""},
		{"-- =\r\n\r\nx=20\r\n", "-- \r\nx \r\n", ""},
		{"=ZZ = 1=1", "=ZZ = 1=1", BadEscape},
		{"a=b", "a=b", BadEscape},
		{"last=", "last", ""},
		{"last=\r\n", "last", ""},
		{"last=4", "last=4", BadEscape},
		{"last  ", "last", ""},
		{"Grüße \xfc\x00.", "Grüße \xfc\x00.", ""},
		{"a\rb\r\n", "a\rb\r\n", ""},
		{strings.Repeat("long ", 30000), strings.TrimRight(strings.Repeat("long ", 30000), " "), ""},
		{strings.Repeat("=3D", 30000) + "=\r\n.", strings.Repeat("=", 30000) + ".", ""},
		{strings.Repeat("=\r\n", 30000) + ".", ".", ""},
		{"x" + strings.Repeat("=20", 100000), "x" + strings.Repeat(" ", 100000), ""},
	} {
		got, warnings := read(t, "quoted-printable", c.in)
		assert.Equal(t, c.want, got, "%.200q", c.in)
		assert.Equal(t, c.warnings, warnings, "%.200q", c.in)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		content := make([]byte, r.IntN(3000))
		for i := range content {
			content[i] = "ab =\r\n\t\xc3\xbc"[r.IntN(9)]
		}
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		w.Binary = true
		w.Write(content)
		w.Close()
		got, _ := io.ReadAll(NewReader("quoted-printable", &b))
		require.Equal(t, string(content), string(got))
	}
}

func TestUUEncodedFilesAreDecoded(t *testing.T) {
	const file = "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n"
	for _, c := range []struct{ in, want, name, warnings string }{
		{file, "Cat", "cat.txt", ""},
		{strings.ReplaceAll(file, "\r", ""), "Cat", "cat.txt", ""},
		{"See below.\r\n\r\n" + file + "\r\n", "Cat", "cat.txt", ""},
		{file + "-- \r\nfooter\r\n", "Cat", "cat.txt", TextAfterData},
		{"begin 0644 a b c.txt\n#0V%T\n \nend", "Cat", "a b c.txt", ""},
		{"begin 644 cat.txt\n#0V%T", "Cat", "cat.txt", NoEnd},
		{"begin 644 x\nlowercase is none\n#0V%T\n`\nend\n", "Cat", "x", BadLine},
		{"begin 644 zeros\n#\n`\nend\n", "\x00\x00\x00", "zeros", ""},
		{"begin the beguine\n", "begin the beguine\n", "", NoBegin},
		{"", "", "", ""},
	} {
		for _, encoding := range []string{"x-uuencode", "uuencode", "X-UUE", "uue"} {
			got, warnings := read(t, encoding, c.in)
			assert.Equal(t, c.want, got, "%q", c.in)
			assert.Equal(t, c.warnings, warnings, "%q", c.in)
			r := NewReader(encoding, strings.NewReader(c.in))
			_, err := io.Copy(io.Discard, r)
			require.NoError(t, err)
			assert.Equal(t, c.name, r.Name())
		}
	}
}

// yenc encodes content, in lines of the given length.
func yenc(content string, line int) string {
	var b strings.Builder
	column := 0
	for _, c := range []byte(content) {
		c += 42
		if c == 0 || c == '\n' || c == '\r' || c == '=' || column == 0 && c == '.' {
			b.WriteByte('=')
			c += 64
		}
		b.WriteByte(c)
		if column++; column == line {
			b.WriteString("\r\n")
			column = 0
		}
	}
	return b.String() + "\r\n"
}

func TestYEncFilesAreDecoded(t *testing.T) {
	const crc = "82af8c73" // of content below
	content := ""
	for i := range 1000 {
		content += string([]byte{byte(i), byte(i / 7), 'y', 0x13, 0xd6, 0xe0})
	}
	data := yenc(content, 128)
	for _, c := range []struct{ before, after, name, warnings string }{
		{"=ybegin line=128 size=6000 name=a file.bin\r\n", "=yend size=6000 crc32=" + crc + "\r\n", "a file.bin", ""},
		{"Hi,\r\n=ybegin line=128 size=6000 name=\"a\"\r\n", "=yend size=6000\r\n\r\n", "a", ""},
		{"=ybegin line=128 size=6000 name=a\r\n", "=yend size=6000 crc32=00000001\r\n", "a", BadChecksum},
		{"=ybegin line=128 size=6001 name=a\r\n", "=yend size=6000\r\n", "a", BadSize},
		{"=ybegin line=128 size=6000 name=a\r\n", "=yend size=7\r\nbye", "a", BadSize + ", " + TextAfterData},
		{"=ybegin line=128 size=6000 name=a\r\n", "", "a", NoEnd},
		{"=ybegin part=1 total=3 line=128 size=18000 name=a\r\n=ypart begin=1 end=6000\r\n", "=yend size=6000 part=1 pcrc32=" + crc + "\r\n", "a", PartOfSeveral},
	} {
		in := c.before + data + c.after
		got, warnings := read(t, "x-yenc", in)
		assert.Equal(t, content, got, "%q", c.before)
		assert.Equal(t, c.warnings, warnings, "%q %q", c.before, c.after)
		r := NewReader("yenc", strings.NewReader(in))
		_, err := io.Copy(io.Discard, r)
		require.NoError(t, err)
		assert.Equal(t, c.name, r.Name())
	}
	got, warnings := read(t, "x-yenc", "no file")
	assert.Equal(t, "no file", got)
	assert.Equal(t, NoBegin, warnings)
}

func TestEncodingsAreKnownByWhatTheirNamesMean(t *testing.T) {
	for _, name := range []string{"base64", "BASE64", "base-64", `"base64"`, "base64;", " base64 (really)", "base64; charset=x"} {
		got, warnings := read(t, name, hello)
		assert.Equal(t, "hello world", got, name)
		assert.Empty(t, warnings, name)
		assert.False(t, IsIdentity(name))
	}
	for _, name := range []string{"quoted-printable", "quoted printable", "Quoted_Printable", "quotedprintable"} {
		got, _ := read(t, name, "=41")
		assert.Equal(t, "A", got, name)
	}
	for _, name := range []string{"", "7bit", "8bit", "8 bit", "8-BIT", "binary", "7Bit;"} {
		got, warnings := read(t, name, "=41 "+hello)
		assert.Equal(t, "=41 "+hello, got, name)
		assert.Empty(t, warnings, name)
		assert.True(t, IsIdentity(name))
	}
	for _, name := range []string{"Hexa", "text/html", "x-unknown", "gzip"} {
		got, warnings := read(t, name, "=41 "+hello)
		assert.Equal(t, "=41 "+hello, got, name)
		assert.Equal(t, UnknownEncoding, warnings, name)
	}
}

func TestErrorsComeAfterWhatWasReadBefore(t *testing.T) {
	broken := errors.New("broken")
	for encoding, want := range map[string]string{"base64": "hello wor", "quoted-printable": "aGVsbG8gd29ybA", "7bit": "aGVsbG8gd29ybA"} {
		r := NewReader(encoding, io.MultiReader(strings.NewReader("aGVsbG8gd29ybA"), iotest.ErrReader(broken)))
		got, err := io.ReadAll(r)
		assert.ErrorIs(t, err, broken)
		assert.Equal(t, want, string(got), encoding)
		_, err = r.Read(make([]byte, 1))
		assert.ErrorIs(t, err, broken, "again")
	}
	_, err := io.ReadAll(NewReader("base64", stuck{}))
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

// stuck never gives anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestWarningsSayWhereAndHowOften(t *testing.T) {
	r := NewReader("base64", strings.NewReader("aGVs*bG8g*d29ybGQ="))
	_, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, []Warning{{ForeignOctets, 4, 2}}, r.Warnings())
	r = NewReader("base64", strings.NewReader(wrap(strings.Repeat("AAAA", 40), 76)+"________________\r\nfooter\r\n"))
	_, err = io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, []Warning{{TextAfterData, 166, 26}}, r.Warnings())
}

func TestDecodingTakesConstantMemory(t *testing.T) {
	for _, encoding := range []string{"base64", "quoted-printable", "x-uuencode", "x-yenc"} {
		for name, piece := range map[string]string{"lines": strings.Repeat("QUJD", 19) + "\r\n", "one line": "QUJD", "blanks": " ", "escapes": "=", "foreign": "*"} {
			r := NewReader(encoding, &endless{piece: piece, left: 512 << 10})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := io.Copy(io.Discard, r)
			runtime.ReadMemStats(&after)
			assert.NoError(t, err)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(300<<10), "%s, %s", encoding, name)
			assert.LessOrEqual(t, cap(r.in)+cap(r.out), 4*bufferSize, "%s, %s", encoding, name)
		}
	}
}

// endless repeats a piece until so many octets are left.
type endless struct {
	piece    string
	at, left int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], e.piece[e.at:])
	e.at = (e.at + n) % len(e.piece)
	e.left -= n
	return n, nil
}

func BenchmarkBase64(b *testing.B) {
	content := wrap(strings.Repeat("QUJD", 1<<18), 76)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		io.Copy(io.Discard, NewReader("base64", strings.NewReader(content)))
	}
}
