// Package folders finds the mailboxes that mail programs give a meaning to, like Sent
// and Trash, and joins the names of mailboxes. [Roles] and [Join] look at what LIST has
// returned; [Ensure] asks the server, and creates what is missing:
//
//	all, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{SpecialUse: true}))
//	sent := folders.Roles(all)[imap.AttrSent]
package folders

import (
	"errors"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// roles are the special uses (RFC 6154 §2) in the order in which mailboxes are given to
// them by name, the least ambiguous first.
var roles = []response.MailboxAttr{
	response.AttrDrafts, response.AttrSent, response.AttrTrash, response.AttrJunk, response.AttrArchive, response.AttrFlagged, response.AttrAll,
}

// otherNames are the attributes of XLIST, which old servers have, by those of RFC 6154.
var otherNames = map[string]response.MailboxAttr{
	`\spam`: response.AttrJunk, `\allmail`: response.AttrAll, `\starred`: response.AttrFlagged, `\bin`: response.AttrTrash,
}

// Roles returns the mailbox for each special use: the one with its attribute, or else
// with the attribute of XLIST, or else with one of its usual names in one of the common
// languages. A mailbox has one role at most, and a role one mailbox, the first of those
// with equal claims. Mailboxes that can't be selected have none.
func Roles(all []*response.MailboxInfo) map[response.MailboxAttr]*response.MailboxInfo {
	found := make(map[response.MailboxAttr]*response.MailboxInfo)
	taken := make(map[*response.MailboxInfo]bool)
	give := func(role response.MailboxAttr, m *response.MailboxInfo) {
		if found[role] == nil && !taken[m] {
			found[role], taken[m] = m, true
		}
	}
	var usable []*response.MailboxInfo
	for _, m := range all {
		if m != nil && !m.HasAttr(response.AttrNoSelect) && !m.HasAttr(response.AttrNonExistent) {
			usable = append(usable, m)
		}
	}
	for _, m := range usable {
		for _, role := range roles {
			if m.HasAttr(role) {
				give(role, m)
			}
		}
	}
	for _, m := range usable {
		for _, attr := range m.Attrs {
			if role, ok := otherNames[strings.ToLower(string(attr))]; ok {
				give(role, m)
			}
		}
	}
	for rank := range maxRank {
		for _, m := range usable {
			if role, ok := byName(m, rank); ok {
				give(role, m)
			}
		}
	}
	return found
}

// maxRank is how many places of a name there are: at the top, below INBOX, anywhere.
const maxRank = 3

// byName returns the role that the last level of a name stands for, if it is at the
// place.
func byName(m *response.MailboxInfo, rank int) (response.MailboxAttr, bool) {
	last, parent := m.Mailbox, ""
	if m.Delim != "" {
		if i := strings.LastIndex(m.Mailbox, m.Delim); i >= 0 {
			parent, last = m.Mailbox[:i], m.Mailbox[i+len(m.Delim):]
		}
	}
	place := 2
	switch {
	case parent == "":
		place = 0
	case strings.EqualFold(parent, "INBOX"), strings.EqualFold(parent, "[Gmail]"), strings.EqualFold(parent, "[Google Mail]"):
		place = 1
	}
	role, ok := usualNames[fold(last)]
	return role, ok && place == rank && !strings.EqualFold(m.Mailbox, "INBOX")
}

// fold returns a name without what makes no difference.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '\'', '’', '.', '\u00a0':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// ErrLevel is the error of a level that can't be part of a mailbox's name.
var ErrLevel = errors.New("folders: a level is empty or contains the delimiter")

// Join returns the name of the mailbox with the given levels, below prefix, which is
// that of a namespace (RFC 2342) and may be empty. delim is the server's delimiter,
// [response.MailboxInfo].Delim; a server without one has one level only.
func Join(prefix, delim string, levels ...string) (string, error) {
	for _, level := range levels {
		if level == "" || delim != "" && strings.Contains(level, delim) {
			return "", ErrLevel
		}
	}
	if len(levels) == 0 || delim == "" && len(levels) > 1 {
		return "", ErrLevel
	}
	return prefix + strings.Join(levels, delim), nil
}
