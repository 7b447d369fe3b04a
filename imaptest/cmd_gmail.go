package imaptest

import (
	"hash/fnv"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/internal/utf7"
)

func itemGmailMsgID(o *out, m *fetchedMessage) *reply {
	o.raw("X-GM-MSGID ").num(m.Blob.Num)
	return nil
}

func itemGmailThreadID(o *out, m *fetchedMessage) *reply {
	o.raw("X-GM-THRID ").num(threadNum(m.Blob))
	return nil
}

// threadNum is X-GM-THRID: the number of the thread's first message would be
// right, any that all of them share will do.
func threadNum(b *store.Blob) uint64 {
	h := fnv.New64a()
	h.Write([]byte(b.Thread()))
	return h.Sum64() >> 1
}

func itemGmailLabels(o *out, m *fetchedMessage) *reply {
	o.raw("X-GM-LABELS (")
	for i, l := range o.s.labels(m.Blob) {
		if i > 0 {
			o.raw(" ")
		}
		if strings.HasPrefix(l, `\`) { // a system label, between quotes as Gmail sends it
			o.str(l)
			continue
		}
		o.mailbox(l)
	}
	o.raw(")")
	return nil
}

// labels returns the labels of a message as seen from the selected mailbox,
// whose own label is left out.
func (s *session) labels(b *store.Blob) []string {
	names := s.user.LabelsOf(b, s.view.Box)
	for i, n := range names {
		if sys, is := systemLabels[n]; is {
			names[i] = sys
		}
	}
	return names
}

// systemLabels maps mailboxes to the labels that stand for them.
var systemLabels = map[string]string{
	"INBOX":             `\Inbox`,
	"[Gmail]/Sent Mail": `\Sent`,
	"[Gmail]/Drafts":    `\Draft`,
	"[Gmail]/Starred":   `\Starred`,
	"[Gmail]/Important": `\Important`,
	"[Gmail]/Trash":     `\Trash`,
	"[Gmail]/Spam":      `\Junk`,
}

// label reads a label: an astring in modified UTF-7, or a system label.
func (a *args) label() string {
	if a.eat('\\') {
		return `\` + a.atom()
	}
	raw := a.astring()
	if name, err := utf7.AppendDecode(nil, []byte(raw)); err == nil && !a.s.utf8 {
		return string(name)
	}
	return raw
}

func (a *args) labels() []string {
	var out []string
	if a.peek() == '(' {
		a.list(func() { out = append(out, a.label()) })
		return out
	}
	return append(out, a.label())
}

// storeLabels is STORE X-GM-LABELS.
func (s *session) storeLabels(a *args, req storeRequest, idx []int) reply {
	name := func(label string) string {
		for box, sys := range systemLabels {
			if strings.EqualFold(sys, label) {
				return box
			}
		}
		return label
	}
	for _, i := range idx {
		m := s.view.At(i)
		if req.op == store.SetFlags {
			for _, old := range s.labels(m.Blob) {
				if !slices.Contains(req.labels, old) {
					s.user.SetLabel(m.Blob, name(old), false)
				}
			}
		}
		for _, l := range req.labels {
			s.user.SetLabel(m.Blob, name(l), req.op != store.RemoveFlags)
		}
		if req.silent {
			continue
		}
		o := s.newFetch(i, m.UID)
		fm := fetchedMessage{i, m}
		if s.withUID(a.uid) {
			itemUID(o.item(), &fm)
		}
		itemGmailLabels(o.item(), &fm)
		o.raw(")").send()
	}
	return ok("STORE completed")
}

// rawQuery is a small part of Gmail's search language: words, and words behind
// from:, to:, subject:, label:, in:, is: and has:attachment.
func (s *session) rawQuery(query string) searchKey {
	var all []searchKey
	for word := range strings.FieldsSeq(query) {
		not := strings.HasPrefix(word, "-")
		k := s.rawWord(strings.Trim(strings.TrimPrefix(word, "-"), `"`))
		if not {
			inner := k
			k = func(c *candidate) bool { return !inner(c) }
		}
		all = append(all, k)
	}
	return allOf(all)
}

func (s *session) rawWord(word string) searchKey {
	op, value, has := strings.Cut(word, ":")
	if !has {
		return textKey(word)
	}
	switch strings.ToLower(op) {
	case "from", "to", "cc", "bcc":
		return addressKey(op, value)
	case "subject":
		return headerKey(op, value)
	case "label", "in":
		return func(c *candidate) bool {
			return slices.ContainsFunc(s.user.LabelsOf(c.Blob, nil), func(l string) bool { return strings.EqualFold(l, value) })
		}
	case "is":
		switch strings.ToLower(value) {
		case "unread":
			return notKey(flagKey(`\Seen`))
		case "read":
			return flagKey(`\Seen`)
		case "starred":
			return flagKey(`\Flagged`)
		}
	case "rfc822msgid":
		return headerKey("Message-ID", value)
	}
	return textKey(word)
}
