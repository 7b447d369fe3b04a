package promises_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// withoutMove is a server on which MOVE and REPLACE take several commands.
const withoutMove = "IMAP4rev1 UIDPLUS LITERAL+"

// A SELECT of another goroutine waits until the commands that stand for MOVE are done.
func TestMoveFallbackKeepsItsMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		copied := make(chan struct{})
		c := inInboxOf(t, withoutMove, 3, func(p *scripted.Peer) {
			cmd := p.Want("UID COPY 7 Dest")
			close(copied)
			synctest.Wait() // the SELECT is issued, and waits
			p.OK(cmd)
			p.Answer(`UID STORE 7 +FLAGS.SILENT (\Deleted)`)
			p.Answer("UID EXPUNGE 7")
			p.Answer("SELECT Other", "* 1 EXISTS")
		})
		ctx := t.Context()
		selected := make(chan error, 1)
		go func() {
			<-copied
			_, err := c.Select(ctx, "Other", nil)
			selected <- err
		}()
		_, err := c.UIDMove(ctx, imap.UIDs(7), "Dest")
		require.NoError(t, err)
		require.NoError(t, <-selected)
	})
}

// A reader of UIDReplace's message may select another mailbox: then nothing is removed.
func TestReplaceFallbackFindsAnotherMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, withoutMove, 3, func(p *scripted.Peer) {
			p.Answer("SELECT Other", "* 1 EXISTS")
			cmd := p.Want("APPEND Drafts {14+}\r\n" + draft)
			p.Send(cmd.Tag + " OK [APPENDUID 1 9] done")
			p.Answer("NOOP")
		})
		ctx := t.Context()
		put, err := c.UIDReplace(ctx, 8, "Drafts", int64(len(draft)), readerFunc(func(b []byte) (int, error) {
			if m := c.Mailbox(); m.Name == "INBOX" {
				_, err := c.Select(ctx, "Other", nil)
				assert.NoError(t, err)
				return copy(b, draft), nil
			}
			return 0, io.EOF
		}), nil)
		require.ErrorIs(t, err, imap.ErrState)
		assert.False(t, imap.SafeToRetry(err))
		require.NotNil(t, put)
		assert.EqualValues(t, 9, put.UID())
		works(t, c)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// What COPYUID names is removed only if it was asked for.
func TestMoveFallbackRemovesWhatWasAskedFor(t *testing.T) {
	for code, removed := range map[string]string{
		"[COPYUID 1 1:9 11:19]":   "5:6",
		"[COPYUID 1 6 16]":        "6",
		"[COPYUID 1 6:7 16:17]":   "6",
		"[COPYUID 1 1,9 11:12]":   "",
		"":                        "5:6",
		"[HIGHESTMODSEQ 7]":       "5:6",
		"[COPYUID 0 5,6,6 11:13]": "5:6",
	} {
		bubble(t, func(t *testing.T) {
			c := inInboxOf(t, withoutMove, 3, func(p *scripted.Peer) {
				p.Answer("UID SEARCH UID 5:6", "* SEARCH 5 6")
				cmd := p.Want("UID COPY 5:6 Dest")
				p.Sendf("%s OK %s done", cmd.Tag, code)
				if removed != "" {
					p.Answer("UID STORE " + removed + ` +FLAGS.SILENT (\Deleted)`)
					p.Answer("UID EXPUNGE " + removed)
				}
				p.Answer("NOOP")
			})
			res, err := c.UIDMove(t.Context(), imap.UIDRange(5, 6), "Dest")
			assert.Equal(t, removed == "", err != nil, "%s: %v", code, err)
			assert.NotNil(t, res)
			works(t, c)
		})
	}
}

// A range that ends at UIDNEXT may get a new message while others are moved.
func TestMoveFallbackWithARangeUpToUIDNext(t *testing.T) {
	for _, test := range []struct {
		stop     imap.UID
		searches bool
	}{{99, false}, {100, true}, {101, true}, {imap.Star, true}} {
		bubble(t, func(t *testing.T) {
			set := imap.UIDRange(90, test.stop)
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY " + withoutMove + "] ready")
				p.Answer("SELECT INBOX", "* 2 EXISTS", "* OK [UIDNEXT 100] next")
				moved := set.String()
				if test.searches {
					p.Answer("UID SEARCH UID "+moved, "* SEARCH 98 99")
					moved = "98:99"
				}
				p.Answer("UID COPY " + moved + " Dest")
				p.Answer("UID STORE " + moved + ` +FLAGS.SILENT (\Deleted)`)
				p.Answer("UID EXPUNGE " + moved)
			})
			_, err := c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
			_, err = c.UIDMove(t.Context(), set, "Dest")
			require.NoError(t, err)
		})
	}
}

// An error after the first of several commands is not one that says that nothing has
// happened.
func TestHalfAnOperationIsNotSafeToRetry(t *testing.T) {
	for name, test := range map[string]struct {
		first string // the command that succeeds
		call  func(*testing.T, *imap.Client) error
	}{
		"UIDMove": {"UID COPY", func(t *testing.T, c *imap.Client) error {
			return second(c.UIDMove(t.Context(), imap.UIDs(7), "Dest"))
		}},
		"UIDReplace": {"APPEND", func(t *testing.T, c *imap.Client) error {
			return second(c.UIDReplace(t.Context(), 7, "Drafts", 5, strings.NewReader("hello"), nil))
		}},
		"AppendAll": {"APPEND", func(t *testing.T, c *imap.Client) error {
			m := func() imap.AppendMessage { return imap.AppendMessage{Size: 5, Reader: strings.NewReader("hello")} }
			return second(c.AppendAll(t.Context(), "x", []imap.AppendMessage{m(), m()}))
		}},
	} {
		for range 20 { // whether the next command leaves is a race
			bubble(t, func(t *testing.T) {
				c := inInboxOf(t, withoutMove, 3, func(p *scripted.Peer) {
					cmd := p.Command()
					if !cmd.Is(test.first) {
						t.Errorf("%s sent %q", name, cmd.Text)
					}
					p.Send(cmd.Tag+" OK done", "* BYE shutting down")
				})
				err := test.call(t, c)
				require.ErrorIs(t, err, imap.ErrClosed, name)
				assert.False(t, imap.SafeToRetry(err), "%s: %v", name, err)
			})
		}
	}
}

// The same on a server with mail in both mailboxes, under the same UIDs, whichever of
// the commands is under way when another goroutine selects.
func TestMoveFallbackAndSelect(t *testing.T) {
	for _, step := range []string{"UID COPY", "UID STORE", "UID EXPUNGE"} {
		t.Run(step, func(t *testing.T) {
			bubble(t, func(t *testing.T) { moveAndSelect(t, step) })
		})
	}
}

func moveAndSelect(t *testing.T, step string) {
	ctx := t.Context()
	srv := imaptest.NewServer(t, &imaptest.Options{
		Without: []imaptest.Cap{"MOVE"},
		Users:   []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "Other"}, {Name: "Dest"}}}},
	})
	inbox, other := srv.User("user").Mailbox("INBOX"), srv.User("user").Mailbox("Other")
	const n = 3
	for range n {
		inbox.Deliver(imaptest.CRLF("Subject: to be moved\n\nhello\n"))
		other.Deliver(imaptest.CRLF("Subject: precious\n\nnever touched\n"))
	}
	selected := make(chan error, 1)
	var c *imap.Client
	c, err := imap.NewClient(ctx, &hooked{Conn: srv.Pipe(), at: step, do: func() {
		go func() { selected <- second(c.Select(ctx, "Other", nil)) }()
		synctest.Wait() // the SELECT waits, or has been done
	}}, nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(ctx, "user", "password"))
	_, err = c.Select(ctx, "INBOX", nil)
	require.NoError(t, err)
	require.NoError(t, second(c.UIDMove(ctx, imap.UIDs(2), "Dest")))
	require.NoError(t, <-selected)
	require.Equal(t, "Other", c.Mailbox().Name)
	assert.Len(t, other.Messages(), n, "a message was removed that no call named")
	assert.Len(t, inbox.Messages(), n-1)
	assert.Len(t, srv.User("user").Mailbox("Dest").Messages(), 1)
}

// hooked is a connection that does something before it sends a certain command.
type hooked struct {
	net.Conn
	at string
	do func()
}

func (h *hooked) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(h.at)) {
		h.do()
	}
	return h.Conn.Write(b)
}
