package mailtext

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/response"
)

// partOf is part 1, of a media type.
func partOf(mediaType string) response.Part {
	b := &response.BodyStructure{}
	b.Type, b.Subtype, _ = strings.Cut(mediaType, "/")
	return response.Part{BodyStructure: b, Number: []int{1}}
}

// mail is a message in memory: the contents of its parts by their numbers.
type mail struct {
	structure *response.BodyStructure
	contents  map[string]string
	opened    []string
	closed    int
	err       error  // of reading
	failing   string // the part that cannot be opened
}

var errNoPart = errors.New("no such part")

func (m *mail) open(_ context.Context, p response.Part) (io.ReadCloser, error) {
	m.opened = append(m.opened, p.String())
	if p.String() == m.failing {
		return nil, errNoPart
	}
	var r io.Reader = strings.NewReader(m.contents[p.String()])
	if m.err != nil {
		r = io.MultiReader(r, iotest.ErrReader(m.err))
	}
	return &content{r, m}, nil
}

type content struct {
	io.Reader
	mail *mail
}

func (c *content) Close() error {
	c.mail.closed++
	return nil
}

func (c *content) Warnings() []response.Warning {
	return []response.Warning{{Kind: "of the reader", Count: 1}}
}

// multi is a multipart, whose parts are given as types and contents in turn.
func multi(subtype string, parts ...string) *mail {
	m := &mail{structure: &response.BodyStructure{Type: "multipart", Subtype: subtype}, contents: map[string]string{}}
	for i := 0; i < len(parts); i += 2 {
		p := partOf(parts[i])
		p.Size = int64(len(parts[i+1]))
		m.structure.Children = append(m.structure.Children, p.BodyStructure)
		m.contents[string(rune('1'+i/2))] = parts[i+1]
	}
	return m
}

const (
	longPlain = "Some words in plain text."
	longHTML  = "<p>Some words in HTML.</p>"
)

func TestReadOpensWhatIsReadAndNothingElse(t *testing.T) {
	m := multi("alternative", "text/plain", longPlain, "text/html", longHTML)
	res, err := Read(t.Context(), m.structure, m.open, nil)
	require.NoError(t, err)
	assert.Equal(t, longPlain+"\n", res.Text)
	assert.Equal(t, []string{"1"}, m.opened)
	assert.Equal(t, 1, m.closed)
	assert.Equal(t, []response.Warning{{Kind: "of the reader", Count: 1}}, res.Warnings)
	require.Len(t, res.Segments, 1)
	assert.Equal(t, "1", res.Segments[0].Part.String())

	m.opened = nil
	res, err = Read(t.Context(), m.structure, m.open, &Options{Prefer: response.PreferHTML})
	require.NoError(t, err)
	assert.Equal(t, "Some words in HTML.\n", res.Text)
	assert.Equal(t, []string{"2"}, m.opened)

	res, err = Read(t.Context(), nil, m.open, nil)
	require.NoError(t, err)
	assert.Equal(t, &Result{}, res)
}

func TestReadJoinsPartsWithAnEmptyLine(t *testing.T) {
	m := multi("mixed", "text/plain", "Header.\n\n", "text/html", "<p>Text.</p>", "text/plain", "\r\n\r\n", "text/plain", "Footer.")
	res, err := Read(t.Context(), m.structure, m.open, nil)
	require.NoError(t, err)
	assert.Equal(t, "Header.\n\nText.\n\nFooter.\n", res.Text)
	assert.Equal(t, 4, m.closed)
}

func TestReadReturnsErrorsWithWhatCameBefore(t *testing.T) {
	m := multi("mixed", "text/plain", "First.", "text/plain", "Second.")
	m.failing = "2"
	res, err := Read(t.Context(), m.structure, m.open, nil)
	assert.ErrorIs(t, err, errNoPart)
	assert.ErrorContains(t, err, "part 2")
	assert.Equal(t, "First.\n", res.Text)

	for _, mediaType := range []string{"text/plain", "text/html"} {
		m = multi("mixed", mediaType, "Half a", "text/plain", "Second.")
		m.err = io.ErrUnexpectedEOF
		res, err = Read(t.Context(), m.structure, m.open, nil)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, "Half a\n", res.Text)
		assert.Equal(t, []string{"1"}, m.opened)
		assert.Equal(t, 1, m.closed)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Read(ctx, m.structure, m.open, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestReadStaysWithinItsBounds(t *testing.T) {
	for _, mediaType := range []string{"text/plain", "text/html"} {
		m := multi("mixed", mediaType, strings.Repeat("word ", 1000), "text/plain", "the end")
		res, err := Read(t.Context(), m.structure, m.open, &Options{MaxInput: 100})
		require.NoError(t, err)
		assert.True(t, res.Truncated)
		assert.Less(t, len(res.Text), 120)
		assert.NotContains(t, res.Text, "the end")
		res, err = Read(t.Context(), m.structure, m.open, &Options{MaxOutput: 1000})
		require.NoError(t, err)
		assert.True(t, res.Truncated)
		assert.LessOrEqual(t, len(res.Text), 1000+2)
		assert.Greater(t, len(res.Text), 200)
		res, err = Read(t.Context(), m.structure, m.open, &Options{MaxInput: 5007})
		require.NoError(t, err)
		assert.False(t, res.Truncated, "exactly what there is")
		assert.Contains(t, res.Text, "the end")
	}
	many := &response.BodyStructure{Type: "multipart", Subtype: "mixed"}
	for range 2 * maxParts {
		many.Children = append(many.Children, partOf("text/plain").BodyStructure)
	}
	m := &mail{structure: many}
	res, err := Read(t.Context(), many, m.open, nil)
	require.NoError(t, err)
	assert.True(t, res.Truncated)
	assert.Len(t, m.opened, maxParts)
}

func TestReadSaysHowMuchTheRepresentationsDiffer(t *testing.T) {
	for _, c := range []struct {
		plain, html string
		low, high   float64
	}{
		{"The same words in both.", "<p>The <b>same</b> words</p><p>in both.</p>", 0, 0},
		{"The same words in both of them.", "<p>The same words in both of us.</p>", 0.1, 0.2},
		{"Please pay the invoice today.", "<p>Happy birthday to you!</p>", 1, 1},
		{"Please pay the invoice today.", `<p>Please pay the invoice today.</p><p style="display:none">not</p>`, 0, 0},
	} {
		m := multi("alternative", "text/plain", c.plain, "text/html", c.html)
		for _, prefer := range []response.Prefer{response.PreferPlain, response.PreferHTML} {
			res, err := Read(t.Context(), m.structure, m.open, &Options{Compare: true, Prefer: prefer})
			require.NoError(t, err)
			assert.GreaterOrEqual(t, res.Differs, c.low, c.html)
			assert.LessOrEqual(t, res.Differs, c.high, c.html)
		}
	}
	m := multi("mixed", "text/plain", "only one")
	_, err := Read(t.Context(), m.structure, m.open, &Options{Compare: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"1"}, m.opened, "there is nothing to compare with")
}

func TestReadDecodesByTheOptions(t *testing.T) {
	m := multi("mixed", "text/plain", "\xf0\xd2\xc9\xd7\xc5\xd4, a\u200bb")
	res, err := Read(t.Context(), m.structure, m.open, &Options{Fallback: "koi8-r", KeepInvisible: true})
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(res.Text, "Привет, a"), res.Text)
	m = multi("mixed", "text/plain", "a\u200bb\u202ec")
	res, err = Read(t.Context(), m.structure, m.open, nil)
	require.NoError(t, err)
	assert.Equal(t, "abc\n", res.Text)
	assert.EqualValues(t, 6, res.Hidden)
	res, err = Read(t.Context(), m.structure, m.open, &Options{KeepInvisible: true})
	require.NoError(t, err)
	assert.Equal(t, "a\u200bb\u202ec\n", res.Text)
	assert.Zero(t, res.Hidden)
}

func TestReadSortsPicturesByWhatTheHTMLNames(t *testing.T) {
	m := multi("mixed", "text/html", `<img src="cid:a"><img src="CID:%62"><img src="c.png"><img src="cid:d"><p>text</p>`, "image/png", "", "image/png", "", "image/png", "", "image/png", "", "application/pdf", "")
	parts := m.structure.Children
	parts[3].Rare = &response.BodyRare{Location: "c.png"}
	for i, id := range map[int]string{1: "<a>", 2: "<b>", 4: "<d>", 5: "<a>"} {
		parts[i].Rare = &response.BodyRare{ID: id}
	}
	parts[4].Disposition = "attachment"
	res, err := Read(t.Context(), m.structure, m.open, nil)
	require.NoError(t, err)
	list := func(parts []response.Part) (s string) {
		for _, p := range parts {
			s += p.String() + " "
		}
		return s
	}
	assert.Equal(t, "2 3 4 ", list(res.Inline))
	assert.Equal(t, "5 6 ", list(res.Attachments))
}
