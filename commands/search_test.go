package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

func TestSearch(t *testing.T) {
	wide := search.And(search.Unseen(), search.Subject("Zoë"))
	check(t, []golden{
		{rev1, Search{}, "SEARCH ALL"},
		{rev1, Search{UID: true, Key: search.Flagged()}, "UID SEARCH FLAGGED"},
		{rev1, Search{Key: search.And(search.Deleted(), search.From("Smith"))}, `SEARCH DELETED FROM "Smith"`},
		{rev1, Search{UID: true, Key: wide}, `UID SEARCH CHARSET UTF-8 UNSEEN SUBJECT {4}⏎⏳Zoë`},
		{plus, Search{UID: true, Key: wide}, `UID SEARCH CHARSET UTF-8 UNSEEN SUBJECT {4+}⏎Zoë`},
		{rev2, Search{UID: true, Key: wide}, `UID SEARCH UNSEEN SUBJECT "Zoë"`},
		{plus, Search{Key: search.Text("Zo\xeb"), Charset: "ISO-8859-1"}, "SEARCH CHARSET ISO-8859-1 TEXT {3+}⏎Zo\xeb"},
		{plus, Search{Key: search.Text("Zo\xeb")}, "error: SEARCH: search key has a string that is not UTF-8"},
		{rev2, Search{Key: search.Text("Zo\xeb"), Charset: "utf-8"}, "error: SEARCH: search key has a string that is not UTF-8"},
		{rev2, Search{Key: search.Text("a"), Charset: "ISO-8859-1"}, `error: SEARCH: charset "ISO-8859-1" is not UTF-8, which this session requires`},
		{rev2, Search{Key: search.Text("a"), Charset: "utf-8"}, `SEARCH TEXT "a"`},
		{rev1, Search{Key: search.Text("a"), Charset: "a b"}, `SEARCH CHARSET "a b" TEXT "a"`},
		{rev1, Search{Key: search.Flagged(), Return: SearchReturn{Min: true, Max: true, All: true, Count: true, Save: true}}, "SEARCH RETURN (MIN MAX ALL COUNT SAVE) FLAGGED"},
		{rev1, Search{UID: true, Key: wide, Return: SearchReturn{Partial: &PartialRange{-1, -100}}}, "UID SEARCH RETURN (PARTIAL -1:-100) CHARSET UTF-8 UNSEEN SUBJECT {4}⏎⏳Zoë"},
		{rev1, Search{Return: SearchReturn{Other: []string{"UPDATE"}}}, "SEARCH RETURN (UPDATE) ALL"},
		{rev1, Search{Return: SearchReturn{Other: []string{"A) ("}}}, `error: SEARCH: return option "A) (" contains a character that is not allowed in an atom`},
		{rev1, Search{Return: SearchReturn{Partial: &PartialRange{1, -100}}}, "error: SEARCH: invalid partial range 1:-100"},
		{rev1, Search{Return: SearchReturn{Partial: &PartialRange{}}}, "error: SEARCH: invalid partial range 0:0"},
		{rev1, Search{Return: SearchReturn{All: true, Partial: &PartialRange{1, 2}}}, "error: SEARCH: return options have both ALL and PARTIAL"},
		{rev1, Search{Key: search.Or(search.Subject(strings.Repeat("x", 600)), search.Seen())}, "SEARCH OR SUBJECT {600}⏎⏳" + strings.Repeat("x", 600) + " SEEN"},
	})
	assert.Equal(t, []response.Cap{response.CapESearch, response.CapSearchRes, response.CapPartial, response.CapWithin},
		Search{Key: search.Younger(3600e9), Return: SearchReturn{Save: true, Partial: &PartialRange{1, 2}}}.Needs())
}

func TestESearch(t *testing.T) {
	check(t, []golden{ // RFC 7377 §3
		{rev1, ESearch{In: []SearchSource{{FilterMailboxes, []string{"folder1"}}, {FilterSubtree, []string{"folder2"}}}, Key: search.Unseen()},
			"ESEARCH IN (MAILBOXES (folder1) SUBTREE (folder2)) UNSEEN"},
		{plus, ESearch{In: []SearchSource{{FilterSubtreeOne, []string{"Müll", "a b"}}}, Key: search.Subject("ü"), Return: SearchReturn{Count: true}},
			`ESEARCH IN (SUBTREE-ONE (M&APw-ll "a b")) RETURN (COUNT) CHARSET UTF-8 SUBJECT {2+}⏎ü`},
		{rev1, ESearch{}, "ESEARCH ALL"},
		{rev1, ESearch{In: []SearchSource{{FilterSelected, nil}}, Return: SearchReturn{Save: true}}, "ESEARCH IN (SELECTED) RETURN (SAVE) ALL"},
		{rev1, ESearch{In: []SearchSource{{FilterPersonal, nil}}, Return: SearchReturn{Save: true}}, "error: ESEARCH: return options have SAVE, which is for the selected mailbox only"},
		{rev1, ESearch{In: []SearchSource{{FilterPersonal, []string{"a"}}}}, `error: ESEARCH: filter "PERSONAL" takes no mailbox names`},
	})
	assert.Equal(t, []response.Cap{"MULTISEARCH", "ESEARCH", "WITHIN"}, ESearch{Key: search.Older(3600e9), Return: SearchReturn{Min: true}}.Needs())
	assert.Equal(t, MayExpunge, ESearch{In: []SearchSource{{FilterPersonal, nil}}}.Effects())
	assert.Equal(t, MayExpunge|Selected, ESearch{}.Effects())
}

func TestSortThread(t *testing.T) {
	keys := []SortKey{{SortSubject, false}, {SortDate, true}}
	check(t, []golden{
		{rev1, Sort{Keys: keys, Key: search.Since(day)}, "SORT (SUBJECT REVERSE DATE) UTF-8 SINCE 1-Feb-1994"},
		{plus, Sort{UID: true, Keys: keys, Key: search.Text("ü"), Return: SearchReturn{Partial: &PartialRange{1, 9}}}, "UID SORT RETURN (PARTIAL 1:9) (SUBJECT REVERSE DATE) UTF-8 TEXT {2+}⏎ü"},
		{rev1, Sort{}, "error: SORT: sort keys are missing"},
		{rev1, Sort{Keys: []SortKey{{Field: "A) ("}}}, `error: SORT: sort key "A) (" contains a character that is not allowed in an atom`},
		{rev1, Thread{Algorithm: ThreadReferences}, "THREAD REFERENCES UTF-8 ALL"},
		{rev1, Thread{UID: true, Algorithm: ThreadOrderedSubject, Charset: "US-ASCII", Key: search.Text("x")}, `UID THREAD ORDEREDSUBJECT US-ASCII TEXT "x"`},
		{rev1, Thread{}, "error: THREAD: algorithm is empty"},
		{rev1, Sort{Keys: keys, Key: search.Text("\xff")}, "error: SORT: search key has a string that is not UTF-8"},
	})
	assert.Equal(t, []response.Cap{"SORT", "SORT=DISPLAY", "ESORT", "WITHIN"},
		Sort{Keys: []SortKey{{Field: SortDisplayTo}}, Return: SearchReturn{Count: true}, Key: search.Older(3600e9)}.Needs())
	assert.Equal(t, []response.Cap{"THREAD=REFERENCES", "WITHIN"}, Thread{Algorithm: ThreadReferences, Key: search.Older(3600e9)}.Needs())
}

var day = time.Date(1994, 2, 1, 23, 30, 0, 0, time.FixedZone("", -8*3600))
