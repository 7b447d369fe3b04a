// Package demo has the sample mailbox that the examples work on if no server is
// named.
package demo

import (
	"bytes"
	"context"
	"embed"
	"io/fs"
	"net/mail"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// The account of the sample mailbox.
const (
	User     = "you@example.org"
	Password = "not a secret"
)

//go:embed mail/*.eml
var files embed.FS

// Start starts a server with the sample mailbox.
func Start() (*imaptest.Server, error) {
	messages, err := Messages()
	if err != nil {
		return nil, err
	}
	for i := range messages {
		switch {
		case i < 3:
			messages[i].Flags = []imap.Flag{imap.FlagSeen}
		case i == 3:
			messages[i].Flags = []imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagAnswered}
		}
	}
	return imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{
		Name: User, Password: Password,
		Mailboxes: []imaptest.Folder{
			{Name: "INBOX", Subscribed: true, Messages: messages},
			{Name: "Archive", SpecialUse: imap.AttrArchive, Subscribed: true},
			{Name: "Archive/2025", Messages: messages[:2]},
			{Name: "Drafts", SpecialUse: imap.AttrDrafts},
			{Name: "Sent", SpecialUse: imap.AttrSent, Messages: messages[5:6]},
			{Name: "Trash", SpecialUse: imap.AttrTrash},
			{Name: "Vereine/Café Müller", Messages: messages[1:2]},
			{Name: "仕事", Messages: messages[2:3]},
		},
	}}})
}

// Messages returns the messages of the sample mailbox.
func Messages() ([]imaptest.Message, error) {
	names, err := fs.Glob(files, "mail/*.eml")
	if err != nil {
		return nil, err
	}
	var list []imaptest.Message
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		msg, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		date, err := msg.Header.Date()
		if err != nil {
			return nil, err
		}
		list = append(list, imaptest.Message{Raw: imaptest.CRLF(text), InternalDate: date})
	}
	return list, nil
}

// Live changes the INBOX of the sample mailbox now and then, until ctx ends.
func Live(ctx context.Context, srv *imaptest.Server) {
	inbox := srv.User(User).Mailbox("INBOX")
	first := inbox.Messages()[0].UID
	for _, happen := range []func(){
		func() {
			inbox.Deliver(imaptest.CRLF("From: Ada <ada@example.org>\nSubject: Are you there?\n\nI can see you idling.\n"))
		},
		func() { inbox.AddFlags(first, imap.FlagFlagged) },
		func() { inbox.Expunge(first) },
		func() {
			inbox.Deliver(imaptest.CRLF("From: Ada <ada@example.org>\nSubject: That was all\n\nBye\n"))
		},
	} {
		select {
		case <-ctx.Done():
			return
		case <-time.After(500 * time.Millisecond):
			happen()
		}
	}
}
