package response

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnItemThatTakesTooMuchMemoryIsLostAlone(t *testing.T) {
	for item, value := range map[string]string{
		"BODYSTRUCTURE": "(" + strings.Repeat("()", 20_000) + ")",
		"ENVELOPE":      "(NIL NIL (" + strings.Repeat(`(NIL NIL "a" "b")`, 20_000) + ") NIL NIL NIL NIL NIL NIL NIL)",
		"FLAGS":         "(" + strings.Repeat("a ", 100_000) + ")",
		"X-GM-LABELS":   "(" + strings.Repeat("a ", 100_000) + ")",
		"X-NEW":         "(" + strings.Repeat("(a)", 50_000) + ")",
	} {
		line := fmt.Sprintf("* 7 FETCH (UID 9 %s %s RFC822.SIZE 5 %[1]s %[2]s MODSEQ (3))\r\n* 8 FETCH (UID 10)\r\n", item, value)
		r := NewReader(strings.NewReader(line), Limits{Memory: 1 << 20})
		resp, err := r.Read()
		require.NoError(t, err)
		m := resp.Data.(*Message)
		assert.Equal(t, ItemUID|ItemSize|ItemModSeq, m.Items, item)
		assert.EqualValues(t, 9, m.UID)
		assert.EqualValues(t, 5, m.Size)
		require.NotNil(t, resp.Err, item)
		assert.Equal(t, item, resp.Err.Item)
		var limit *LimitError
		require.ErrorAs(t, resp.Err, &limit)
		assert.EqualValues(t, 1<<20, limit.Limit)
		assert.Contains(t, resp.Err.Error(), item)

		resp, err = r.Read()
		require.NoError(t, err)
		assert.Nil(t, resp.Err, "the next response has its own limit")
		assert.EqualValues(t, 10, resp.Data.(*Message).UID)
	}
}

func TestAResponseThatTakesTooMuchMemoryIsLostAlone(t *testing.T) {
	words := strings.Repeat("a ", 100_000)
	numbers := strings.Repeat("9 7 ", 200_000)
	for name, rest := range map[string]string{
		"FLAGS":     "(" + words + ")",
		"LIST":      "(" + words + ") NIL a",
		"STATUS":    "a (" + strings.Repeat("X 1 ", 50_000) + ")",
		"SEARCH":    numbers,
		"SORT":      numbers,
		"ESEARCH":   "UID ALL " + strings.ReplaceAll(strings.TrimSpace(numbers), " ", ","),
		"THREAD":    strings.Repeat("(1)", 50_000),
		"VANISHED":  strings.ReplaceAll(strings.TrimSpace(numbers), " ", ","),
		"NAMESPACE": "(" + strings.Repeat(`("" "/")`, 50_000) + ") NIL NIL",
		"ID":        "(" + words + ")",
		"QUOTA":     "a (" + strings.Repeat("a 1 2 ", 50_000) + ")",
		"ACL":       "a " + words,
		"METADATA":  "a " + words,
		"LANGUAGE":  "(" + words + ")",
	} {
		r := NewReader(strings.NewReader("* "+name+" "+rest+"\r\nA1 OK done\r\n"), Limits{Memory: 1 << 20})
		resp, err := r.Read()
		require.NoError(t, err, name)
		require.NotNil(t, resp.Err, name)
		assert.Nil(t, resp.Data, name)
		assert.Equal(t, name, resp.Err.Response)
		var limit *LimitError
		assert.ErrorAs(t, resp.Err, &limit, name)
		resp, err = r.Read()
		require.NoError(t, err, name)
		assert.Equal(t, Tagged, resp.Kind, name)
	}
}

// longRow repeats a text until so many octets have been read.
type longRow struct {
	head, text string
	left       int
	buf        bytes.Buffer
}

func (e *longRow) Read(b []byte) (int, error) {
	if e.head != "" {
		e.buf.WriteString(e.head)
		e.head = ""
	}
	for e.buf.Len() < len(b) && e.left > 0 {
		e.buf.WriteString(e.text)
		e.left -= len(e.text)
	}
	if e.buf.Len() == 0 {
		return 0, io.EOF
	}
	return e.buf.Read(b)
}

// TestAnEndlessFetchResponseIsBounded alternates texts that are kept with the
// message and texts that are read on their own.
func TestAnEndlessFetchResponseIsBounded(t *testing.T) {
	small, large := strings.Repeat("s", 4096), strings.Repeat("l", 4097)
	for name, text := range map[string]string{
		"both":  "BODY[] {4096}\r\n" + small + " BODY[] {4097}\r\n" + large + " ",
		"large": "BODY[] {4097}\r\n" + large + " ",
		"small": "BODY[] {4097}\r\n" + large + " BODY[] {9}\r\n123456789 FLAGS (a) ",
	} {
		const memory = 1 << 20
		r := NewReader(&longRow{head: "* 7 FETCH (UID 9 ", text: text, left: 64 << 20}, Limits{Memory: memory})
		var last *Message
		kept := 0
		for {
			resp, err := r.Read()
			if err != nil {
				require.True(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), err)
				break
			}
			last = resp.Data.(*Message)
		}
		require.NotNil(t, last)
		for _, s := range last.Sections {
			kept += sizeSection + len(s.Data)
		}
		assert.Less(t, kept, memory+memory/4, name)
	}
}

func TestALiteralKnowsWhatCameBefore(t *testing.T) {
	text := strings.Repeat("l", 5000)
	row := "* 7 FETCH (BODY[1] {5000}\r\n" + text + " BODY[2] {6}\r\nabcdef BODY[3] {5000}\r\n" + text + " BODY[4] {5000}\r\n" + text + ")\r\n"
	r := NewReader(strings.NewReader(row+row), Limits{})
	var before []int64
	for range 8 {
		resp, err := r.Read()
		require.NoError(t, err)
		if resp.Literal != nil {
			before = append(before, resp.Literal.Before)
		}
	}
	assert.Equal(t, []int64{0, 5000, 10_000, 0, 5000, 10_000}, before)
}
