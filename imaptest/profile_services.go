package imaptest

import (
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

func capList(names string) []response.Cap {
	var out []response.Cap
	for name := range strings.FieldsSeq(names) {
		out = append(out, response.Cap(name))
	}
	return out
}

// Gmail imitates imap.gmail.com: labels, a mailbox "All Mail" that shows every
// message, the X-GM- items, and no QRESYNC, SEARCHRES or rev2.
func Gmail() *Profile {
	return &Profile{
		Name:     "gmail",
		Greeting: "Gimap ready for requests from 127.0.0.1 imaptest",
		Capabilities: capList(`IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1
			UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS
			LITERAL- SPECIAL-USE APPENDLIMIT=35651584 STARTTLS SASL-IR
			AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER`),
		NoCapabilityCode: true,
		ID:               `("name" "GImap" "vendor" "Google, Inc.")`,
		AllMail:          "[Gmail]/All Mail",
		Folders: []Folder{
			{Name: "[Gmail]", NoSelect: true},
			{Name: "[Gmail]/All Mail", SpecialUse: response.AttrAll},
			{Name: "[Gmail]/Drafts", SpecialUse: response.AttrDrafts},
			{Name: "[Gmail]/Important", SpecialUse: response.AttrImportant},
			{Name: "[Gmail]/Sent Mail", SpecialUse: response.AttrSent},
			{Name: "[Gmail]/Spam", SpecialUse: response.AttrJunk},
			{Name: "[Gmail]/Starred", SpecialUse: response.AttrFlagged},
			{Name: "[Gmail]/Trash", SpecialUse: response.AttrTrash},
		},
	}
}

// Exchange imitates Microsoft 365: few extensions, no special uses, SEARCH in
// US-ASCII alone, COPYUID without UIDs or without a text, unknown sizes of attached
// messages, and an untagged BAD before the tagged one.
func Exchange() *Profile {
	return &Profile{
		Name:     "exchange",
		Greeting: "The Microsoft Exchange IMAP4 service is ready. [aW1hcHRlc3Q=]",
		Capabilities: capList(`IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE
			NAMESPACE LITERAL+ STARTTLS`),
		NoCapabilityCode: true,
		ID:               `("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.20")`,
		Charsets:         []string{"US-ASCII"},
		Folders: []Folder{
			{Name: "Archive"}, {Name: "Calendar"}, {Name: "Contacts"}, {Name: "Deleted Items"}, {Name: "Drafts"},
			{Name: "Junk Email"}, {Name: "Notes"}, {Name: "Outbox"}, {Name: "Sent Items"}, {Name: "Tasks"},
		},
		Faults: []Fault{exchangeHabits{}},
	}
}

// Yahoo imitates imap.mail.yahoo.com, and AOL's: no command processes more than
// 1,000 messages (RFC 9738), and no more than the newest 10,000 of a mailbox are
// seen without UIDONLY (RFC 9586), though STATUS counts all. An empty To is
// written (), and there is a space before the last parenthesis.
func Yahoo() *Profile {
	return &Profile{
		Name:     "yahoo",
		Greeting: "IMAP4rev1 imaptest ready",
		Capabilities: capList(`IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE NAMESPACE
			XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID CONDSTORE ENABLE IDLE
			UIDONLY X-UIDONLY LIST-EXTENDED LIST-STATUS SPECIAL-USE MESSAGELIMIT=1000 PARTIAL
			APPENDLIMIT=41697280 STARTTLS`),
		Visible: 10_000,
		Folders: []Folder{
			{Name: "Archive", SpecialUse: response.AttrArchive},
			{Name: "Bulk", SpecialUse: response.AttrJunk},
			{Name: "Draft", SpecialUse: response.AttrDrafts},
			{Name: "Sent", SpecialUse: response.AttrSent},
			{Name: "Trash", SpecialUse: response.AttrTrash},
		},
		Faults: []Fault{yahooHabits{}},
	}
}

// Coremail imitates imap.163.com and imap.126.com: an initial response to
// AUTHENTICATE is refused though SASL-IR is announced, mailboxes are closed to
// clients that did not send ID, and STATUS is empty for the selected mailbox.
func Coremail() *Profile {
	return &Profile{
		Name:     "coremail",
		Greeting: "Coremail System IMap Server Ready(163com[imaptest])",
		Capabilities: capList(`IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 XAPPLEPUSHSERVICE
			UIDPLUS X-CM-EXT-1 SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2`),
		NoCapabilityCode: true,
		ID:               `("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "imaptest")`,
		Folders: []Folder{
			{Name: "草稿箱", SpecialUse: response.AttrDrafts},
			{Name: "已发送", SpecialUse: response.AttrSent},
			{Name: "已删除", SpecialUse: response.AttrTrash},
			{Name: "垃圾邮件", SpecialUse: response.AttrJunk},
		},
		Faults: []Fault{RefuseInitialResponse{}, coremailHabits{}},
	}
}

// Strato imitates imap.strato.de: it enables IMAP4rev2 without announcing it, and
// leaves ALL out of ESEARCH responses.
func Strato() *Profile {
	return &Profile{
		Name:     "strato",
		Greeting: "imaptest ready",
		Capabilities: capList(`IMAP4rev1 IMAP4rev2 STARTTLS AUTH=PLAIN AUTH=LOGIN SASL-IR CHILDREN CONDSTORE ENABLE ESORT
			ESEARCH ID IDLE MOVE LIST-STATUS LIST-EXTENDED LITERAL+ NAMESPACE QUOTA SORT SEARCHRES SPECIAL-USE
			UIDPLUS UNSELECT WITHIN`),
		Delimiter: ".",
		Folders: []Folder{
			{Name: "Drafts", SpecialUse: response.AttrDrafts}, {Name: "Sent", SpecialUse: response.AttrSent},
			{Name: "Spam", SpecialUse: response.AttrJunk}, {Name: "Trash", SpecialUse: response.AttrTrash},
		},
		Faults: []Fault{HideCapabilities{Names: capList("IMAP4rev2")}, stratoHabits{}},
	}
}

// James imitates Apache James: of several body sections, a FETCH answers the first
// alone, and every other FETCH of a body section answers after its tagged OK.
func James() *Profile {
	return &Profile{
		Name:     "james",
		Greeting: "JAMES IMAP4rev1 Server imaptest is ready.",
		Capabilities: capList(`IMAP4rev1 LITERAL+ SASL-IR STARTTLS AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ACL CHILDREN
			COMPRESS=DEFLATE CONDSTORE ENABLE ESEARCH ID IDLE LIST-EXTENDED LIST-STATUS METADATA MOVE NAMESPACE
			OBJECTID QRESYNC QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE SEARCHRES SPECIAL-USE STATUS=SIZE UIDPLUS
			UNSELECT WITHIN`),
		Delimiter: ".",
		Folders: []Folder{
			{Name: "Archive", SpecialUse: response.AttrArchive}, {Name: "Drafts", SpecialUse: response.AttrDrafts},
			{Name: "Outbox"}, {Name: "Sent", SpecialUse: response.AttrSent}, {Name: "Spam", SpecialUse: response.AttrJunk},
			{Name: "Templates"}, {Name: "Trash", SpecialUse: response.AttrTrash},
		},
		Faults: []Fault{FirstSectionOnly{}, jamesHabits{}},
	}
}

// ICloud imitates imap.mail.me.com, whose answer to RFC822 is empty.
func ICloud() *Profile {
	return &Profile{
		Name:     "icloud",
		Greeting: "imaptest IMAP4 service ready",
		Capabilities: capList(`IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 STARTTLS XAPPLEPUSHSERVICE XAPPLELITERAL
			X-APPLE-REMOTE-LINKS CONDSTORE QRESYNC ENABLE ESEARCH IDLE UIDPLUS LITERAL+ NAMESPACE CHILDREN
			UNSELECT ID WITHIN`),
		Folders: []Folder{
			{Name: "Archive"}, {Name: "Deleted Messages"}, {Name: "Drafts"}, {Name: "Junk"}, {Name: "Notes"},
			{Name: "Sent Messages"},
		},
		Faults: []Fault{icloudHabits{}},
	}
}

// Courier imitates Courier IMAP 5.0: all mailboxes under INBOX., none of the
// newer extensions, NO in place of BAD, and it hangs up on those who err too
// often.
func Courier() *Profile {
	return &Profile{
		Name:     "courier",
		Greeting: "Courier-IMAP ready. Copyright imaptest.",
		Capabilities: capList(`IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT
			QUOTA IDLE ACL ACL2=UNION AUTH=PLAIN STARTTLS ENABLE UTF8=ACCEPT`),
		Delimiter: ".",
		Prefix:    "INBOX.",
		Folders:   []Folder{{Name: "INBOX.Drafts"}, {Name: "INBOX.Sent"}, {Name: "INBOX.Trash"}},
		Faults:    []Fault{courierHabits{}},
	}
}

// Domino imitates HCL Domino: a bare IMAP4rev1 whose delimiter is the
// backslash, and which wraps some FETCH answers in parentheses of their own.
func Domino() *Profile {
	return &Profile{
		Name:         "domino",
		Greeting:     "Domino IMAP4 Server Release 12 ready",
		Capabilities: capList(`IMAP4rev1 AUTH=PLAIN LITERAL+ NAMESPACE QUOTA UIDPLUS STARTTLS`),
		Delimiter:    `\`,
		Namespace:    `(("" "\\")) (("Other\\" "\\")) (("Shared\\" "\\"))`,
		Folders:      []Folder{{Name: "Drafts"}, {Name: "Sent"}, {Name: "Trash"}},
		Faults:       []Fault{dominoHabits{}},
	}
}
