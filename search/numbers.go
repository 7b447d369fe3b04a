package search

import (
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UID matches the messages with these UIDs. The set must not be empty.
func UID(set response.UIDSet) Key {
	n := &node{name: "UID", uids: set, put: func(e *commands.Encoder) { e.Argument("UID set").UIDs(set) }}
	if set.IsSaved() {
		n.needs, n.effects = response.CapSearchRes, commands.UsesSaved
	}
	return Key{n}
}

// Seq matches the messages with these sequence numbers. The set must not be empty.
func Seq(set response.SeqSet) Key {
	n := &node{effects: commands.SeqNums, put: func(e *commands.Encoder) { e.Argument("sequence set").Seqs(set) }}
	if set.IsSaved() {
		n.needs, n.effects = response.CapSearchRes, commands.UsesSaved
	}
	return Key{n}
}

// Larger matches messages of more than n octets.
func Larger(n int64) Key { return sizeKey("LARGER", n) }

// Smaller matches messages of less than n octets.
func Smaller(n int64) Key { return sizeKey("SMALLER", n) }

func sizeKey(name string, n int64) Key {
	return Key{&node{name: name, number: n, put: func(e *commands.Encoder) {
		if n < 0 {
			e.FailValue("size", strconv.FormatInt(n, 10), "is negative")
		}
		e.Number(uint64(n))
	}}}
}

// dateKey is a key with a calendar date.
func dateKey(name string, t time.Time) *node {
	return &node{name: name, day: t, put: func(e *commands.Encoder) { e.Argument("date").Date(t) }}
}

// Before matches messages that arrived before the day of t.
func Before(t time.Time) Key { return Key{dateKey("BEFORE", t)} }

// On matches messages that arrived on the day of t.
func On(t time.Time) Key { return Key{dateKey("ON", t)} }

// Since matches messages that arrived on the day of t or later.
func Since(t time.Time) Key { return Key{dateKey("SINCE", t)} }

// SentBefore matches messages whose Date field is before the day of t.
func SentBefore(t time.Time) Key { return Key{dateKey("SENTBEFORE", t)} }

// SentOn matches messages whose Date field is on the day of t.
func SentOn(t time.Time) Key { return Key{dateKey("SENTON", t)} }

// SentSince matches messages whose Date field is on the day of t or later.
func SentSince(t time.Time) Key { return Key{dateKey("SENTSINCE", t)} }
