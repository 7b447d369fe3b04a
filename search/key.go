package search

import (
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Key is a condition on messages. It is a value and never changes; the zero
// value is that of [All]. It implements [commands.SearchKey].
//
// A key with a value that cannot be encoded, like an empty set, makes the command
// that uses it fail with a *commands.ArgumentError.
type Key struct{ n *node }

// kind is how a node is encoded.
type kind uint8

const (
	kindLeaf kind = iota // name and argument
	kindAnd              // the keys one after the other
	kindOr               // OR key key, nested
	kindWrap             // a word in front of one key: NOT, FUZZY
)

// node is a key of the tree that a Key is the root of.
type node struct {
	kind    kind
	name    string                    // of a leaf or a wrap
	keys    []Key                     // of the others
	put     func(e *commands.Encoder) // appends the argument; nil if there is none
	uids    response.UIDSet           // of the key UID
	effects commands.Effects          // of a leaf
	text    bool                      // the argument is not ASCII
	needs   response.Cap              // empty: none

	// What Match compares, of the leaves that it knows by their names.
	value, field string
	number       int64
	day          time.Time
}

var _ commands.SearchKey = Key{}

// EncodeKey appends the key to a command.
func (k Key) EncodeKey(e *commands.Encoder) {
	if k.n == nil {
		e.Atom("ALL")
		return
	}
	switch k.n.kind {
	case kindAnd:
		for i, sub := range k.n.keys {
			if i > 0 {
				e.SP()
			}
			sub.encodeOne(e)
		}
	case kindOr:
		encodeOr(e, k.n.keys)
	case kindWrap:
		e.Atom(k.n.name)
		e.SP()
		k.n.keys[0].encodeOne(e)
	default:
		k.n.encodeLeaf(e)
	}
}

func (n *node) encodeLeaf(e *commands.Encoder) {
	if n.name != "" {
		e.Atom(n.name)
	}
	if n.put == nil {
		return
	}
	if n.name != "" {
		e.SP()
	}
	n.put(e)
}

// encodeOne appends the key as a single search-key of the grammar: several are
// enclosed in parentheses.
func (k Key) encodeOne(e *commands.Encoder) {
	if k.n == nil || k.n.kind != kindAnd {
		k.EncodeKey(e)
		return
	}
	e.BeginList()
	k.EncodeKey(e)
	e.EndList()
}

// encodeOr appends keys joined by OR, which takes exactly two. The halves nest as a
// balanced tree, because servers limit the depth.
func encodeOr(e *commands.Encoder, keys []Key) {
	if len(keys) == 1 {
		keys[0].encodeOne(e)
		return
	}
	half := len(keys) / 2
	e.Atom("OR")
	e.SP()
	encodeOr(e, keys[:half])
	e.SP()
	encodeOr(e, keys[half:])
}

// Effects returns whether the key contains message sequence numbers and whether it
// depends on flags.
func (k Key) Effects() commands.Effects {
	if k.n == nil {
		return 0
	}
	eff := k.n.effects
	for _, sub := range k.n.keys {
		eff |= sub.Effects()
	}
	return eff
}

// ASCII reports whether all strings in the key are ASCII.
func (k Key) ASCII() bool {
	if k.n == nil {
		return true
	}
	if k.n.text {
		return false
	}
	for _, sub := range k.n.keys {
		if !sub.ASCII() {
			return false
		}
	}
	return true
}

// Needs returns the capabilities that the key needs beyond IMAP4rev1, each
// once.
func (k Key) Needs() []response.Cap { return k.appendNeeds(nil) }

func (k Key) appendNeeds(caps []response.Cap) []response.Cap {
	if k.n == nil {
		return caps
	}
	if need := k.n.needs; need != "" && !response.Capabilities(caps).Lists(need) {
		caps = append(caps, need)
	}
	for _, sub := range k.n.keys {
		caps = sub.appendNeeds(caps)
	}
	return caps
}

// String returns the key as it is sent, with long strings shortened, for debugging.
func (k Key) String() string {
	var e commands.Encoder
	e.Reset(commands.Dialect{LiteralPlus: true, UTF8: true})
	k.EncodeKey(&e)
	if err := e.Err(); err != nil {
		return "invalid search key: " + err.Error()
	}
	return string(e.AppendTrace(nil))
}
