package response

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// text returns n octets that look like protocol, so that one read at the wrong
// place is noticed.
func text(n int) string {
	return strings.Repeat("* 1 EXISTS\r\nA1 OK {3}\r\n)", n/24+1)[:n]
}

// literalOf announces s.
func literalOf(s string) string { return fmt.Sprintf("{%d}\r\n%s", len(s), s) }

func TestASmallTextArrivesWithTheResponseAroundIt(t *testing.T) {
	body := text(inlineLiteral)
	list := responses(t, "* 1 FETCH (UID 7 BODY[] "+literalOf(body)+" FLAGS (\\Seen))\r\n")
	require.Len(t, list, 1)
	assert.Nil(t, list[0].Literal)
	m := list[0].Data.(*Message)
	assert.Equal(t, body, string(m.Body()))
	assert.Equal(t, []Flag{FlagSeen}, m.Flags)
}

func TestALargeTextIsHandedOutAndTheResponseGoesOnBehindIt(t *testing.T) {
	body := text(inlineLiteral + 1)
	for _, item := range [...]string{"BODY[]", "BODY[1.2]<0>", "BINARY[1]", "RFC822", "RFC822.HEADER", "rfc822.text", "BODY[HEADER.FIELDS (A {1}\r\nB)]"} {
		wire := "* 1 FETCH (UID 7 " + item + " " + literalOf(body) + " FLAGS (\\Seen))\r\n* 2 EXISTS\r\n"
		r := NewReader(strings.NewReader(wire), Limits{})
		resp, err := r.Read()
		require.NoError(t, err, item)
		require.NotNil(t, resp.Literal, item)
		require.Nil(t, resp.Err, item)
		assert.False(t, resp.Continues)
		assert.EqualValues(t, len(body), resp.Literal.Size)
		assert.EqualValues(t, len(body), resp.Literal.Len())
		m := resp.Data.(*Message)
		assert.True(t, m.Has(ItemUID|ItemSections))
		assert.EqualValues(t, len(body), m.Sections[0].Size)
		assert.Nil(t, m.Sections[0].Data)

		got, err := resp.Literal.ReadAll(nil)
		require.NoError(t, err)
		assert.Equal(t, body, string(got), item)

		resp, err = r.Read()
		require.NoError(t, err)
		assert.True(t, resp.Continues)
		assert.Nil(t, resp.Err)
		assert.Same(t, m, resp.Data)
		assert.Equal(t, []Flag{FlagSeen}, m.Flags)

		resp, err = r.Read()
		require.NoError(t, err)
		assert.Equal(t, &ExistsData{2}, resp.Data)
	}
}

func TestTwoLargeTextsInOneResponse(t *testing.T) {
	head, body := text(inlineLiteral+500), text(3*inlineLiteral)
	wire := "* 1 FETCH (BODY[HEADER] " + literalOf(head) + " UID 7 BODY[TEXT] " + literalOf(body) + " FLAGS ())\r\n* 2 EXISTS\r\n"
	list := responses(t, wire)
	require.Len(t, list, 4)
	m := list[0].Data.(*Message)
	for i, continues := range [...]bool{false, true, true} {
		assert.Same(t, m, list[i].Data)
		assert.Equal(t, continues, list[i].Continues)
	}
	require.Len(t, m.Sections, 2)
	assert.Equal(t, head, string(m.Sections[0].Data))
	assert.Equal(t, body, string(m.Sections[1].Data))
	assert.EqualValues(t, 7, m.UID)
	assert.True(t, m.Has(ItemFlags))
	requireSameWhenCut(t, wire, 97)
}

// TestWhatIsLeftOfATextIsDiscardedByTheNextRead reads none of it, some of it by
// each of the ways, and all of it.
func TestWhatIsLeftOfATextIsDiscardedByTheNextRead(t *testing.T) {
	body := text(200 << 10)
	wire := "* 1 FETCH (BODY[] " + literalOf(body) + " UID 7)\r\n* 2 EXISTS\r\n"
	for how, use := range map[string]func(*LiteralReader) error{
		"none": func(*LiteralReader) error { return nil },
		"Read": func(l *LiteralReader) error { _, err := l.Read(make([]byte, 100)); return err },
		"Next": func(l *LiteralReader) error { _, err := l.Next(); return err },
		"Read, large": func(l *LiteralReader) error {
			_, err := io.ReadFull(l, make([]byte, 150<<10))
			return err
		},
		"all": func(l *LiteralReader) error { _, err := io.Copy(io.Discard, l); return err },
	} {
		t.Run(how, func(t *testing.T) {
			for _, src := range [...]io.Reader{strings.NewReader(wire), inChunks(wire, 1, 5000), iotest.DataErrReader(strings.NewReader(wire))} {
				r := NewReader(src, Limits{})
				resp, err := r.Read()
				require.NoError(t, err)
				require.NoError(t, use(resp.Literal))
				resp, err = r.Read()
				require.NoError(t, err)
				assert.True(t, resp.Continues)
				assert.EqualValues(t, 7, resp.Data.(*Message).UID)
				resp, err = r.Read()
				require.NoError(t, err)
				assert.Equal(t, &ExistsData{2}, resp.Data)
				_, err = r.Read()
				assert.Equal(t, io.EOF, err)
			}
		})
	}
}

func TestNextLendsTheTextPieceByPiece(t *testing.T) {
	body := text(100_000)
	wire := "* 1 FETCH (BODY[] " + literalOf(body) + ")\r\n"
	r := NewReader(inChunks(wire, 3, 9000), Limits{})
	resp, err := r.Read()
	require.NoError(t, err)
	var got []byte
	for {
		b, err := resp.Literal.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.LessOrEqual(t, len(b), 9000, "no more than arrived at once")
		got = append(got, b...)
	}
	assert.Equal(t, body, string(got))
	_, err = resp.Literal.Read(make([]byte, 1))
	assert.Equal(t, io.EOF, err)
}

// TestTheWindowGrowsFurtherForTextsAlone looks at how much is asked for at once by
// a reader whose every wish is granted.
func TestTheWindowGrowsFurtherForTextsAlone(t *testing.T) {
	rows := strings.Repeat("* 1 EXISTS\r\n", 1<<16)
	for wire, most := range map[string]int{
		rows: fullWindow,
		"* 1 FETCH (BODY[] " + literalOf(text(1<<20)) + ")\r\n" + rows: textWindow,
	} {
		src := &greedy{Reader: strings.NewReader(wire)}
		r := NewReader(src, Limits{})
		for err := error(nil); err == nil; {
			_, err = r.Read()
		}
		assert.Equal(t, most, src.most)
		r.Release()
		assert.LessOrEqual(t, len(r.buf), smallWindow)
	}
}

// greedy notes the largest read.
type greedy struct {
	io.Reader
	most int
}

func (g *greedy) Read(b []byte) (int, error) {
	g.most = max(g.most, len(b))
	return g.Reader.Read(b)
}

func TestATextThatEndsWithTheConnectionIsAnUnexpectedEnd(t *testing.T) {
	wire := "* 1 FETCH (BODY[] {100000}\r\n" + text(9000)
	for how, use := range map[string]func(*Reader, *LiteralReader) error{
		"Read":    func(_ *Reader, l *LiteralReader) error { _, err := io.Copy(io.Discard, l); return err },
		"ReadAll": func(_ *Reader, l *LiteralReader) error { _, err := l.ReadAll(nil); return err },
		"Next": func(_ *Reader, l *LiteralReader) (err error) {
			for err == nil {
				_, err = l.Next()
			}
			return err
		},
		"discarding": func(r *Reader, _ *LiteralReader) error { _, err := r.Read(); return err },
	} {
		r := NewReader(strings.NewReader(wire), Limits{})
		resp, err := r.Read()
		require.NoError(t, err)
		assert.Equal(t, io.ErrUnexpectedEOF, use(r, resp.Literal), how)
	}
}

// TestAMalformedResponseIsSkippedToItsTrueEnd puts faults before, between and
// behind literals that look like protocol.
func TestAMalformedResponseIsSkippedToItsTrueEnd(t *testing.T) {
	for _, size := range [...]int{0, 30, inlineLiteral, inlineLiteral + 1, 50_000} {
		lit := literalOf(text(size))
		for _, row := range [...]string{
			"* 1 FETCH ((((( BODY[] " + lit + "\r\n",
			"* 1 FETCH (UID 0x7 BODY[] " + lit + " UID 7)\r\n",
			"* 1 FETCH (BODY[] " + lit + lit + ")\r\n",
			"* 1 FETCH (BODY[] " + lit + " ( ( )\r\n",
			"* 1 FETCH (BODY[] " + lit + " BODY[ " + lit + " x\r\n",
			"* 1 FETCH (BODY[] " + lit + " UID 7) BODY[] " + lit + "\r\n",
			"* 1 FETCH BODY[] " + lit + "\r\n",
			"* 1 FETCH (\x01 BODY[] " + lit + " BODY[] " + lit + ")\r\n",
			"* 1 FETCH (ENVELOPE (" + lit + " x) UID 7)\r\n",
			"* 0 FETCH (BODY[] " + lit + ")\r\n",
			"* LIST (" + lit + ") x\r\n",
			"* STATUS " + lit + " (MESSAGES x)\r\n",
			"* SEARCH " + lit + "\r\n",
			"\x02 " + lit + " " + lit + "\r\n",
		} {
			wire := row + "* 2 EXISTS\r\nA2 OK done\r\n"
			list := responses(t, wire)
			name := row[:min(len(row), 40)]
			require.GreaterOrEqual(t, len(list), 3, "%q", name)
			last := list[len(list)-3]
			assert.NotNil(t, last.Err, "%q", name)
			assert.Equal(t, &ExistsData{2}, list[len(list)-2].Data, "%q", name)
			assert.Equal(t, "A2", list[len(list)-1].Tag, "%q", name)
			for _, resp := range list[:len(list)-3] {
				assert.NotNil(t, resp.Literal, "%q: only texts that are handed out come before the error", name)
			}
			requireSameWhenCut(t, wire, 1+len(wire)/50)
		}
	}
}

// TestAPauseInALiteralLosesNothing has the source time out within the content
// of literals of all kinds.
func TestAPauseInALiteralLosesNothing(t *testing.T) {
	for _, wire := range [...]string{
		"* LIST () \"/\" {8}\r\n* BYE \r\n\r\n",
		"* 1 FETCH (BODY[] {12}\r\n* 1 EXISTS\r\n UID 7)\r\n",
		"* 1 FETCH (ENVELOPE ({0}\r\n {3}\r\na\r\n NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)\r\n",
		"* METADATA {5}\r\nINBOX (/a {4}\r\n{1}\r /b ~{2}\r\n\x00\n)\r\n",
	} {
		require.Len(t, responses(t, wire), 1, "%q", wire)
		requireSameWhenCut(t, wire, 1)
	}
}

func TestHumanTextThatEndsLikeALiteralIsText(t *testing.T) {
	for _, line := range [...]string{
		"* OK done {5}",
		"* NO [ALERT] too many braces {10000000}",
		"* BYE {1}",
		"* BAD {0}",
		"A1 OK FETCH completed {5}",
		"A1 NO [TRYCREATE] {7}",
		"* PREAUTH hello {3+}",
		"* OK [UNSEEN 3] ~{5}",
		"+ send {5}",
		"+ {5}",
	} {
		list := responses(t, line+"\r\n* 2 EXISTS\r\n")
		require.Len(t, list, 2, line)
		assert.Equal(t, &ExistsData{2}, list[1].Data, line)
		text := string(list[0].Text)
		switch {
		case list[0].Status != nil:
			text = list[0].Status.Text
		case list[0].Data != nil:
			text = list[0].Data.(*StatusResponse).Text
		}
		assert.True(t, strings.HasSuffix(text, "}"), "%s: %q", line, text)
		requireSameWhenCut(t, line+"\r\n* 2 EXISTS\r\n", 1)
	}
}

func TestALiteralWithinAResponseCodeIsOne(t *testing.T) {
	list := responses(t, "* OK [BADCHARSET ({5}\r\nU\r\n-8 \"KOI8\")] sorry {5}\r\n* 2 EXISTS\r\n")
	require.Len(t, list, 2)
	s := list[0].Data.(*StatusResponse)
	assert.Equal(t, BadCharsetCode{[]string{"U\r\n-8", "KOI8"}}, s.Code)
	assert.Equal(t, "sorry {5}", s.Text)
}

// endless gives the same octets for ever.
type endless struct {
	piece string
	read  int64
}

func (e *endless) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		n += copy(b[n:], e.piece)
	}
	e.read += int64(n)
	return n, nil
}

func TestALineWithoutEndIsALimitError(t *testing.T) {
	for _, piece := range [...]string{"a", "* OK (", "\"", " ", "\x00"} {
		src := &endless{piece: piece}
		_, err := NewReader(src, Limits{Line: 100_000}).Read()
		var limit *LimitError
		require.ErrorAs(t, err, &limit, "%q", piece)
		assert.EqualValues(t, 100_000, limit.Limit)
		assert.Less(t, src.read, int64(400_000))
	}
}

func TestAResponseOfManyLiteralsIsALimitError(t *testing.T) {
	src := io.MultiReader(strings.NewReader("* LIST "), &endless{piece: "{1}\r\na"})
	_, err := NewReader(src, Limits{Line: 100_000}).Read()
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
}

// TestNothingIsAllocatedOnAPromise announces literals of up to 2^63-1 octets
// where they are read into the window and where they are handed out.
func TestNothingIsAllocatedOnAPromise(t *testing.T) {
	for _, size := range [...]string{"1000000000", "4294967296", "4611686018427387904", "9223372036854775807"} {
		wire := "* LIST () \"/\" {" + size + "}\r\nabc"
		_, err := NewReader(strings.NewReader(wire), Limits{}).Read()
		var limit *LimitError
		require.ErrorAs(t, err, &limit, size)

		wire = "* 1 FETCH (BODY[] {" + size + "}\r\nabc"
		used := testing.AllocsPerRun(1, func() {
			r := NewReader(strings.NewReader(wire), Limits{})
			resp, err := r.Read()
			require.NoError(t, err)
			require.NotNil(t, resp.Literal)
			got, err := resp.Literal.ReadAll(nil)
			require.Equal(t, io.ErrUnexpectedEOF, err)
			require.Equal(t, "abc", string(got))
			require.LessOrEqual(t, cap(got), 1<<20)
			_, err = r.Read()
			require.Equal(t, io.ErrUnexpectedEOF, err)
		})
		assert.Less(t, used, 100.0)
	}
	for _, size := range [...]string{"9223372036854775808", "-1", "99999999999999999999999999", "", "1e3", "0x10"} {
		list := responses(t, "* 1 FETCH (BODY[] {"+size+"}\r\n* 2 EXISTS\r\n") // not an announcement
		require.Len(t, list, 2, size)
		assert.NotNil(t, list[0].Err, size)
		assert.Equal(t, &ExistsData{2}, list[1].Data)
	}
}

func TestAConnectionThatSaysNothingIsNoProgress(t *testing.T) {
	_, err := NewReader(silent{}, Limits{}).Read()
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestTheEndOfTheConnectionBetweenResponsesIsEOF(t *testing.T) {
	r := NewReader(strings.NewReader("* 1 EXISTS\r\n"), Limits{})
	_, err := r.Read()
	require.NoError(t, err)
	_, err = r.Read()
	assert.Equal(t, io.EOF, err)
}

func TestAnErrorOfTheConnectionIsReturnedAsItIs(t *testing.T) {
	broken := errors.New("cable cut")
	for at := range 20 {
		src := io.MultiReader(strings.NewReader("* LIST () {3}\r\nabcdef"[:at]), iotest.ErrReader(broken))
		_, err := NewReader(src, Limits{}).Read()
		assert.Equal(t, broken, err, at)
	}
}

// TestUnreadIsWhatASwitchOfTheTransportTakesOver keeps what came behind the
// response.
func TestUnreadIsWhatASwitchOfTheTransportTakesOver(t *testing.T) {
	r := NewReader(strings.NewReader("A1 OK begin\r\n\x16\x03\x01"), Limits{})
	_, err := r.Read()
	require.NoError(t, err)
	assert.Equal(t, 3, r.Buffered())
	assert.Equal(t, "\x16\x03\x01", string(r.Unread()))
	r.Reset(strings.NewReader("* 2 EXISTS\r\n"))
	assert.Zero(t, r.Buffered())
	resp, err := r.Read()
	require.NoError(t, err)
	assert.Equal(t, &ExistsData{2}, resp.Data)
}

func TestReadyTellsThatReadWillNotWait(t *testing.T) {
	r := NewReader(inPieces("* 1 EXISTS\r\n* 2 EXISTS\r\n* 3 EX", "ISTS\r\n* LIST () \"/\" {3}\r\nabc", "\r\n"), Limits{})
	assert.False(t, r.Ready())
	for _, ready := range [...]bool{true, false, false, false} {
		_, err := r.Read()
		require.NoError(t, err)
		assert.Equal(t, ready, r.Ready())
	}
	r.Release()
	assert.Zero(t, r.Buffered())
}

// inPieces gives one piece with each read.
func inPieces(pieces ...string) io.Reader {
	data := strings.Join(pieces, "")
	return &cutSource{data: data, next: func(int) int {
		n := len(pieces[0])
		pieces = pieces[1:]
		return n
	}}
}

func TestTheWindowShrinksAgainAfterALongLine(t *testing.T) {
	long := "* OK " + strings.Repeat("x", 8<<20) + "\r\n"
	r := NewReader(strings.NewReader(long+"* 1 EXISTS\r\n"), Limits{})
	_, err := r.Read()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(r.buf), 8<<20)
	_, err = r.Read()
	require.NoError(t, err)
	_, err = r.Read()
	require.Equal(t, io.EOF, err)
	assert.LessOrEqual(t, len(r.buf), keptWindow)
}

func TestOnLineSeesEveryOctetOfTheResponses(t *testing.T) {
	body := text(inlineLiteral + 1)
	wire := "* 1 EXISTS\r\n* LIST () \"/\" {3}\r\na\r\n\r\n* 1 FETCH (BODY[] " + literalOf(body) + " UID 1)\r\n"
	var seen [][]byte
	r := NewReader(strings.NewReader(wire), Limits{})
	r.OnLine = func(b []byte) { seen = append(seen, bytes.Clone(b)) }
	for {
		if _, err := r.Read(); err != nil {
			break
		}
	}
	require.Len(t, seen, 4)
	assert.Equal(t, "* 1 EXISTS", string(seen[0]))
	assert.Equal(t, "* LIST () \"/\" {3}\r\na\r\n", string(seen[1]))
	assert.Equal(t, fmt.Sprintf("* 1 FETCH (BODY[] {%d}", len(body)), string(seen[2]))
	assert.Equal(t, " UID 1)", string(seen[3]))
}
