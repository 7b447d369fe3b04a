package response

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainRows are rows, and whether ReadRow is to read them once their lists are
// known.
var plainRows = map[string]bool{
	`* 12 FETCH (UID 1234 FLAGS (\Seen NonJunk))`:                             true,
	`* 1 FETCH (FLAGS (\Seen \Answered) UID 9)`:                               true,
	`* 4294967295 FETCH (UID 4294967295 FLAGS ())`:                            true,
	`* 12345678 FETCH (UID 123456789 RFC822.SIZE 123456789012345678)`:         true,
	`* 7 FETCH (FLAGS (\Seen) MODSEQ (90060115205545359) UID 1)`:              true,
	`* 7 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" UID 1)`:             true,
	`* 7 FETCH (UID 1 INTERNALDATE " 7-Jul-1996 02:44:25 +0000")`:             true,
	`* 1 FETCH (UID 1 INTERNALDATE "7-Jul-1996 02:44:25 +0000")`:              false,
	`* 1 FETCH (UID 1 INTERNALDATE "17-Jxl-1996 02:44:25 +0000")`:             false,
	`* 1 FETCH (UID 1 INTERNALDATE NIL FLAGS (\Seen \Draft))`:                 false,
	`* 7 FETCH (FLAGS (\Seen))`:                                               true,
	`* 7 FETCH (MODSEQ (0))`:                                                  true,
	`* LIST (\HasNoChildren) "/" "Archive/2024"`:                              true,
	`* LIST (\HasNoChildren) "." INBOX.Sent`:                                  true,
	`* LIST () "/" inbox`:                                                     true,
	`* LIST (\Noselect \HasChildren) "/" "Gesch&AOQ-ftlich & mehr"`:           true,
	`* LIST () "&" "Gesch&AOQ-ftlich"`:                                        true,
	`* LIST () "/" "Geschäftlich"`:                                            true,
	`* 0 FETCH (UID 1 FLAGS (\Seen))`:                                         false,
	`* 1 FETCH (UID 0 FLAGS (\Seen))`:                                         false,
	`* 4294967296 FETCH (UID 1 FLAGS (\Seen))`:                                false,
	`* 1 FETCH (UID 4294967296 FLAGS (\Seen))`:                                false,
	`* 1 FETCH (UID 1 RFC822.SIZE 1234567890123456789)`:                       true,
	`* 1 FETCH (UID 1 RFC822.SIZE 9223372036854775808)`:                       false,
	`* 1 FETCH (UID 1 UID 1 FLAGS (\Seen))`:                                   false,
	`* 1 FETCH (UID 1 FLAGS (\Seen) FLAGS (\Draft))`:                          false,
	`* 1 FETCH (UID 1  FLAGS (\Seen))`:                                        false,
	`* 1 FETCH (UID 1 FLAGS (\Seen) )`:                                        false,
	`* 1 FETCH (UID 1 FLAGS (\Seen)) `:                                        false,
	`* 1 FETCH (UID 1 FLAGS (\Seen)`:                                          false,
	`* 1 FETCH (UID 1 FLAGS (\Seen)))`:                                        false,
	`* 1 FETCH (UID 1 FLAGS (\Seen)x)`:                                        false,
	`* 1 FETCH (UID 1x FLAGS (\Seen))`:                                        false,
	`* 1 FETCH (UID 1 FLAGS ((\Seen)))`:                                       false,
	`* 1 FETCH (uid 1 flags (\Seen))`:                                         false,
	`* 1 Fetch (UID 1 FLAGS (\Seen))`:                                         false,
	`* 1 FETCH (UID 1 MODSEQ (5 ))`:                                           false,
	`* 1 FETCH (UID 1 MODSEQ (x) FLAGS (\Seen))`:                              false,
	`* 1 FETCH (UID 1 FLAGS (\Seen) X-NEW 5)`:                                 false,
	`* 1 FETCH (UID 1 FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 GMT")`: false,
	`* 1 FETCH ()                   `:                                         false,
	`* LIST (\HasNoChildren) NIL "Archive"`:                                   false,
	`* LIST (\HasNoChildren) "\\" "Archive"`:                                  false,
	`* LIST (\HasNoChildren) "\" "Archive"`:                                   false,
	`* LIST (\HasNoChildren) "/" "a\"b"`:                                      false,
	`* LIST (\HasNoChildren) "/" "a"b"`:                                       false,
	`* LIST (\HasNoChildren) "/" a b`:                                         false,
	`* LIST (\HasNoChildren) "/" ""`:                                          false,
	`* LIST (\HasNoChildren) "/" "a" (CHILDINFO ("SUBSCRIBED"))`:              false,
	`* LIST (\HasNoChildren)  "/" "Archive"`:                                  false,
	"* LIST (\\HasNoChildren) \"/\" \"a\tb\"":                                 false,
	"* LIST (\\HasNoChildren) \"/\" \"a\r\nb\"":                               false,
	"* LIST (\\HasNoChildren) \"/\" {5}\r\nhello":                             false,
}

// TestPlainRowsReadLikeAllOthers has each row read thrice, as lists have to be
// known, by ReadRow and without it.
func TestPlainRowsReadLikeAllOthers(t *testing.T) {
	for row, plain := range plainRows {
		wire := strings.Repeat(row+"\r\n", 3) + "A1 OK done\r\n"
		requireSameWithoutRows(t, wire)
		r := NewReader(strings.NewReader(wire), Limits{})
		for range 2 {
			_, err := r.Read()
			require.NoError(t, err, row)
		}
		assert.Equal(t, plain, r.ReadRow() != nil, row)
	}
}

// TestRowsThatHaveNotArrivedAreLeft cuts a row everywhere.
func TestRowsThatHaveNotArrivedAreLeft(t *testing.T) {
	for row, plain := range plainRows {
		if !plain {
			continue
		}
		row += "\r\n"
		for at := range len(row) {
			r := NewReader(cutAt(row+row+row, 2*len(row)+at), Limits{})
			for range 2 {
				_, err := read(r)
				require.NoError(t, err, row)
			}
			require.Nil(t, r.ReadRow(), row[:at])
			resp, err := read(r)
			require.NoError(t, err, row)
			require.Nil(t, resp.Err, row)
		}
	}
}

// TestRowsAreShownToOnLine has a Reader that shows what it reads show all of it.
func TestRowsAreShownToOnLine(t *testing.T) {
	var seen []string
	r := NewReader(strings.NewReader(strings.Repeat("* 1 FETCH (UID 1 FLAGS ())\r\n", 3)), Limits{})
	r.OnLine = func(line []byte) { seen = append(seen, string(line)) }
	for range 3 {
		_, err := r.Read()
		require.NoError(t, err)
	}
	require.Len(t, seen, 3)
}

// requireSameWithoutRows reads wire with and without ReadRow: it is not used where
// the Reader shows what it reads.
func requireSameWithoutRows(t testing.TB, wire string) {
	t.Helper()
	want, wantEnd := readAllOf(t, wire, func([]byte) {})
	got, gotEnd := readAllOf(t, wire, nil)
	require.Equal(t, want, got)
	require.Equal(t, wantEnd, gotEnd)
}

func readAllOf(t testing.TB, wire string, onLine func([]byte)) (list []string, err error) {
	t.Helper()
	r := NewReader(strings.NewReader(wire), Limits{})
	r.OnLine = onLine
	for {
		resp, err := read(r)
		if err != nil {
			return list, err
		}
		list = append(list, dumpResponse(resp))
	}
}

// FuzzRow gives the Reader any octets twice, and must read the same with ReadRow
// and without it.
func FuzzRow(f *testing.F) {
	for row := range plainRows {
		f.Add(row)
	}
	f.Fuzz(func(t *testing.T, row string) {
		if len(row) > 1<<12 {
			return
		}
		requireSameWithoutRows(t, strings.Repeat(row+"\r\n", 3))
	})
}
