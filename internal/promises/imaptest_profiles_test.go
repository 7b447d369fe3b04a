package promises_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// What this library makes of the services that package imaptest imitates.

// withForward is a message with another one attached, and few addresses.
const withForward = `From: Bob <bob@example.org>
To: user@example.org
Subject: forwarded
Message-ID: <f@example.org>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See below.
--b
Content-Type: message/rfc822
Content-Disposition: attachment; filename=inner.eml

From: ann@example.org
Subject: inner

Hello
--b--
`

// service is a server of a profile with two messages in INBOX, and a client that
// has it open.
type service struct {
	t   *testing.T
	ctx context.Context
	srv *imaptest.Server
	c   *imap.Client

	archive string // a mailbox for old messages
}

func inService(t *testing.T, p *imaptest.Profile, archive string, test func(s *service)) {
	bubble(t, func(t *testing.T) {
		srv := imaptest.NewServer(t, &imaptest.Options{Profile: p})
		inbox := srv.User("user").Mailbox("INBOX")
		inbox.Deliver(imaptest.CRLF("From: ann@example.org\nSubject: plain\n\nHello\n"))
		inbox.Deliver(imaptest.CRLF(withForward))
		s := &service{t: t, ctx: t.Context(), srv: srv, archive: archive}
		var err error
		s.c, err = imap.NewClient(s.ctx, srv.Pipe(), nil)
		require.NoError(t, err)
		defer srv.Close()
		defer s.c.Close()
		require.NoError(t, s.c.AuthPassword(s.ctx, "user", "password"))
		if s.c.Caps().Has(response.CapID) {
			_, err = s.c.ID(s.ctx, nil)
			require.NoError(t, err)
		}
		_, err = s.c.Select(s.ctx, "INBOX", nil)
		require.NoError(t, err)
		test(s)
	})
}

var services = []struct {
	profile *imaptest.Profile
	archive string
	own     func(s *service) // what is special here
}{
	{imaptest.Gmail(), "[Gmail]/All Mail", gmail},
	{imaptest.Exchange(), "Archive", exchange},
	{imaptest.Yahoo(), "Archive", yahoo},
	{imaptest.ICloud(), "Archive", icloud},
	{imaptest.Courier(), "INBOX.Trash", courier},
	{imaptest.Domino(), "Trash", domino},
	{imaptest.Coremail(), "已删除", coremail},
	{imaptest.Strato(), "Trash", strato},
}

// TestServices does an everyday's work with each service, and then what is
// special there.
func TestServices(t *testing.T) {
	for _, s := range services {
		t.Run(s.profile.Name, func(t *testing.T) {
			for name, test := range map[string]func(*service){
				"read": (*service).read, "file": (*service).file, "watch": (*service).watch, "own": s.own,
			} {
				t.Run(name, func(t *testing.T) { inService(t, s.profile, s.archive, test) })
			}
		})
	}
}

// read finds and reads mail.
func (s *service) read() {
	boxes, err := imap.Collect(s.c.List(s.ctx, "*", nil))
	require.NoError(s.t, err)
	var names []string
	for _, box := range boxes {
		names = append(names, box.Mailbox)
	}
	assert.Contains(s.t, names, s.archive)
	found, err := s.c.UIDSearch(s.ctx, search.And(search.Unseen(), search.Subject("forwarded")), nil)
	require.NoError(s.t, err)
	assert.Equal(s.t, "2", found.All.String())

	items := imap.FetchItems{Flags: true, Size: true, Envelope: true, BodyStructure: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, all, items, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 2)
	m := rows[1]
	assert.Equal(s.t, string(imaptest.CRLF(withForward)), string(m.Body()))
	assert.Equal(s.t, "forwarded", m.Envelope.Subject)
	assert.Equal(s.t, "bob@example.org", m.Envelope.From[0].Addr())
	assert.Empty(s.t, m.Envelope.Cc)
	assert.Equal(s.t, "<f@example.org>", m.Envelope.MessageID)
	var attachments []string
	for _, part := range m.BodyStructure.Attachments() {
		attachments = append(attachments, part.String()+" "+part.MediaType()+" "+part.Filename())
		r, err := s.c.OpenPart(s.ctx, m.UID, part, nil)
		require.NoError(s.t, err)
		text, err := io.ReadAll(r)
		require.NoError(s.t, err)
		assert.Equal(s.t, "From: ann@example.org\r\nSubject: inner\r\n\r\nHello", string(text))
	}
	assert.Equal(s.t, []string{"2 message/rfc822 inner.eml"}, attachments)
}

// file marks, uploads, moves and removes messages.
func (s *service) file() {
	res, err := s.c.UIDStore(s.ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
	require.NoError(s.t, err)
	require.Len(s.t, res.Messages, 1)
	require.NoError(s.t, appendNote(s.ctx, s.c))
	require.NoError(s.t, s.c.Noop(s.ctx))
	require.EqualValues(s.t, 3, s.c.Mailbox().Messages)
	before := s.srv.User("user").Mailbox(s.archive).Len()
	moved, err := s.c.UIDMove(s.ctx, imap.UIDs(1), s.archive)
	require.NoError(s.t, err)
	assert.EqualValues(s.t, 1, moved.Dest.Len())
	assert.EqualValues(s.t, 2, s.c.Mailbox().Messages)
	archived := s.srv.User("user").Mailbox(s.archive)
	if s.archive != "[Gmail]/All Mail" { // where it was already
		assert.Equal(s.t, before+1, archived.Len())
	}
	_, err = s.c.UIDStore(s.ctx, imap.UIDs(2), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(s.t, err)
	gone, err := s.c.UIDExpunge(s.ctx, imap.UIDs(2))
	require.NoError(s.t, err)
	assert.Equal(s.t, []imap.SeqNum{1}, gone.SeqNums)
	require.NoError(s.t, s.c.Logout(s.ctx))
}

// watch hears of a new message, by IDLE or without.
func (s *service) watch() {
	began := time.Now()
	time.AfterFunc(time.Hour, func() {
		s.srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: news\n\nnews\n"))
	})
	for event, err := range s.c.Idle(s.ctx) {
		require.NoError(s.t, err)
		if exists, is := event.(*imap.ExistsData); is && exists.Messages == 3 { // it begins with what is there
			break
		}
	}
	late := time.Since(began) - time.Hour
	if s.c.Caps().Has(imap.CapIdle) {
		assert.Zero(s.t, late)
	} else {
		assert.LessOrEqual(s.t, late, time.Minute)
	}
	synctest.Wait()
}

// gmail has labels, searches as on its page, and announces its capabilities only to
// those who ask.
func gmail(s *service) {
	assert.True(s.t, s.c.Caps().Has(imap.CapGmailExt1))
	specials := map[string]string{}
	for box, err := range s.c.List(s.ctx, "*", &imap.ListOptions{SpecialUse: true}) {
		require.NoError(s.t, err)
		for _, use := range []imap.MailboxAttr{imap.AttrAll, imap.AttrTrash, imap.AttrSent} {
			if box.HasAttr(use) {
				specials[string(use)] = box.Mailbox
			}
		}
	}
	assert.Equal(s.t, map[string]string{`\All`: "[Gmail]/All Mail", `\Trash`: "[Gmail]/Trash", `\Sent`: "[Gmail]/Sent Mail"}, specials)

	label := &imap.StoreOptions{GmailLabels: []string{`\Starred`, "Grüße"}}
	_, err := s.c.UIDStore(s.ctx, imap.UIDs(2), imap.StoreAdd, nil, label)
	require.NoError(s.t, err)
	items := imap.FetchItems{GmailMsgID: true, GmailThreadID: true, GmailLabels: true}
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, imap.UIDs(2), items, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 1)
	assert.ElementsMatch(s.t, []string{`\Starred`, "Grüße"}, rows[0].Ext.GmailLabels)
	assert.NotZero(s.t, rows[0].Ext.GmailMsgID)
	assert.NotZero(s.t, rows[0].Ext.GmailThreadID)
	for _, key := range []imap.SearchKey{search.GmailRaw("from:bob is:unread"), search.GmailLabel("Grüße")} {
		found, err := s.c.UIDSearch(s.ctx, key, nil)
		require.NoError(s.t, err)
		assert.Equal(s.t, "2", found.All.String())
	}
	_, err = s.c.Append(s.ctx, "INBOX", 1<<30, strings.NewReader(""), nil)
	var tooLarge *imap.LimitError
	assert.ErrorAs(s.t, err, &tooLarge, "nothing of it is sent")
	works(s.t, s.c)
}

// exchange leaves out what COPYUID is about, does not know the size of attached
// messages, and complains twice.
func exchange(s *service) {
	none, err := s.c.UIDCopy(s.ctx, imap.UIDs(77), "Archive")
	require.NoError(s.t, err)
	assert.True(s.t, none.Dest.Empty())
	moved, err := s.c.UIDMove(s.ctx, imap.UIDs(1), "Archive")
	require.NoError(s.t, err)
	assert.Equal(s.t, "1", moved.Dest.String())
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, all, imap.FetchItems{BodyStructure: true}, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 1)
	assert.EqualValues(s.t, -1, rows[0].BodyStructure.Children[1].Size)
	_, err = s.c.Do(s.ctx, commands.Raw{Command: "XFROB"})
	requireStatus(s.t, s.c, err, imap.BAD, "Command Argument Error. 11")
	assert.False(s.t, s.c.Caps().Has(imap.CapSpecialUse))
}

// yahoo writes an empty To as (), and a space too many.
func yahoo(s *service) {
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, imap.UIDs(1), imap.FetchItems{Envelope: true, Flags: true, EmailID: true}, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 1)
	assert.Empty(s.t, rows[0].Envelope.To)
	assert.Equal(s.t, "plain", rows[0].Envelope.Subject)
	assert.NotEmpty(s.t, rows[0].Ext.EmailID)
	assert.Contains(s.t, s.srv.Transcript()[0], ` () NIL NIL NIL NIL) `)
}

// icloud answers RFC822 with nothing: this library asks for BODY[].
func icloud(s *service) {
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, imap.UIDs(2), whole, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 1)
	assert.NotEmpty(s.t, rows[0].Body())
	assert.NotContains(s.t, s.srv.Transcript()[0], "RFC822 ")
}

// courier has all mailboxes below INBOX, sends neither UIDNEXT nor UNSEEN, says NO
// where others say BAD, and hangs up on those who err ten times.
func courier(s *service) {
	spaces, err := s.c.Namespace(s.ctx)
	require.NoError(s.t, err)
	require.Len(s.t, spaces.Personal, 1)
	assert.Equal(s.t, "INBOX.", spaces.Personal[0].Prefix)
	assert.Equal(s.t, ".", spaces.Personal[0].Delim)
	assert.Zero(s.t, s.c.Mailbox().UIDNext)
	for range 9 {
		_, err = s.c.Do(s.ctx, commands.Raw{Command: "XFROB"})
		requireRefused(s.t, err)
	}
	_, err = s.c.Do(s.ctx, commands.Raw{Command: "XFROB"})
	requireRefused(s.t, err)
	<-s.c.Done()
	var bye *imap.StatusError
	require.ErrorAs(s.t, s.c.Err(), &bye)
	assert.Equal(s.t, imap.BYE, bye.Type)
	assert.ErrorIs(s.t, s.c.Err(), imap.CodeAlert)
}

func requireRefused(t *testing.T, err error) {
	t.Helper()
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, imap.NO, refused.Type)
}

// domino separates levels by the backslash, has parentheses too many, and no
// extension to speak of.
func domino(s *service) {
	require.NoError(s.t, s.c.Create(s.ctx, `Projects\Go`, nil))
	boxes, err := imap.Collect(s.c.List(s.ctx, `Projects\*`, nil))
	require.NoError(s.t, err)
	require.Len(s.t, boxes, 1)
	assert.Equal(s.t, `Projects\Go`, boxes[0].Mailbox)
	assert.Equal(s.t, `\`, boxes[0].Delim)
	rows, err := imap.Collect(s.c.UIDFetch(s.ctx, all, imap.FetchItems{BodyStructure: true}, nil))
	require.NoError(s.t, err)
	require.Len(s.t, rows, 2)
	assert.Equal(s.t, "multipart/mixed", rows[1].BodyStructure.MediaType())
	assert.Contains(s.t, s.srv.Transcript()[0], "FETCH ((")
	_, err = s.c.ID(s.ctx, nil)
	require.ErrorIs(s.t, err, imap.ErrUnsupported)
}

// coremail opens mailboxes only to those who sent ID.
func coremail(s *service) {
	c, err := imap.NewClient(s.ctx, s.srv.Pipe(), nil)
	require.NoError(s.t, err)
	defer c.Close()
	require.NoError(s.t, c.AuthPassword(s.ctx, "user", "password"))
	_, err = c.Select(s.ctx, "INBOX", nil)
	requireStatus(s.t, c, err, imap.NO, "SELECT Unsafe Login. Please contact kefu@188.com for help")
}

// strato leaves ALL out of ESEARCH: what is found comes nonetheless.
func strato(s *service) {
	found, err := s.c.UIDSearch(s.ctx, search.All(), nil)
	require.NoError(s.t, err)
	assert.Equal(s.t, "1:2", found.All.String())
}

// TestJames: what a part says is read whole, though every other FETCH answers after
// its tagged OK.
func TestJames(t *testing.T) {
	inService(t, imaptest.James(), "Archive", func(s *service) {
		for range 4 {
			m, err := s.c.UIDFetchOne(s.ctx, 2, imap.FetchItems{BodyStructure: true})
			require.NoError(t, err)
			parts := m.BodyStructure.Text(imap.PreferPlain)
			require.Len(t, parts, 1)
			r, err := s.c.OpenText(s.ctx, 2, parts[0], nil)
			require.NoError(t, err)
			text, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, "See below.", string(text))
			require.NoError(t, r.Close())
		}
	})
}
