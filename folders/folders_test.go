package folders_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/folders"
	"github.com/seed-090b04e4/imap/response"
)

func box(name string, attrs ...response.MailboxAttr) *response.MailboxInfo {
	return &response.MailboxInfo{Mailbox: name, Delim: "/", Attrs: attrs}
}

func TestRoles(t *testing.T) {
	for name, test := range map[string]struct {
		boxes []*response.MailboxInfo
		want  map[response.MailboxAttr]string
	}{
		"attributes count most": {
			[]*response.MailboxInfo{box("Sent"), box("Gesendet", response.AttrSent)},
			map[response.MailboxAttr]string{response.AttrSent: "Gesendet"},
		},
		"in any case": {
			[]*response.MailboxInfo{box("x", `\JUNK`)},
			map[response.MailboxAttr]string{response.AttrJunk: "x"},
		},
		"then those of XLIST": {
			[]*response.MailboxInfo{box("INBOX", `\Inbox`), box("Spam"), box("X", `\Spam`), box("All", `\AllMail`)},
			map[response.MailboxAttr]string{response.AttrJunk: "X", response.AttrAll: "All"},
		},
		"then names, at the top first": {
			[]*response.MailboxInfo{box("Work/Trash"), box("INBOX/Trash"), box("Trash"), box("INBOX/Drafts"), box("a/Entwürfe")},
			map[response.MailboxAttr]string{response.AttrTrash: "Trash", response.AttrDrafts: "INBOX/Drafts"},
		},
		"in many languages": {
			[]*response.MailboxInfo{box("Éléments envoyés"), box("Borradores"), box("Корзина"), box("垃圾邮件"), box("アーカイブ")},
			map[response.MailboxAttr]string{
				response.AttrSent: "Éléments envoyés", response.AttrDrafts: "Borradores", response.AttrTrash: "Корзина",
				response.AttrJunk: "垃圾邮件", response.AttrArchive: "アーカイブ",
			},
		},
		"spelled in other ways": {
			[]*response.MailboxInfo{box("SENT-ITEMS"), box("junk_e-mail"), box("Deleted Items")},
			map[response.MailboxAttr]string{response.AttrSent: "SENT-ITEMS", response.AttrJunk: "junk_e-mail", response.AttrTrash: "Deleted Items"},
		},
		"one role each": {
			[]*response.MailboxInfo{box("Both", response.AttrSent, response.AttrTrash), box("Trash")},
			map[response.MailboxAttr]string{response.AttrSent: "Both", response.AttrTrash: "Trash"},
		},
		"not what can't be selected": {
			[]*response.MailboxInfo{box("Sent", response.AttrNoSelect), box("Drafts", response.AttrNonExistent), box("INBOX"), nil},
			map[response.MailboxAttr]string{},
		},
	} {
		got := make(map[response.MailboxAttr]string)
		for role, m := range folders.Roles(test.boxes) {
			got[role] = m.Mailbox
		}
		assert.Equal(t, test.want, got, name)
	}
}

func TestJoin(t *testing.T) {
	for _, test := range []struct {
		prefix, delim string
		levels        []string
		want          string
	}{
		{"", "/", []string{"Archive", "2026"}, "Archive/2026"},
		{"INBOX.", ".", []string{"Archive", "2026"}, "INBOX.Archive.2026"},
		{"", "", []string{"Archive"}, "Archive"},
		{"", "", []string{"Archive", "2026"}, ""},
		{"", ".", []string{"v1.2"}, ""},
		{"", "/", []string{"a", "", "b"}, ""},
		{"", "/", nil, ""},
	} {
		got, err := folders.Join(test.prefix, test.delim, test.levels...)
		assert.Equal(t, test.want, got)
		if test.want == "" {
			require.ErrorIs(t, err, folders.ErrLevel)
		} else {
			require.NoError(t, err)
		}
	}
}
