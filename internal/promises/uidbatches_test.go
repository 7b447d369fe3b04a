package promises_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/search"
)

// batching returns a client with n messages in INBOX, of a server that has UIDBATCHES.
func batching(t *testing.T, n int, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH UIDBATCHES] ready")
		p.Answer("SELECT INBOX", fmt.Sprintf("* %d EXISTS", n), "* OK [UIDVALIDITY 1] valid")
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// batched has a server answer UIDBATCHES, with the tag of the command.
func batched(p *scripted.Peer, command, batches string) {
	cmd := p.Command()
	assert.Equal(p.T, command, cmd.Text)
	p.Send(strings.TrimRight(fmt.Sprintf(`* UIDBATCHES (TAG "%s") %s`, cmd.Tag, batches), " "), cmd.Tag+" OK done")
}

func texts(sets []imap.UIDSet) (all []string) {
	for _, s := range sets {
		all = append(all, s.String())
	}
	return all
}

// TestUIDBatchesAsTheServerSays: the ranges of RFC 10022, without gaps and without
// overlaps, in one command or in several.
func TestUIDBatchesAsTheServerSays(t *testing.T) {
	for name, tt := range map[string]struct {
		messages int
		size     int
		serve    func(p *scripted.Peer)
		want     []string
	}{
		"all at once": {messages: 7000, size: 2000, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 2000", "215295:99695,99694:20350,20349:7830,7829:1")
		}, want: []string{"99695:215295", "20350:99694", "7830:20349", "1:7829"}},
		"one message": {messages: 1, size: 500, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 500", "7")
		}, want: []string{"1:7"}},
		"nothing any more": {messages: 1, size: 500, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 500", "")
		}},
		"with gaps and overlaps": {messages: 7000, size: 2000, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 2000", "100:80,80:60,50:40,45:41,30:20")
		}, want: []string{"80:100", "60:79", "40:59", "1:39"}},
		"in several commands": {messages: 130_000, size: 50_000, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 50000 1:2", "900:700,699:500")
			batched(p, "UIDBATCHES 50000 3:4", "498:20") // messages have gone meanwhile
		}, want: []string{"700:900", "500:699", "1:499"}},
		"until nothing is left": {messages: 130_000, size: 50_000, serve: func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 50000 1:2", "900:700,699:500")
			batched(p, "UIDBATCHES 50000 3:4", "510:300,299:200") // messages have come meanwhile
			batched(p, "UIDBATCHES 50000 5:6", "")
		}, want: []string{"700:900", "500:699", "300:499", "1:299"}},
		"of a server that returns few": {messages: 5000, size: 1000, serve: func(p *scripted.Peer) {
			refuse := func(want string) {
				cmd := p.Command()
				assert.Equal(p.T, want, cmd.Text)
				p.Send(cmd.Tag + " NO [TOOMANY] too many")
			}
			refuse("UIDBATCHES 1000")
			for _, n := range []string{"100", "50", "25", "12", "6"} {
				refuse("UIDBATCHES 1000 1:" + n)
			}
			batched(p, "UIDBATCHES 1000 1:3", "90:80,79:70,69:60")
			batched(p, "UIDBATCHES 1000 4:6", "59:50,49:1")
		}, want: []string{"80:90", "70:79", "60:69", "50:59", "1:49"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := batching(t, tt.messages, func(p *scripted.Peer) {
					tt.serve(p)
					p.Answer("NOOP")
				})
				got, err := c.UIDBatches(t.Context(), tt.size)
				require.NoError(t, err)
				assert.Equal(t, tt.want, texts(got))
				works(t, c)
			})
		})
	}
}

// TestUIDBatchesOfABadServer: what is no answer is an error, and nothing goes on for ever.
func TestUIDBatchesOfABadServer(t *testing.T) {
	for name, serve := range map[string]func(p *scripted.Peer){
		"no answer": func(p *scripted.Peer) { p.Answer("UIDBATCHES 50000 1:2") },
		"not readable": func(p *scripted.Peer) {
			p.Answer("UIDBATCHES 50000 1:2", `* UIDBATCHES (TAG "A2") 3:*`)
		},
		"of another command": func(p *scripted.Peer) { p.Answer("UIDBATCHES 50000 1:2", `* UIDBATCHES (TAG "x") 3:2`) },
		"the same again": func(p *scripted.Peer) {
			batched(p, "UIDBATCHES 50000 1:2", "900:700,699:500")
			batched(p, "UIDBATCHES 50000 3:4", "900:700,699:500")
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := batching(t, 130_000, func(p *scripted.Peer) {
					serve(p)
					p.Answer("NOOP")
				})
				_, err := c.UIDBatches(t.Context(), 50_000)
				var bad *imap.ParseError
				require.ErrorAs(t, err, &bad)
				assert.Equal(t, "UIDBATCHES", bad.Response)
				works(t, c)
			})
		})
	}
}

// TestUIDBatchesEverywhere: each message is in exactly one batch, whether the server
// divides or the client does.
func TestUIDBatchesEverywhere(t *testing.T) {
	for name, tt := range map[string]struct {
		opts imaptest.Options
		size int
		most int // messages in a batch
	}{
		"UIDBATCHES":            {size: 600, most: 600},
		"below the minimum":     {size: 100, most: 100},
		"without UIDBATCHES":    {opts: imaptest.Options{Without: []imaptest.Cap{"UIDBATCHES"}}, size: 600, most: 600},
		"and without ESEARCH":   {opts: imaptest.Options{Without: []imaptest.Cap{"UIDBATCHES", "ESEARCH"}}, size: 600, most: 600},
		"with MESSAGELIMIT=300": {opts: imaptest.Options{Capabilities: []imaptest.Cap{"IMAP4rev1", "ESEARCH", "UIDBATCHES", "MESSAGELIMIT=300"}}, size: 600, most: 300},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, &tt.opts)
			inbox := srv.User("user").Mailbox("INBOX")
			for range 1500 {
				inbox.Deliver(imaptest.CRLF("Subject: x\n\nx\n"))
			}
			for uid := imap.UID(3); uid < 1500; uid += 5 {
				inbox.Expunge(uid)
			}
			c := loggedIn(t, srv)
			mbox, err := c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
			batches, err := c.UIDBatches(t.Context(), tt.size)
			require.NoError(t, err)
			var all imap.UIDSet
			total, below := 0, imap.UID(1501)
			for _, b := range batches {
				last, _ := b.Max()
				assert.Equal(t, below-1, last, "the ranges follow each other")
				below, _ = b.Min()
				found, err := c.UIDSearch(t.Context(), search.UID(b), nil)
				require.NoError(t, err)
				assert.LessOrEqual(t, int(found.All.Len()), tt.most)
				assert.False(t, found.All.Empty())
				total += int(found.All.Len())
				all.AddSet(found.All)
			}
			assert.EqualValues(t, 1, below)
			assert.EqualValues(t, mbox.Messages, total)
			assert.EqualValues(t, mbox.Messages, all.Len())
		})
	}
	t.Run("an empty mailbox", func(t *testing.T) {
		c := loggedIn(t, imaptest.NewServer(t, nil))
		_, err := c.UIDBatches(t.Context(), 100)
		assert.ErrorIs(t, err, imap.ErrState, "none is selected")
		_, err = c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		batches, err := c.UIDBatches(t.Context(), 100)
		require.NoError(t, err)
		assert.Empty(t, batches)
		var wrong *imap.ArgumentError
		_, err = c.UIDBatches(t.Context(), 0)
		assert.ErrorAs(t, err, &wrong)
	})
}

// TestAppendInGroups: MULTIAPPEND takes as many messages as the server permits, and
// what it has stored before a failure is in the result (RFC 9738).
func TestAppendInGroups(t *testing.T) {
	message := func() imap.AppendMessage {
		return imap.AppendMessage{Size: 1, Reader: strings.NewReader("x")}
	}
	five := []imap.AppendMessage{message(), message(), message(), message(), message()}
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS MESSAGELIMIT=1000 SAVELIMIT=2] ready")
			for i, answer := range []string{"OK [APPENDUID 9 1:2]", "OK [APPENDUID 9 3:4]", "NO [OVERQUOTA]"} {
				cmd := p.Command()
				assert.True(p.T, cmd.Is("APPEND INBOX"))
				assert.Equal(p.T, []int{2, 2, 1}[i], strings.Count(cmd.Text, "{1+}"), cmd.Text)
				p.Send(cmd.Tag + " " + answer + " so")
			}
			p.Answer("NOOP")
		})
		res, err := c.AppendAll(t.Context(), "INBOX", five)
		require.ErrorIs(t, err, imap.CodeOverQuota)
		assert.False(t, imap.SafeToRetry(err))
		assert.Equal(t, "1:4", res.UIDs.String())
		works(t, c)
	})
	srv := imaptest.NewServer(t, &imaptest.Options{Capabilities: []imaptest.Cap{"IMAP4rev1", "MULTIAPPEND", "UIDPLUS", "SAVELIMIT=2"}})
	c := loggedIn(t, srv)
	res, err := c.AppendAll(t.Context(), "INBOX", []imap.AppendMessage{message(), message(), message(), message(), message()})
	require.NoError(t, err)
	assert.Equal(t, "1:5", res.UIDs.String())
	assert.Len(t, srv.User("user").Mailbox("INBOX").Messages(), 5)
}
