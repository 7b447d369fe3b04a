// Package threads makes conversations of messages without the server's THREAD command,
// from their Message-ID, In-Reply-To and References fields. It does no I/O.
package threads

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/response"
)

// References splits a References or In-Reply-To field into its message IDs, with their
// angle brackets. What is not a message ID is left out.
func References(field string) []string {
	var ids []string
	for {
		i := strings.IndexByte(field, '<')
		if i < 0 {
			return ids
		}
		field = field[i:]
		end := strings.IndexByte(field, '>')
		if end < 0 {
			return ids
		}
		if again := strings.LastIndexByte(field[:end], '<'); again > 0 { // an ID that was cut off
			field, end = field[again:], end-again
		}
		if id := strings.Join(strings.Fields(field[:end+1]), ""); len(id) > len("<>") {
			ids = append(ids, id)
		}
		field = field[end+1:]
	}
}

// Message is what has to be known of a message.
type Message struct {
	UID        response.UID
	ID         string    // its Message-ID, with the angle brackets; may be empty
	References []string  // the IDs of the messages that it answers, the nearest last
	Date       time.Time // by which messages are sorted; zero: as if very old
}

// Of returns what has to be known of a message that was fetched with its Envelope, and
// with imap.HeaderFields("References") if there is more than In-Reply-To to go by.
func Of(m *response.Message) Message {
	out := Message{UID: m.UID, Date: m.InternalDate}
	if e := m.Envelope; e != nil {
		out.ID = first(References(e.MessageID))
		out.References = References(e.InReplyTo)
		if !e.Date.IsZero() {
			out.Date = e.Date
		}
	}
	for i := range m.Sections {
		if refs := References(string(m.Sections[i].Data)); len(refs) > 0 {
			out.References = refs
		}
	}
	return out
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// node is a message, or one that is only referred to.
type node struct {
	msg      *Message
	parent   *node
	children []*node
	date     time.Time // of the earliest message in the thread
}

// ByReferences returns the messages as conversations, by the first five steps of the
// algorithm REFERENCES (RFC 5256 §3): subjects are not compared. Messages that are only
// referred to appear if they have several answers, with the number zero. Threads, and
// answers to one message, are sorted by date. Time and memory are linear in the length of
// the fields, but for sorting.
func ByReferences(messages []Message) []response.Thread[response.UID] {
	nodes := make(map[string]*node)
	all := make([]*node, 0, len(messages))
	known := func(id string) *node {
		n := nodes[id]
		if n == nil {
			n = &node{}
			nodes[id], all = n, append(all, n)
		}
		return n
	}
	for i := range messages {
		m := &messages[i]
		n := &node{}
		if have := nodes[m.ID]; m.ID != "" && (have == nil || have.msg == nil) {
			n = known(m.ID)
		} else {
			all = append(all, n) // without an ID, or with that of another one
		}
		n.msg = m
		var parent *node
		for _, id := range m.References {
			ref := known(id)
			if parent != nil && ref.parent == nil {
				link(parent, ref)
			}
			parent = ref
		}
		if parent != nil {
			n.parent = nil // its own References count more than what others say of it
			link(parent, n)
		}
	}
	return assemble(all)
}

// link makes child an answer to parent, unless that would close a circle.
func link(parent, child *node) {
	for n, steps := parent, 0; n != nil; n, steps = n.parent, steps+1 {
		if n == child || steps == maxDepth {
			return
		}
	}
	child.parent = parent
}

// maxDepth is how far up a conversation link looks: an answer that is deeper begins
// another conversation.
const maxDepth = 500

// assemble turns the parents into children, leaves out what was only referred to, and
// sorts.
func assemble(all []*node) []response.Thread[response.UID] {
	var roots []*node
	for _, n := range all {
		if n.parent != nil {
			n.parent.children = append(n.parent.children, n)
		} else {
			roots = append(roots, n)
		}
	}
	return build(prune(roots, true))
}

// prune replaces nodes without a message by their children; at the top, only if there is
// one child (RFC 5256 §3, step 3).
func prune(list []*node, top bool) []*node {
	var kept []*node
	for _, n := range list {
		n.children = prune(n.children, false)
		switch {
		case n.msg == nil && (!top || len(n.children) < 2):
			kept = append(kept, n.children...)
		default:
			kept = append(kept, n)
		}
	}
	for _, n := range kept {
		if n.msg != nil {
			n.date = n.msg.Date
		} else if len(n.children) > 0 {
			n.date = n.children[0].date
		}
	}
	slices.SortStableFunc(kept, func(a, b *node) int { return cmp.Or(a.date.Compare(b.date), compareUID(a, b)) })
	return kept
}

func compareUID(a, b *node) int {
	if a.msg == nil || b.msg == nil {
		return 0
	}
	return cmp.Compare(a.msg.UID, b.msg.UID)
}

func build(list []*node) []response.Thread[response.UID] {
	var out []response.Thread[response.UID]
	for _, n := range list {
		t := response.Thread[response.UID]{Children: build(n.children)}
		if n.msg != nil {
			t.Num = n.msg.UID
		}
		out = append(out, t)
	}
	return out
}
