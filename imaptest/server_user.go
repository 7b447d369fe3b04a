package imaptest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// User is a user of a [Server], for tests that look at what is there or act as
// another session. Its methods are safe for concurrent use.
type User struct {
	u   *store.User
	srv *Server
}

// Mailbox is a mailbox of a [User]. What its methods change, sessions see as
// the work of another session. They are safe for concurrent use.
type Mailbox struct {
	box *store.Mailbox
	srv *Server
}

// User returns the user of that name. It panics if there is none.
func (srv *Server) User(name string) *User {
	u := srv.store.User(name)
	if u == nil {
		panic(fmt.Sprintf("imaptest: no user %q", name))
	}
	return &User{u, srv}
}

// AddUser adds a user to a server that runs. The error says what is wrong with the
// account, or that there is one of that name.
func (srv *Server) AddUser(account Account) error { return srv.addUser(account) }

func (srv *Server) addUser(a Account) error {
	if a.Name == "" {
		return errors.New("imaptest: a user without a name")
	}
	u := srv.store.NewUser(a.Name, a.Password)
	u.Token = a.Token
	orElse(&u.Token, a.Password)
	u.SetQuota(a.quota())
	if p := srv.opts.Profile; p != nil {
		u.AllMail = p.AllMail
		for _, f := range p.Folders {
			if err := srv.addFolder(u, f); err != nil {
				return err
			}
		}
	}
	for _, f := range a.Mailboxes {
		if err := srv.addFolder(u, f); err != nil {
			return err
		}
	}
	if a.FS != nil {
		if err := srv.addFS(u, a.FS); err != nil {
			return err
		}
	}
	if !srv.store.Add(u) {
		return fmt.Errorf("imaptest: user %q exists already", a.Name)
	}
	return nil
}

func (srv *Server) addFolder(u *store.User, f Folder) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("imaptest: mailbox %q: %w", f.Name, err)
	}
	var use []response.MailboxAttr
	if f.SpecialUse != "" {
		use = append(use, f.SpecialUse)
	}
	if f.NoSelect {
		u.Level(f.Name, use...)
		return nil
	}
	box := u.Mailbox(f.Name)
	if box == nil {
		var err error
		if box, err = u.Create(f.Name, use...); err != nil {
			return fmt.Errorf("imaptest: mailbox %q: %w", f.Name, err)
		}
	}
	if f.Subscribed {
		u.Subscribe(f.Name, true)
	}
	for _, m := range f.Messages {
		(&Mailbox{box, srv}).DeliverMessage(m)
	}
	box.SetReadOnly(f.ReadOnly)
	return nil
}

// addFS makes mailboxes of folders and messages of *.eml files.
func (srv *Server) addFS(u *store.User, files fs.FS) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("imaptest: reading messages: %w", err)
		}
		if d.IsDir() && name != "." {
			return srv.addFolder(u, Folder{Name: strings.ReplaceAll(name, "/", srv.opts.Delimiter)})
		}
		if d.IsDir() || !strings.EqualFold(path.Ext(name), ".eml") {
			return nil
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("imaptest: reading messages: %w", err)
		}
		box := "INBOX"
		if dir := path.Dir(name); dir != "." {
			box = strings.ReplaceAll(dir, "/", srv.opts.Delimiter)
		}
		(&Mailbox{u.Mailbox(box), srv}).Deliver(CRLF(raw))
		return nil
	})
}

// CRLF returns text with each line end turned into CRLF, as messages in Go
// sources and files need it.
func CRLF[T string | []byte](text T) []byte { return ascii.CRLF(text) }

// Mailbox returns the mailbox of that name, in UTF-8. It panics if there is
// none.
func (u *User) Mailbox(name string) *Mailbox {
	box := u.u.Mailbox(name)
	if box == nil {
		panic(fmt.Sprintf("imaptest: user %q has no mailbox %q", u.u.Name, name))
	}
	return &Mailbox{box, u.srv}
}

// HasMailbox reports whether there is a mailbox of that name.
func (u *User) HasMailbox(name string) bool { return u.u.Mailbox(name) != nil }

// Mailboxes returns the names of all mailboxes, sorted, INBOX first.
func (u *User) Mailboxes() []string {
	var out []string
	for _, b := range u.u.List() {
		if !b.NoSelect && !b.Missing {
			out = append(out, b.Name)
		}
	}
	return out
}

// Subscriptions returns the names that the user is subscribed to, sorted, INBOX
// first.
func (u *User) Subscriptions() []string {
	var out []string
	for _, b := range u.u.List() {
		if b.Subscribed {
			out = append(out, b.Name)
		}
	}
	return out
}

// Create makes a mailbox, and the ones above it. The name is UTF-8, as in all of
// this package. The error says that it exists, or why it can't.
func (u *User) Create(name string, use ...response.MailboxAttr) (*Mailbox, error) {
	if err := checkMailbox(name, use...); err != nil {
		return nil, fmt.Errorf("imaptest: creating %q: %w", name, err)
	}
	box, err := u.u.Create(name, use...)
	if err != nil {
		return nil, fmt.Errorf("imaptest: creating %q: %w", name, err)
	}
	return &Mailbox{box, u.srv}, nil
}

// Delete removes a mailbox with its messages. Sessions that have it selected end.
// The error says that there is none of that name, or that it is INBOX.
func (u *User) Delete(name string) error {
	if err := u.u.Delete(name); err != nil {
		return fmt.Errorf("imaptest: deleting %q: %w", name, err)
	}
	return nil
}

// Name returns the mailbox's name in UTF-8.
func (m *Mailbox) Name() string { return m.box.Name() }

// Deliver stores a message, received now, and returns its UID. Sessions learn of
// it at once when they idle, else with their next command.
//
// It keeps a copy of raw, whose lines must end in CRLF: see [CRLF]. It panics
// if they don't, and if a flag is invalid.
func (m *Mailbox) Deliver(raw []byte, flags ...response.Flag) response.UID {
	return m.DeliverMessage(Message{Raw: raw, Flags: flags})
}

// DeliverMessage is [Mailbox.Deliver] with all that may be said of a message.
func (m *Mailbox) DeliverMessage(msg Message) response.UID {
	must(msg.check())
	blob := store.NewBlob(slices.Clone(msg.Raw))
	if msg.EmailID != "" {
		blob.EmailID = msg.EmailID
	}
	blob.ThreadID = msg.ThreadID
	_, uids := m.box.Append(store.Incoming{Blob: blob, Flags: msg.Flags, Date: msg.InternalDate})
	return uids[0]
}

// Messages returns what the mailbox holds, in the order of UIDs: copies, which
// belong to the caller.
func (m *Mailbox) Messages() []Message {
	var out []Message
	for _, s := range m.box.Messages() {
		out = append(out, Message{
			Raw: slices.Clone(s.Blob.Raw), Flags: slices.Clone(s.Flags), InternalDate: s.Date, UID: s.UID,
			ModSeq: s.ModSeq, EmailID: s.Blob.EmailID, ThreadID: s.Blob.Thread(), SaveDate: s.Saved,
		})
	}
	return out
}

// Message returns the message with that UID, and false if there is none.
func (m *Mailbox) Message(uid response.UID) (Message, bool) {
	for _, msg := range m.Messages() {
		if msg.UID == uid {
			return msg, true
		}
	}
	return Message{}, false
}

// Len returns how many messages the mailbox holds.
func (m *Mailbox) Len() int { return int(m.box.Status().Messages) }

// UIDNext returns the UID that the next message gets.
func (m *Mailbox) UIDNext() response.UID { return m.box.Status().UIDNext }

// UIDValidity returns the validity of the UIDs.
func (m *Mailbox) UIDValidity() uint32 { return m.box.Status().UIDValidity }

// HighestModSeq returns the mailbox's highest mod-sequence (RFC 7162).
func (m *Mailbox) HighestModSeq() uint64 { return m.box.Status().HighestModSeq }

// SetFlags replaces the flags of a message. Where it is gone, nothing happens. It
// panics if a flag is invalid, as AddFlags and RemoveFlags do.
func (m *Mailbox) SetFlags(uid response.UID, flags ...response.Flag) {
	m.change(uid, store.SetFlags, flags)
}

// AddFlags adds flags to a message.
func (m *Mailbox) AddFlags(uid response.UID, flags ...response.Flag) {
	m.change(uid, store.AddFlags, flags)
}

// RemoveFlags takes flags off a message.
func (m *Mailbox) RemoveFlags(uid response.UID, flags ...response.Flag) {
	m.change(uid, store.RemoveFlags, flags)
}

func (m *Mailbox) change(uid response.UID, op store.FlagOp, flags []response.Flag) {
	must(checkFlags(flags))
	m.box.ChangeFlags(func(u response.UID) bool { return u == uid }, op, flags)
}

// Expunge removes messages for good, whatever their flags; without arguments,
// all of them. Those that are gone already don't matter.
func (m *Mailbox) Expunge(uids ...response.UID) {
	m.box.Expunge(func(u response.UID) bool { return len(uids) == 0 || slices.Contains(uids, u) }, false)
}

// SetReadOnly makes the mailbox refuse changes from now on, or take them again.
func (m *Mailbox) SetReadOnly(on bool) { m.box.SetReadOnly(on) }

// SetUIDValidity gives the mailbox another UIDVALIDITY and its messages new
// UIDs, as a server does that lost its index. Sessions that have it selected
// end. It panics if v is 0, which is no UIDVALIDITY.
func (m *Mailbox) SetUIDValidity(v uint32) {
	must(atLeast("UIDVALIDITY", int64(v), 1))
	m.box.SetUIDValidity(v)
}

// RaiseModSeq raises the mailbox's highest mod-sequence by n, for tests with
// large numbers.
func (m *Mailbox) RaiseModSeq(n uint64) { m.box.Bump(n) }
