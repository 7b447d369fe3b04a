package promises_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// wrappings are ways in which what a loop yields becomes the reader of a message.
var wrappings = map[string]func(io.Reader) io.Reader{
	"as it is":    func(r io.Reader) io.Reader { return r },
	"limited":     func(r io.Reader) io.Reader { return io.LimitReader(r, 1<<40) },
	"buffered":    func(r io.Reader) io.Reader { return bufio.NewReader(r) },
	"read beside": func(r io.Reader) io.Reader { return io.TeeReader(r, io.Discard) },
	"by a pipe": func(r io.Reader) io.Reader {
		pr, pw := io.Pipe()
		go func() {
			_, err := io.Copy(pw, r)
			pw.CloseWithError(err)
		}()
		return pr
	},
}

// A message that a loop reads can be the one that another command of the same client
// adds. If it is larger than what is kept for the loop, that command or the loop fails,
// and nothing else.
func TestAppendOfWhatTheSameClientReads(t *testing.T) {
	const readAhead = 1 << 20
	for name, wrap := range wrappings {
		for _, without := range []imaptest.Cap{"LITERAL+", "REPLACE", "MULTIAPPEND"} {
			for size, fits := range map[int]bool{5000: true, 400 << 10: true, 900 << 10: true, 3 << 20: false} {
				t.Run(fmt.Sprintf("%s without %s, %d octets", name, without, size), func(t *testing.T) {
					bubble(t, func(t *testing.T) { appendFromLoop(t, wrap, without, size, fits, readAhead) })
				})
			}
		}
	}
}

func appendFromLoop(t *testing.T, wrap func(io.Reader) io.Reader, without imaptest.Cap, size int, fits bool, readAhead int64) {
	srv := imaptest.NewServer(t, &imaptest.Options{
		Without: []imaptest.Cap{without, "LITERAL-"},
		Users:   []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "Dest"}}}},
	})
	inbox, dest := srv.User("user").Mailbox("INBOX"), srv.User("user").Mailbox("Dest")
	large := imaptest.CRLF("Subject: large\n\n" + strings.Repeat(strings.Repeat("x", 76)+"\n", size/78))
	for _, text := range []string{"Subject: one\r\n\r\none\r\n", string(large), "Subject: three\r\n\r\nthree\r\n"} {
		inbox.Deliver([]byte(text))
	}
	c, err := imap.NewClient(t.Context(), srv.Pipe(), &imap.Options{ReadAhead: readAhead})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDRange(1, 3), whole, nil) {
		if err != nil {
			require.ErrorIs(t, err, imap.ErrReadAhead)
			require.False(t, fits)
			break
		}
		_, err := c.Append(t.Context(), "Dest", b.Size, wrap(b), nil)
		if b.Message.UID == 2 && !fits {
			require.ErrorIs(t, err, imap.ErrReadAhead)
		} else {
			require.NoError(t, err)
		}
		works(t, c)
	}
	works(t, c)
	for _, m := range dest.Messages() {
		if strings.Contains(string(m.Raw), "Subject: large") {
			assert.Equal(t, string(large), string(m.Raw))
			assert.True(t, fits)
		}
	}
	assert.Equal(t, fits, len(dest.Messages()) == 3)
}

// A part is fetched while it is read, which can't be done in the middle of another
// command.
func TestAppendOfAPartOfTheSameClient(t *testing.T) {
	for _, size := range []int{5000, 600 << 10, 3 << 20} {
		bubble(t, func(t *testing.T) {
			srv := imaptest.NewServer(t, nil)
			srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: large\n\n" + strings.Repeat("x\n", size/3)))
			c, err := imap.NewClient(t.Context(), srv.Pipe(), &imap.Options{ReadAhead: 1 << 20})
			require.NoError(t, err)
			defer c.Close()
			require.NoError(t, c.Login(t.Context(), "user", "password"))
			_, err = c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
			m, err := c.UIDFetchOne(t.Context(), 1, imap.FetchItems{BodyStructure: true})
			require.NoError(t, err)
			for part := range m.BodyStructure.Leaves(imap.PreferHTML) {
				r, err := c.OpenPart(t.Context(), 1, part, nil)
				require.NoError(t, err)
				_, err = c.Append(t.Context(), "INBOX", part.Size, r, nil)
				if size > 1<<20 {
					require.ErrorIs(t, err, imap.ErrReadAhead)
				} else {
					require.NoError(t, err)
				}
				require.NoError(t, r.Close())
			}
			works(t, c)
		})
	}
}

// A reader over a part of the same client, which nothing shows, is read before anything is
// sent. Beyond ReadAhead it fails, and does not wait for itself.
func TestAppendOfAPartWithinAnotherReader(t *testing.T) {
	wraps := map[string]func(io.Reader) io.Reader{
		"bufio":       func(r io.Reader) io.Reader { return bufio.NewReader(r) },
		"struct":      func(r io.Reader) io.Reader { return struct{ io.Reader }{r} },
		"TeeReader":   func(r io.Reader) io.Reader { return io.TeeReader(r, io.Discard) },
		"MultiReader": func(r io.Reader) io.Reader { return io.MultiReader(strings.NewReader(""), r) },
		"Pipe": func(r io.Reader) io.Reader {
			pr, pw := io.Pipe()
			go func() { pw.CloseWithError(second(io.Copy(pw, r))) }()
			return pr
		},
	}
	for name, wrap := range wraps {
		for _, size := range []int{600 << 10, 3 << 20} {
			if name == "Pipe" && size > 1<<20 {
				continue // another goroutine reads it: see Client.Append
			}
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					srv := imaptest.NewServer(t, nil)
					inbox := srv.User("user").Mailbox("INBOX")
					inbox.Deliver(imaptest.CRLF("Subject: large\n\n" + strings.Repeat("x\n", size/3)))
					c, err := imap.NewClient(t.Context(), srv.Pipe(), &imap.Options{ReadAhead: 1 << 20})
					require.NoError(t, err)
					defer c.Close()
					require.NoError(t, c.Login(t.Context(), "user", "password"))
					require.NoError(t, openBox(t.Context(), c, "INBOX"))
					m, err := c.UIDFetchOne(t.Context(), 1, imap.FetchItems{BodyStructure: true})
					require.NoError(t, err)
					part := imap.Part{BodyStructure: m.BodyStructure, Number: []int{1}}
					r, err := c.OpenPart(t.Context(), 1, part, nil)
					require.NoError(t, err)
					began := time.Now()
					_, err = c.Append(t.Context(), "INBOX", m.BodyStructure.Size, wrap(r), nil)
					require.Zero(t, time.Since(began))
					require.NoError(t, r.Close())
					if size > 1<<20 {
						require.ErrorIs(t, err, imap.ErrReadAhead)
						return
					}
					require.NoError(t, err)
					require.Len(t, inbox.Messages(), 2)
					assert.Len(t, inbox.Messages()[1].Raw, int(m.BodyStructure.Size))
					_, err = c.Append(t.Context(), "INBOX", 2<<20, struct{ io.Reader }{strings.NewReader(strings.Repeat("x", 2<<20))}, nil)
					require.NoError(t, err, "a reader that waits for nothing")
					works(t, c)
				})
			})
		}
	}
}

// A reader that fails at its beginning costs nothing, whatever size the message has.
func TestAppendWhoseReaderFailsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 0, func(p *scripted.Peer) { p.Serve(nil) })
		for _, size := range []int64{1, 256 << 10, 256<<10 + 1, 1 << 30} {
			_, err := c.Append(t.Context(), "x", size, readerFunc(func([]byte) (int, error) { return 0, context.DeadlineExceeded }), nil)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			works(t, c)
		}
	})
}
