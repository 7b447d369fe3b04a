package imaptest

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// threadNode is a message of a thread, or a place for one that is not there.
type threadNode struct {
	msg      *store.Snapshot // nil: known only by name
	num      response.UID
	parent   *threadNode
	children []*threadNode
}

// cmdThread is THREAD (RFC 5256).
func cmdThread(s *session, a *args) reply {
	var req searchRequest
	a.sp()
	algorithm := a.keyword()
	a.sp()
	req.charset = a.astring()
	a.sp()
	if a.ok() && !s.srv.has(response.Cap("THREAD="+algorithm)) {
		a.fail(bad("THREAD: unknown algorithm %q", algorithm))
	}
	if !s.readKeys(a, &req) {
		return a.reply()
	}
	all := s.view.All()
	found := req.find(all)
	nums := numbers(s.view, found, a.uid)
	nodes := make([]*threadNode, len(found))
	for n, i := range found {
		nodes[n] = &threadNode{msg: &all[i], num: nums[n]}
	}
	group := orderedSubject
	if algorithm == "REFERENCES" {
		group = references
	}
	roots := group(nodes)
	o := s.newOut("* THREAD")
	if len(roots) > 0 {
		o.raw(" ")
	}
	for _, r := range roots {
		o.raw("(")
		o.thread(r)
		o.raw(")")
	}
	o.send()
	return ok("THREAD completed")
}

// thread writes a node and what is below it.
func (o *out) thread(n *threadNode) {
	for {
		if n.msg != nil {
			o.num(uint64(n.num))
			if len(n.children) > 0 {
				o.raw(" ")
			}
		}
		if len(n.children) != 1 {
			break
		}
		n = n.children[0]
	}
	for _, c := range n.children {
		o.raw("(")
		o.thread(c)
		o.raw(")")
	}
}

func byDate(a, b *threadNode) int { return a.date().compare(b.date()) }

type nodeDate struct {
	unix int64
	num  response.UID
}

func (d nodeDate) compare(e nodeDate) int {
	switch {
	case d == e:
		return 0
	case d.unix < e.unix, d.unix == e.unix && d.num < e.num:
		return -1
	}
	return 1
}

// date is that of the message, or of the first below it.
func (n *threadNode) date() nodeDate {
	for n.msg == nil && len(n.children) > 0 {
		n = n.children[0]
	}
	if n.msg == nil {
		return nodeDate{}
	}
	return nodeDate{sentDate(n.msg).Unix(), n.num}
}

// orderedSubject groups messages by subject; all answer the first.
func orderedSubject(nodes []*threadNode) []*threadNode {
	slices.SortFunc(nodes, byDate)
	first := make(map[string]*threadNode)
	var roots []*threadNode
	for _, n := range nodes {
		subject := strings.ToUpper(baseSubject(n.msg.Blob.Tree()))
		if root := first[subject]; root != nil {
			root.children = append(root.children, n)
			continue
		}
		first[subject] = n
		roots = append(roots, n)
	}
	return roots
}

// references links messages by References and In-Reply-To. The last step of
// RFC 5256 §3, joining threads of the same subject, is left out.
func references(nodes []*threadNode) []*threadNode {
	known := make(map[string]*threadNode)
	get := func(id string) *threadNode {
		if known[id] == nil {
			known[id] = &threadNode{}
		}
		return known[id]
	}
	for i, n := range nodes {
		id, _ := n.msg.Blob.Tree().Get("Message-ID")
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
		if n.parent != nil && last != nil {
			n.unlink()
		}
		link(last, n)
	}
	var roots []*threadNode
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
	slices.SortFunc(roots, byDate)
	return roots
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
