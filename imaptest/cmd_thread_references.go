package imaptest

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
)

// references links messages by References and In-Reply-To, then by subject
// (RFC 5256 §3). The numbers are the steps of the RFC.
func references(nodes []*threadNode) []*threadNode {
	known := make(map[string]*threadNode) // 1
	get := func(id string) *threadNode {
		if known[id] == nil {
			known[id] = &threadNode{}
		}
		return known[id]
	}
	for i, n := range nodes {
		id := messageID(n.msg)
		if place := known[id]; id != "" && place != nil && place.msg == nil {
			place.msg, place.num = n.msg, n.num
			nodes[i] = place
			n = place
		} else if id != "" && place == nil {
			known[id] = n
		}
		var last *threadNode
		for _, ref := range parents(n.msg) {
			node := get(ref)
			link(last, node)
			last = node
		}
		if n.parent != nil { // a guess of another message
			n.unlink()
		}
		link(last, n)
	}
	var roots []*threadNode // 2, 3
	seen := make(map[*threadNode]bool)
	for _, n := range nodes {
		for n.parent != nil {
			n = n.parent
		}
		if !seen[n] {
			seen[n] = true
			roots = append(roots, prune(n)...)
		}
	}
	slices.SortFunc(roots, byDate) // 4
	roots = gatherSubjects(roots)  // 5
	for _, n := range roots {      // 6; deeper ones were sorted by prune
		for _, c := range n.children {
			slices.SortFunc(c.children, byDate)
		}
		slices.SortFunc(n.children, byDate)
	}
	slices.SortFunc(roots, byDate)
	return roots
}

// gatherSubjects joins threads of the same base subject (RFC 5256 §3, step 5).
func gatherSubjects(roots []*threadNode) []*threadNode {
	table := make(map[string]*threadNode)
	for _, n := range roots {
		subject, isReply := n.subject()
		old := table[subject]
		if subject == "" {
			continue
		}
		if old == nil {
			table[subject] = n
			continue
		}
		_, oldIsReply := old.subject()
		if old.msg != nil && (n.msg == nil || oldIsReply && !isReply) {
			table[subject] = n
		}
	}
	merged := make(map[*threadNode]bool) // into another
	var dummies []*threadNode
	for _, n := range roots {
		subject, isReply := n.subject()
		to := table[subject]
		if subject == "" || to == n {
			continue
		}
		_, toIsReply := to.subject()
		merged[n] = true
		switch {
		case to.msg == nil && n.msg == nil:
			to.children = append(to.children, n.children...)
		case to.msg == nil, isReply && !toIsReply:
			to.children = append(to.children, n)
		default:
			merged[to] = true
			dummy := &threadNode{children: []*threadNode{to, n}}
			dummies = append(dummies, dummy)
			table[subject] = dummy
		}
	}
	roots = append(slices.Clip(roots), dummies...)
	return slices.DeleteFunc(roots, func(n *threadNode) bool { return merged[n] })
}

// messageID returns the message's identifier, empty if it has no valid one.
func messageID(m *store.Snapshot) string {
	v, _ := m.Blob.Tree().Get("Message-ID")
	if ids := messageIDs(v); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// parents returns the message IDs that a message answers, the oldest first.
func parents(m *store.Snapshot) []string {
	tree := m.Blob.Tree()
	v, _ := tree.Get("References")
	ids := messageIDs(v)
	if len(ids) == 0 {
		v, _ = tree.Get("In-Reply-To")
		ids = messageIDs(v)
		ids = ids[:min(len(ids), 1)]
	}
	return ids
}

func messageIDs(v string) (ids []string) {
	for {
		i := strings.IndexByte(v, '<')
		if i < 0 {
			return ids
		}
		j := strings.IndexByte(v[i:], '>')
		if j < 0 || len(ids) > 1000 {
			return ids
		}
		ids = append(ids, v[i:i+j+1])
		v = v[i+j+1:]
	}
}

// link makes child an answer to parent, unless it has one or that made a loop.
func link(parent, child *threadNode) {
	if parent == nil || child.parent != nil {
		return
	}
	for p := parent; p != nil; p = p.parent {
		if p == child {
			return
		}
	}
	child.parent = parent
	parent.children = append(parent.children, child)
}

func (n *threadNode) unlink() {
	n.parent.children = slices.DeleteFunc(n.parent.children, func(c *threadNode) bool { return c == n })
	n.parent = nil
}

// prune takes out the places without a message: what is below moves up. A root
// without a message stays where it has several answers.
func prune(n *threadNode) []*threadNode {
	var children []*threadNode
	for _, c := range n.children {
		prune(c)
		if c.msg == nil {
			children = append(children, c.children...)
		} else {
			children = append(children, c)
		}
	}
	slices.SortFunc(children, byDate)
	n.children = children
	if n.msg == nil && len(children) < 2 {
		return children
	}
	return []*threadNode{n}
}
