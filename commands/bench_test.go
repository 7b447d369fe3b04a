package commands_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// hot are the commands that programs send by the thousand.
func hot() map[string]Command {
	set := uids("1:5,7,9:1000,2000:*")
	return map[string]Command{
		"UIDFetch": UIDFetch{Set: set, Items: FetchItems{UID: true, Flags: true, Envelope: true}},
		"UIDFetchSections": UIDFetch{Set: set, Items: FetchItems{UID: true, Sections: []FetchSection{
			WholeMessage(), HeaderFields("Subject", "From"), {Section: response.Section{Part: []int{1, 2}}, Partial: &Partial{0, 4096}},
		}}},
		"UIDStore":  UIDStore{Set: set, Op: StoreAdd, Flags: []response.Flag{response.FlagSeen, "$Forwarded"}, Silent: true},
		"UIDMove":   UIDMove{Set: set, Mailbox: "Entwürfe"},
		"Append":    Append{Mailbox: "Archive/2026", Messages: []AppendMessage{{Literal: literal.Source{R: strings.NewReader("x"), Size: 1}}}},
		"UIDSearch": Search{UID: true, Key: search.And(search.Unseen(), search.From("bob"), search.UID(set)), Return: SearchReturn{All: true}},
	}
}

func TestEncodingDoesNotAllocate(t *testing.T) {
	for name, c := range hot() {
		var e Encoder
		e.Reset(plus)
		assert.NoError(t, e.Command(c), name)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			e.Reset(plus)
			_ = e.Command(c)
		}), name)
	}
}

func BenchmarkEncode(b *testing.B) {
	for name, c := range hot() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var e Encoder
			for b.Loop() {
				e.Reset(plus)
				_ = e.Command(c)
			}
		})
	}
}
