package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// attachment delivers a message with an attachment of n octets, and returns it.
func attachment(box *imaptest.Mailbox, encoding string, n int) []byte {
	content := make([]byte, n)
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range content {
		content[i] = byte(rnd.Uint32())
		if encoding != "base64" {
			content[i] = "abcdefghijklmnopqrstuvwxyz 0123456789\n"[int(content[i])%38]
		}
	}
	body := string(content)
	if encoding == "base64" {
		body = base64.StdEncoding.EncodeToString(content)
		var lines strings.Builder
		for len(body) > 76 {
			lines.WriteString(body[:76] + "\r\n")
			body = body[76:]
		}
		body = lines.String() + body
	} else {
		body = strings.ReplaceAll(body, "\n", "\r\n")
		content = []byte(body)
	}
	box.Deliver([]byte(fmt.Sprintf("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"+
		"Content-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment; filename=x.pdf\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n--b--\r\n", encoding, body)))
	return content
}

// partOf returns the second part of message 1.
func partOf(t *testing.T, a *account.Account) (part imap.Part) {
	require.NoError(t, a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
		m, err := c.UIDFetchOne(ctx, 1, imap.FetchItems{BodyStructure: true})
		if err != nil {
			return err
		}
		m.BodyStructure.Walk(func(p imap.Part) response.WalkAction {
			if p.MediaType() == "application/pdf" {
				part = p
			}
			return response.WalkOn
		})
		return nil
	}))
	require.NotNil(t, part.BodyStructure)
	return part
}

// A part that is cut off goes on at the octet at which it was, over one connection
// after the other.
func TestOpenPartGoesOn(t *testing.T) {
	for _, encoding := range []string{"base64", "8bit"} {
		for _, conns := range []int{1, 3} {
			for seed := range 3 {
				bubble(t, func(t *testing.T) {
					w := newWorld(t, nil)
					want := attachment(w.inbox(0), encoding, 2<<20)
					a := w.open(t, maxConns(conns), func(cfg *account.Config) { cfg.MaxWait = time.Hour })
					part := partOf(t, a)
					for n := 1; n <= 6; n++ {
						w.Fault(imaptest.OnSession(n, imaptest.CutAfter{Bytes: 400_000 + 77_777*((seed+n)%5)}))
					}
					r, err := a.OpenPart(t.Context(), "INBOX", 1, part, nil)
					require.NoError(t, err)
					got, err := io.ReadAll(r)
					require.NoError(t, err)
					assert.True(t, bytes.Equal(want, got))
					require.NoError(t, r.Close())
					assert.GreaterOrEqual(t, w.dials(), 4)
					asked := 0
					for _, c := range w.commands() {
						if strings.Contains(c, "BODY.PEEK[2]<0.") {
							asked++
						}
					}
					assert.Equal(t, 1, asked, "the beginning is asked for once")
					assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop), "the connection was given back")
				})
			}
		}
	}
}

// The connection is given back when the reader is closed, at its end, and with the
// context.
func TestOpenPartGivesItsConnectionBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		attachment(w.inbox(0), "base64", 1<<20)
		a := w.open(t, maxConns(1))
		part := partOf(t, a)
		ctx, cancel := context.WithCancel(t.Context())
		for i, end := range []func(io.ReadCloser){
			func(r io.ReadCloser) { require.NoError(t, r.Close()) },
			func(r io.ReadCloser) { _, _ = io.Copy(io.Discard, r) },
			func(io.ReadCloser) { cancel() },
		} {
			r, err := a.OpenPart(ctx, "INBOX", 1, part, nil)
			require.NoError(t, err)
			_, err = io.CopyN(io.Discard, r, 10)
			require.NoError(t, err)
			short, stop := context.WithTimeout(t.Context(), time.Minute)
			assert.ErrorIs(t, a.Do(short, "INBOX", nil, noop), context.DeadlineExceeded, "it is in use")
			stop()
			end(r)
			short, stop = context.WithTimeout(t.Context(), time.Minute)
			assert.NoError(t, a.Do(short, "INBOX", nil, noop), "case %d", i)
			stop()
			_, err = io.ReadAll(r)
			if i != 1 {
				assert.Error(t, err)
			}
		}
		assert.Zero(t, a.Stats().Waiting)
		assert.Equal(t, 1, a.Stats().Idle)
	})
}

func TestOpenPartErrors(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		attachment(w.inbox(0), "8bit", 2<<20)
		a := w.open(t)
		part := partOf(t, a)
		_, err := a.OpenPart(t.Context(), "INBOX", 7, part, nil)
		assert.ErrorIs(t, err, imap.CodeNonExistent)
		_, err = a.OpenPart(t.Context(), "INBOX", 1, part, &account.PartOptions{UIDValidity: 4711})
		assert.ErrorIs(t, err, account.ErrUIDValidity)
		_, err = a.OpenPart(t.Context(), "INBOX", 1, imap.Part{}, nil)
		assert.Error(t, err)
		assert.Equal(t, a.Stats().Open, a.Stats().Idle)

		// the UIDs are void when it goes on
		r, err := a.OpenPart(t.Context(), "INBOX", 1, part, nil)
		require.NoError(t, err)
		_, err = io.CopyN(io.Discard, r, 1000)
		require.NoError(t, err)
		w.inbox(0).SetUIDValidity(99)
		w.Disconnect()
		_, err = io.ReadAll(r)
		assert.ErrorIs(t, err, account.ErrUIDValidity)

		w.down.Store(true)
		w.Disconnect()
		_, err = a.OpenPart(t.Context(), "INBOX", 1, part, nil)
		assert.ErrorIs(t, err, errUnreachable)
	})
}
