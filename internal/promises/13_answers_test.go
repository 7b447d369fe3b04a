package promises_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// TestStatusThatDoesNotFit answers STATUS with other names than that asked for.
func TestStatusThatDoesNotFit(t *testing.T) {
	for name, test := range map[string]struct {
		answers []string
		count   uint32
		err     bool
	}{
		"the same":            {[]string{"* STATUS Foo/Bar (MESSAGES 3)"}, 3, false},
		"another case":        {[]string{"* STATUS foo/bar (MESSAGES 3)"}, 3, false},
		"both":                {[]string{"* STATUS foo/bar (MESSAGES 4)", "* STATUS Foo/Bar (MESSAGES 3)"}, 3, false},
		"another mailbox":     {[]string{"* STATUS Other (MESSAGES 3)"}, 0, true},
		"that can't be read":  {[]string{"* STATUS Foo/Bar MESSAGES 3"}, 0, true},
		"unread, and another": {[]string{"* STATUS Foo/Bar MESSAGES", "* STATUS Other (MESSAGES 3)"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(preauth)
					p.Answer("STATUS Foo/Bar (MESSAGES)", test.answers...)
					p.Answer("NOOP")
				})
				st, err := c.Status(t.Context(), "Foo/Bar", imap.StatusMessages)
				if test.err {
					require.Error(t, err)
				} else {
					require.NoError(t, err)
					assert.Equal(t, test.count, st.Messages)
					assert.True(t, st.Has(imap.StatusMessages))
				}
				works(t, c)
			})
		})
	}
}

// Items of which the server knows none are an error that names the capability.
func TestStatusOfWhatTheServerLacks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Answer("STATUS x (MESSAGES)", "* STATUS x (MESSAGES 3)")
		})
		for items, want := range map[imap.StatusItems]imap.Cap{
			imap.StatusMailboxID: response.CapObjectID, imap.StatusSize: response.CapStatusSize,
			imap.StatusHighestModSeq: imap.CapCondStore, imap.StatusMailboxID | imap.StatusSize: response.CapStatusSize,
		} {
			_, err := c.Status(t.Context(), "x", items)
			require.ErrorIs(t, err, imap.ErrUnsupported)
			var lacks *imap.UnsupportedError
			require.ErrorAs(t, err, &lacks)
			assert.Equal(t, want, lacks.Cap)
		}
		st, err := c.Status(t.Context(), "x", imap.StatusMailboxID|imap.StatusMessages)
		require.NoError(t, err)
		assert.EqualValues(t, 3, st.Messages)
	})
}

// TestListGoesOnInAPlainerForm has a server refuse what it offers.
func TestListGoesOnInAPlainerForm(t *testing.T) {
	bad := func(p *scripted.Peer, text string) {
		c := p.Want(text)
		p.Sendf("%s BAD no such thing", c.Tag)
	}
	list := func(t *testing.T, c *imap.Client, opts imap.ListOptions) []*imap.MailboxInfo {
		boxes, err := imap.Collect(c.List(t.Context(), "*", &opts))
		require.NoError(t, err)
		require.Len(t, boxes, 1)
		return boxes
	}
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS SPECIAL-USE] hi")
			bad(p, `LIST "" "*" RETURN (SUBSCRIBED)`)
			p.Answer(`LIST "" "*"`, `* LIST () "/" a`)
			p.Answer(`LIST "" "*"`, `* LIST () "/" a`) // it is remembered
			p.Answer("STATUS a (MESSAGES)", "* STATUS a (MESSAGES 3)")
			bad(p, `LIST (SUBSCRIBED) "" "*"`)
			p.Answer(`LSUB "" "*"`, `* LSUB () "/" a`)
			p.Answer(`LSUB "" "*"`, `* LSUB () "/" a`)
		})
		list(t, c, imap.ListOptions{Subscribed: true})
		boxes := list(t, c, imap.ListOptions{Children: true, Status: imap.StatusMessages})
		require.NotNil(t, boxes[0].Status)
		assert.EqualValues(t, 3, boxes[0].Status.Messages)
		list(t, c, imap.ListOptions{SubscribedOnly: true, Subscribed: true})
		list(t, c, imap.ListOptions{SubscribedOnly: true})
	})
	bubble(t, func(t *testing.T) { // what is refused in every form is an error, and not remembered
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED] hi")
			for range 2 {
				bad(p, `LIST "" "*" RETURN (SUBSCRIBED)`)
				bad(p, `LIST "" "*"`)
			}
			cmd := p.Want(`LIST "" "*" RETURN (SUBSCRIBED)`)
			p.Send(`* LIST () "/" a`, cmd.Tag+" BAD after a row")
			p.Answer("NOOP")
		})
		for range 2 {
			_, err := imap.Collect(c.List(t.Context(), "*", &imap.ListOptions{Subscribed: true}))
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused)
		}
		boxes, err := imap.Collect(c.List(t.Context(), "*", &imap.ListOptions{Subscribed: true}))
		require.Error(t, err)
		assert.Len(t, boxes, 1)
		works(t, c)
	})
}

// What ENABLE does not switch on is not asked for twice.
func TestEnableAsksOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			cmd := p.Want("ENABLE QRESYNC")
			p.Sendf("%s NO not today", cmd.Tag)
			p.Answer("ENABLE CONDSTORE UTF8=ACCEPT", "* ENABLED CONDSTORE")
			p.Answer("ENABLE X-NEW", "* ENABLED X-NEW")
			p.Answer("NOOP")
		})
		for range 2 {
			_, err := c.Enable(t.Context(), imap.CapQResync)
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused)
		}
		on, err := c.Enable(t.Context(), imap.CapCondStore, imap.CapUTF8Accept)
		require.NoError(t, err)
		assert.Equal(t, imap.Capabilities{"CONDSTORE"}, on)
		on, err = c.Enable(t.Context(), imap.CapUTF8Accept)
		require.NoError(t, err)
		assert.Empty(t, on)
		_, err = c.Enable(t.Context(), "X-NEW", imap.CapUTF8Accept)
		require.NoError(t, err)
		works(t, c)
	})
}

// A set with "*" is not sent to a mailbox that is known to be empty, once NOOP has
// shown that it is so still.
func TestNothingIsFetchedFromAnEmptyMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 0, func(p *scripted.Peer) {
			p.Answer("NOOP")
			p.Answer("NOOP", "* 1 EXISTS")
			p.Answer("UID FETCH 1:* (FLAGS)", flagRow(1))
			p.Answer("UID FETCH 5 (FLAGS)")
		})
		rows, err := imap.Collect(c.UIDFetch(t.Context(), all, flags, nil))
		require.NoError(t, err)
		assert.Empty(t, rows)
		rows, err = imap.Collect(c.UIDFetch(t.Context(), all, flags, nil))
		require.NoError(t, err)
		assert.Len(t, rows, 1)
		_, err = imap.Collect(c.UIDFetch(t.Context(), imap.UIDs(5), flags, nil))
		require.NoError(t, err)
	})
}

// TestAppendOfMoreThanItsSize has readers that go on after the size: nothing is sent.
func TestAppendOfMoreThanItsSize(t *testing.T) {
	long := strings.Repeat("Subject: x\r\n\r\nthe end\r\n", 20_000)
	name := filepath.Join(t.TempDir(), "message")
	require.NoError(t, os.WriteFile(name, []byte(long), 0o600))
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Answer("NOOP")
			p.Answer("APPEND Sent {5+}\r\nhello")
		})
		for what, r := range map[string]io.Reader{
			"a short text": strings.NewReader(long[:1000]), "a buffer": bytes.NewBufferString(long[:1000]),
			"a reader": io.MultiReader(strings.NewReader(long[:990]), strings.NewReader(long[:10])), "a file": file,
			"a long text": strings.NewReader(long),
		} {
			size := int64(997)
			if what == "a file" || what == "a long text" {
				size = int64(len(long)) - 3
			}
			_, err := c.Append(t.Context(), "Sent", size, r, nil)
			var bad *imap.ArgumentError
			require.ErrorAs(t, err, &bad, what)
		}
		at, err := file.Seek(0, io.SeekCurrent)
		require.NoError(t, err)
		assert.Zero(t, at, "the file stands where it stood")
		works(t, c)
		_, err = c.Append(t.Context(), "Sent", 5, strings.NewReader("hello"), nil)
		require.NoError(t, err)
	})
}
