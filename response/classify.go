package response

import (
	"slices"
	"strings"
)

// classified is a part that is not a multipart, as classify sees it.
type classified struct {
	part      Part
	class     Class
	mediaType string
	kind      bodyKind
	parent    string // subtype of the multipart that it is in
}

// place is where a node stands in its multipart.
type place struct {
	parent    string // subtype of the multipart, in lower case
	first     bool   // nothing comes before it
	bodyLater bool   // what can be the body comes after it
	related   bool   // in a multipart/related, beside HTML that can refer to it
}

// classifier puts every leaf into exactly one class, from the structure alone.
// Leaves are appended in order, so that the leaves of a branch are a range.
type classifier struct {
	prefer Prefer
	leaves []classified
}

func classify(b *BodyStructure, prefer Prefer) []classified {
	if b == nil {
		return nil
	}
	c := classifier{prefer: prefer}
	if b.IsMultipart() {
		c.multipart(Part{b, nil}, place{})
	} else {
		c.leaf(Part{b, []int{1}}, place{first: true})
	}
	c.settleCalendars()
	c.settleMissingText()
	return c.leaves
}

// node classifies p and what it holds, and returns the range of its leaves.
func (c *classifier) node(p Part, at place) (lo, hi int) {
	lo = len(c.leaves)
	if p.IsMultipart() {
		c.multipart(p, at)
	} else {
		c.leaf(p, at)
	}
	return lo, len(c.leaves)
}

func (c *classifier) multipart(p Part, at place) {
	switch subtype := strings.ToLower(p.Subtype); subtype {
	case "alternative":
		c.alternative(p, at)
	case "related", "relative":
		c.relatedParts(p, at)
	default:
		c.mixed(p, place{parent: subtype, related: at.related})
	}
}

// child returns the i-th child of a multipart, with its number.
func (p Part) child(i int) Part {
	return Part{p.Children[i], append(slices.Clip(p.Number), i+1)}
}

// mixed classifies the children of any multipart whose parts are shown one
// after the other (RFC 2046 §5.1.3).
func (c *classifier) mixed(p Part, at place) {
	body := make([]bool, len(p.Children)+1) // body[i]: child i or a later one can be the body
	for i := len(p.Children) - 1; i >= 0; i-- {
		child := p.Children[i]
		body[i] = body[i+1] || child.IsMultipart() ||
			kindOf(child.mediaType()) != noText && !child.isAttached() && child.Filename() == ""
	}
	for i := range p.Children {
		at.first, at.bodyLater = i == 0, body[i+1]
		c.node(p.child(i), at)
	}
}

// alternative classifies the branches of a multipart/alternative and chooses
// the one whose texts are shown.
func (c *classifier) alternative(p Part, at place) {
	ends := make([]int, len(p.Children)+1)
	ends[0] = len(c.leaves)
	for i := range p.Children {
		_, ends[i+1] = c.node(p.child(i), place{parent: "alternative", first: true, related: at.related})
	}
	chosen := c.choose(ends)
	if chosen < 0 {
		return
	}
	single := !p.Children[chosen].IsMultipart()
	kind := c.branchKind(ends[chosen], ends[chosen+1])
	for i := range p.Children {
		for j := ends[i]; j < ends[i+1]; j++ {
			l := &c.leaves[j]
			// list software appends a footer as one more alternative
			footer := single && !p.Children[i].IsMultipart() && l.kind == kind
			if l.class == ClassText && i != chosen && !footer {
				l.class = ClassAlternative
			}
		}
	}
}

// choose returns the branch to show: the last one of the first kind, in the
// order of preference, that has one which is not empty. It returns -1 if no
// branch has a text.
func (c *classifier) choose(ends []int) int {
	order := [...]bodyKind{plainText, htmlText, richText}
	if c.prefer == PreferHTML {
		order[0], order[1] = htmlText, plainText
	}
	last := -1
	for _, kind := range order {
		for i := len(ends) - 2; i >= 0; i-- {
			lo, hi := ends[i], ends[i+1]
			if c.branchKind(lo, hi) != kind {
				continue
			}
			if c.hasContent(lo, hi) {
				return i
			}
			last = max(last, i)
		}
	}
	return last
}

// branchKind returns the kind of the texts among leaves[lo:hi]: HTML if any of
// them is.
func (c *classifier) branchKind(lo, hi int) bodyKind {
	kind := noText
	for _, l := range c.leaves[lo:hi] {
		switch {
		case l.class != ClassText:
		case l.kind == htmlText:
			return htmlText
		case kind == noText || l.kind == plainText:
			kind = l.kind
		}
	}
	return kind
}

// hasContent reports whether a text among leaves[lo:hi] is not empty.
func (c *classifier) hasContent(lo, hi int) bool {
	for _, l := range c.leaves[lo:hi] {
		if l.class == ClassText && !l.part.isEmptyText() {
			return true
		}
	}
	return false
}

// relatedParts classifies the children of a multipart/related (RFC 2387).
func (c *classifier) relatedParts(p Part, at place) {
	root := p.relatedRoot()
	if root < 0 {
		c.mixed(p, place{parent: "related", related: at.related})
		return
	}
	// The root decides what the others are, and can come after them.
	start := len(c.leaves)
	lo, hi := c.node(p.child(root), place{parent: "related", first: true, related: at.related})
	html := at.related
	for _, l := range c.leaves[lo:hi] {
		html = html || l.kind == htmlText && (l.class == ClassText || l.class == ClassAlternative)
	}
	smil := p.Children[root].mediaType() == "application/smil"
	rest := slices.Clone(c.leaves[lo:hi])
	c.leaves = c.leaves[:start]
	for i := range p.Children {
		switch child := p.child(i); {
		case i == root:
			c.leaves = append(c.leaves, rest...)
		case !html:
			c.node(child, place{parent: "related", first: i == 0 || smil, related: at.related})
		case child.IsMultipart():
			c.node(child, place{parent: "related", related: true})
		default:
			c.other(child, place{parent: "related", related: true})
		}
	}
}

// relatedRoot returns the index of the child that the others belong to, or -1.
func (p Part) relatedRoot() int {
	canBeRoot := func(b *BodyStructure) bool {
		t := b.mediaType()
		return b.IsMultipart() || kindOf(t) != noText && !b.isAttached() || t == "application/smil"
	}
	if start := trimID(p.Param("start")); start != "" {
		for i, child := range p.Children {
			if trimID(child.ID()) == start && canBeRoot(child) {
				return i
			}
		}
	}
	if len(p.Children) > 0 && canBeRoot(p.Children[0]) {
		return 0
	}
	if t := strings.ToLower(p.Param("type")); t != "" {
		for i, child := range p.Children {
			if child.MediaType() == t && canBeRoot(child) {
				return i
			}
		}
	}
	return slices.IndexFunc(p.Children, canBeRoot)
}

// leaf classifies a part that is not a multipart.
func (c *classifier) leaf(p Part, at place) {
	t := p.mediaType()
	kind := kindOf(t)
	switch {
	case at.parent == "digest": // whose parts are messages if nothing else is said (RFC 2046 §5.1.5)
		if t == "text/plain" && len(p.Params) == 0 { // mox, go-imap: the default of elsewhere
			b := *p.BodyStructure
			b.Type, b.Subtype = "message", "rfc822"
			p.BodyStructure, t = &b, "message/rfc822"
		}
		c.add(p, t, at, ClassAttachment)
	case kind == noText || p.isAttached():
		c.other(p, at)
	case p.Filename() != "" && (!at.first || at.bodyLater):
		c.other(p, at) // a log file, sent inline
	default:
		c.add(p, t, at, ClassText)
	}
}

// other classifies a leaf that is not the text.
func (c *classifier) other(p Part, at place) {
	t := p.mediaType()
	name := p.Filename()
	attached := p.isAttached()
	class := ClassAttachment
	switch {
	case slices.Contains(signatureTypes, t):
		if at.parent == "signed" || name == "" || strings.EqualFold(name, "smime.p7s") || strings.EqualFold(name, "signature.asc") {
			class = ClassMachinery
		}
	case slices.Contains(reportTypes, t), slices.Contains(machineTypes, t):
		class = ClassMachinery
	case at.parent == "report" && !isMessageType(t):
		class = ClassMachinery
	case at.related && !attached && (strings.HasPrefix(t, "image/") || t == "text/css") && (p.ID() != "" || p.Location() != ""):
		class = ClassInline
	case at.parent == "alternative" && strings.HasPrefix(t, "text/") && name == "" && !attached && t != "text/calendar":
		class = ClassAlternative // text/x-amp-html
	}
	c.add(p, t, at, class)
}

func (c *classifier) add(p Part, t string, at place, class Class) {
	c.leaves = append(c.leaves, classified{part: p, class: class, mediaType: t, kind: kindOf(t), parent: at.parent})
}

// settleCalendars drops the invitation among the alternatives if the same one
// is attached by name, as Google sends it.
func (c *classifier) settleCalendars() {
	isCalendar := func(l *classified) bool { return l.mediaType == "text/calendar" || l.mediaType == "application/ics" }
	named := slices.ContainsFunc(c.leaves, func(l classified) bool { return isCalendar(&l) && l.part.Filename() != "" })
	for i := range c.leaves {
		l := &c.leaves[i]
		if named && l.class == ClassAttachment && l.mediaType == "text/calendar" && l.part.Filename() == "" {
			l.class = ClassAlternative
		}
	}
}

// settleMissingText shows what else is text if there is no text at all.
func (c *classifier) settleMissingText() {
	if slices.ContainsFunc(c.leaves, func(l classified) bool { return l.class == ClassText }) {
		return
	}
	prose := func(l classified) bool {
		return (l.class == ClassAttachment || l.class == ClassAlternative) && l.parent != "digest" &&
			strings.HasPrefix(l.mediaType, "text/") && !slices.Contains(notProse, l.mediaType) &&
			l.part.Filename() == "" && !l.part.isAttached()
	}
	i := slices.IndexFunc(c.leaves, prose)
	if i < 0 {
		i = slices.IndexFunc(c.leaves, func(l classified) bool {
			return l.mediaType == "message/delivery-status" || l.mediaType == "message/global-delivery-status"
		})
	}
	if i >= 0 {
		c.leaves[i].class = ClassText
	}
}
