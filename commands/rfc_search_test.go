package commands_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// clientLines returns the commands in the examples of an RFC, without their tags.
func clientLines(t *testing.T, rfc string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile("../response/testdata/rfc/" + rfc + ".txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		rest, is := strings.CutPrefix(strings.TrimSpace(line), "C: ")
		_, command, ok := strings.Cut(rest, " ")
		if is && ok {
			lines = append(lines, command)
		}
	}
	return lines
}

var returnList = regexp.MustCompile(`RETURN \(([^()]*)\)`)

var fetchList = regexp.MustCompile(`FETCH \S+ \(([^()]*)\)`)

// sameLine brings a command to the form in which two that mean the same are equal: the
// case of words, quotes that are not needed and the order of return options and items say nothing.
func sameLine(line string) string {
	line = returnList.ReplaceAllStringFunc(strings.ToUpper(line), func(list string) string {
		words := strings.Fields(list[len("RETURN (") : len(list)-1])
		var groups []string
		for _, w := range words {
			if n := len(groups); n > 0 && groups[n-1] == "PARTIAL" {
				groups[n-1] += " " + w
				continue
			}
			groups = append(groups, w)
		}
		slices.Sort(groups)
		return "RETURN (" + strings.Join(groups, " ") + ")"
	})
	line = fetchList.ReplaceAllStringFunc(line, func(list string) string {
		head, items, _ := strings.Cut(list, "(")
		words := strings.Fields(strings.TrimSuffix(items, ")"))
		slices.Sort(words)
		return head + "(" + strings.Join(words, " ") + ")"
	})
	return strings.NewReplacer(`"`, "", " )", ")").Replace(line)
}

// The examples of the RFCs, as the encoder sends them: nil is one that it never sends.
func TestSearchExamplesOfTheRFCs(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	feb94, oct06, feb06 := day(1994, 2, 1), day(2006, 10, 28), day(2006, 2, 12)
	junk := response.Flag("$Junk")
	notSmith := func(d time.Time) search.Key { return search.And(search.Since(d), search.Not(search.From("Smith"))) }
	flagged := search.And(search.Flagged(), notSmith(feb94))
	undeleted := search.And(search.Undeleted(), search.Unkeyword(junk))
	saves := func(key search.Key) Command { return Search{Key: key, Return: SearchReturn{Save: true}} }
	saved := response.Saved[response.SeqNum]()
	headers := SeqFetch{Set: saved, Items: FetchItems{UID: true, InternalDate: true, Flags: true, RFC822Header: true}}
	returns := func(key search.Key, r SearchReturn) Command { return Search{Key: key, Return: r} }
	page := func(first, last int64) Command {
		return Search{UID: true, Key: undeleted, Return: SearchReturn{Partial: &PartialRange{First: first, Last: last}}}
	}
	rows := func(first, last int64, since uint64) Command {
		return UIDFetch{Set: uids("25900:26600"), Items: FetchItems{UID: true, Flags: true}, Partial: &PartialRange{First: first, Last: last}, ChangedSince: since}
	}
	byRelevancy := []SortKey{{Field: SortRelevancy}}
	for rfc, cmds := range map[string][]Command{
		"5182": {
			saves(flagged), headers, saves(flagged), headers,
			saves(notSmith(day(2004, 1, 1))), Search{UID: true, Key: search.And(search.UID(response.Saved[response.UID]()), search.Smaller(4096))},
			Search{UID: true, Key: search.And(search.Saved(), search.Smaller(4096))},
			saves(notSmith(feb94)), nil, nil, // a literal
			saves(notSmith(feb94)), nil, nil,
			saves(search.And(search.Since(oct06), search.Not(search.From("Eric")))), SeqCopy{Set: saved, Mailbox: "Other Messages"},
			saves(search.Keyword(junk)), SeqCopy{Set: saved, Mailbox: "Junk"},
			SeqStore{Set: saved, Op: StoreAdd, Silent: true, Flags: []response.Flag{response.FlagDeleted}},
			saves(search.Keyword(junk)), returns(search.And(search.Since(oct06), search.From("Eric")), SearchReturn{All: true}),
			saves(search.Keyword(junk)), saves(search.And(search.Since(oct06), search.From("Eric"))),
			returns(notSmith(feb06), SearchReturn{All: true}),
			returns(notSmith(feb06), SearchReturn{All: true, Save: true}),
			returns(notSmith(feb06), SearchReturn{Min: true, Save: true}),
			returns(notSmith(feb06), SearchReturn{Min: true, Max: true, Save: true}),
			returns(notSmith(feb06), SearchReturn{Min: true, Max: true, Count: true, Save: true}),
			returns(notSmith(feb06), SearchReturn{Min: true, All: true, Save: true}),
		},
		"5267": {
			nil, // RETURN () is RETURN (ALL) here
			returns(undeleted, SearchReturn{Context: true, Count: true}),
			Search{UID: true, Key: search.And(search.Deleted(), search.Keyword(junk)), Return: SearchReturn{Update: true, Count: true}},
			nil, nil, // without the criteria that SORT has to have
			Noop{}, CancelUpdate{Tags: []string{"B01"}},
			page(23500, 24000), page(1, 500), page(24000, 24500),
		},
		"9394": {page(-1, -100), page(23500, 24000), page(1, 500), page(24000, 24500), rows(-1, -3, 0), rows(1, 5, 0), rows(-1, -30, 98305)},
		"6203": {
			returns(search.Fuzzy(search.Subject("IMAP break")), SearchReturn{}),
			returns(search.And(search.Fuzzy(search.Subject("work")), search.From("user@example.com")), SearchReturn{}),
			returns(search.Fuzzy(search.Text("Helo")), SearchReturn{Relevancy: true, All: true}),
			Sort{Keys: byRelevancy, Key: search.Fuzzy(search.Subject("Helo"))},
			Sort{Keys: byRelevancy, Key: search.Fuzzy(search.Text("Helo")), Return: SearchReturn{Relevancy: true, All: true}},
			Sort{Keys: byRelevancy, Key: search.Fuzzy(search.Text("World")), Return: SearchReturn{Partial: &PartialRange{First: 1, Last: 10}}},
		},
	} {
		lines := clientLines(t, rfc)
		if rfc == "6203" {
			lines[0] = strings.NewReplacer("(", "", ")", "").Replace(lines[0]) // one key needs none
		}
		if rfc == "5182" { // the content of literals has no command
			lines = slices.Insert(lines, slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "UTF-8") })+1, "")
			lines = slices.Insert(lines, slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "KOI8-R") })+1, "")
		}
		require.Len(t, lines, len(cmds), "RFC %s: %q", rfc, lines)
		for i, cmd := range cmds {
			if cmd != nil {
				assert.Equal(t, sameLine(lines[i]), sameLine(wire(t, rev1, cmd)), "RFC %s", rfc)
			}
		}
	}
}
