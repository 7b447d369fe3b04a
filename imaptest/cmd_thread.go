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
	if r := s.tooMany(len(all), false, nil); r.kind != "" {
		return r
	}
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

// subject returns the base subject of the message, or of the first below it, as it
// is compared, and whether that is a reply or a forward.
func (n *threadNode) subject() (base string, isReply bool) {
	for n.msg == nil && len(n.children) > 0 {
		n = n.children[0]
	}
	if n.msg == nil {
		return "", false
	}
	base, isReply = baseSubject(n.msg.Blob.Tree())
	return strings.ToUpper(base), isReply
}

// orderedSubject groups messages by subject; all answer the first.
func orderedSubject(nodes []*threadNode) []*threadNode {
	slices.SortFunc(nodes, byDate)
	first := make(map[string]*threadNode)
	var roots []*threadNode
	for _, n := range nodes {
		subject, _ := n.subject()
		if root := first[subject]; root != nil {
			root.children = append(root.children, n)
			continue
		}
		first[subject] = n
		roots = append(roots, n)
	}
	return roots
}
