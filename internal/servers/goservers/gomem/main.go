// Command gomem serves the in-memory server of github.com/emersion/go-imap/v2.
package main

import (
	"log"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/seed-090b04e4/imap/internal/servers/goservers/options"
)

// mailboxes lists what each user has besides INBOX.
var mailboxes = []struct {
	name string
	use  imap.MailboxAttr
}{
	{"Drafts", imap.MailboxAttrDrafts},
	{"Sent", imap.MailboxAttrSent},
	{"Trash", imap.MailboxAttrTrash},
	{"Junk", imap.MailboxAttrJunk},
	{"Archive", imap.MailboxAttrArchive},
}

func main() {
	o := options.Parse()
	memory := imapmemserver.New()
	for _, u := range o.Users {
		user, err := newUser(u)
		if err != nil {
			log.Fatal(err)
		}
		memory.AddUser(user)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:      imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		TLSConfig: o.Config,
	})
	go func() { log.Fatal(server.Serve(o.TLS)) }()
	log.Fatal(server.Serve(o.Plain))
}

func newUser(u options.User) (*imapmemserver.User, error) {
	user := imapmemserver.NewUser(u.Name, u.Password)
	if err := user.Create("INBOX", &imap.CreateOptions{}); err != nil {
		return nil, err
	}
	for _, m := range mailboxes {
		if err := user.Create(m.name, &imap.CreateOptions{SpecialUse: []imap.MailboxAttr{m.use}}); err != nil {
			return nil, err
		}
	}
	return user, nil
}
