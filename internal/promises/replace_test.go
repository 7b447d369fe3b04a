package promises_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

const draft = "Subject: x\r\n\r\n"

// drafting returns a client with Drafts open on a server with these capabilities.
func drafting(t *testing.T, caps string, serve func(*scripted.Peer)) *imap.Client {
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ " + caps + "] ready")
		p.Answer("SELECT Drafts", "* 4 EXISTS")
		serve(p)
	})
	_, err := c.Select(t.Context(), "Drafts", nil)
	require.NoError(t, err)
	return c
}

func replaceDraft(t *testing.T, c *imap.Client, uid imap.UID) (*imap.AppendResult, error) {
	opts := &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}}
	return c.UIDReplace(t.Context(), uid, "Drafts", int64(len(draft)), strings.NewReader(draft), opts)
}

// The code comes before the removal, as RFC 8508 advises, or at the end.
func TestReplaceTellsWhereTheNewMessageIs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := drafting(t, "REPLACE UIDPLUS", func(p *scripted.Peer) {
			p.Answer("UID REPLACE 2000 Drafts (\\Draft) {14}\r\n"+draft, "* OK [APPENDUID 1 2001] ready", "* 5 EXISTS", "* 4 EXPUNGE")
			cmd := p.Want("REPLACE 4 Sent {14}\r\n" + draft)
			p.Send("* 4 EXPUNGE", cmd.Tag+" OK [APPENDUID 7 12] done")
			p.Hold()
		})
		put, err := replaceDraft(t, c, 2000)
		require.NoError(t, err)
		assert.EqualValues(t, 2001, put.UID())
		assert.EqualValues(t, 4, c.Mailbox().Messages)
		put, err = c.Replace(t.Context(), 4, "Sent", int64(len(draft)), strings.NewReader(draft), nil)
		require.NoError(t, err)
		assert.EqualValues(t, 7, put.UIDValidity)
		assert.EqualValues(t, 12, put.UID())
		assert.EqualValues(t, 3, c.Mailbox().Messages)
	})
}

func TestReplaceWithoutReplaceRemovesTheOneMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := drafting(t, "UIDPLUS", func(p *scripted.Peer) {
			cmd := p.Want("APPEND Drafts (\\Draft) {14+}\r\n" + draft)
			p.Send(cmd.Tag + " OK [APPENDUID 1 9] done")
			p.Answer("UID STORE 8 +FLAGS.SILENT (\\Deleted)")
			p.Answer("UID EXPUNGE 8", "* 1 EXPUNGE")

			cmd = p.Want("APPEND Drafts (\\Draft) {14+}\r\n" + draft)
			p.Send(cmd.Tag + " OK [APPENDUID 1 10] done")
			cmd = p.Want("UID STORE 9 +FLAGS.SILENT (\\Deleted)")
			p.Send(cmd.Tag + " NO [NOPERM] hands off")

			cmd = p.Want("APPEND Drafts (\\Draft) {14+}\r\n" + draft)
			p.Send(cmd.Tag + " NO [OVERQUOTA] full")
		})
		put, err := replaceDraft(t, c, 8)
		require.NoError(t, err)
		assert.EqualValues(t, 9, put.UID())
		put, err = replaceDraft(t, c, 9)
		require.ErrorIs(t, err, imap.CodeNoPerm)
		assert.EqualValues(t, 10, put.UID(), "the new one is there all the same")
		_, err = replaceDraft(t, c, 10)
		require.ErrorIs(t, err, imap.CodeOverQuota, "and nothing is removed")
	})
}

// What can't be done sends nothing.
func TestReplaceThatCanNotBe(t *testing.T) {
	for _, caps := range []string{"", "UIDPLUS", "REPLACE"} {
		bubble(t, func(t *testing.T) {
			c := drafting(t, caps, func(p *scripted.Peer) {
				p.Answer("CLOSE")
				p.Answer("NOOP")
			})
			ctx := t.Context()
			if caps != "REPLACE" {
				_, err := c.Replace(ctx, 1, "Drafts", 1, strings.NewReader("x"), nil)
				assert.ErrorIs(t, err, imap.ErrUnsupported)
			}
			_, err := replaceDraft(t, c, 0)
			assert.Error(t, err)
			broken := errors.New("broken")
			_, err = c.UIDReplace(ctx, 1, "Drafts", 9, iotest.ErrReader(broken), nil)
			if caps == "" {
				assert.ErrorIs(t, err, imap.ErrUnsupported)
			} else {
				assert.ErrorIs(t, err, broken)
			}
			require.NoError(t, c.CloseMailbox(ctx))
			_, err = replaceDraft(t, c, 1)
			if caps != "" {
				assert.ErrorIs(t, err, imap.ErrState)
			}
			require.NoError(t, c.Noop(ctx))
		})
	}
}
