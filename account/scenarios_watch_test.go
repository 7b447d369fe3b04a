package account_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// Scenarios about unsolicited responses, IDLE and operations.

// watching starts a Watch and waits until it is in step.
func (s *scene) watching() *watched {
	v := watch(s.t, s.a, s.r, nil, nil)
	time.Sleep(time.Minute)
	v.equal(s.t, s.box)
	return v
}

// since returns what was yielded after the first n lines.
func (v *watched) since(n int) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Join(v.Log[n:], "\n")
}

func (v *watched) lines() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.Log)
}

// inject has the server send lines once, before its next response.
func (s *scene) inject(lines ...string) {
	var once sync.Once
	s.rewrite(func(r string) string {
		once.Do(func() { r = strings.Join(append(lines, r), "\r\n") })
		return r
	})
}

// \Recent comes and goes by itself.
func TestRecentOnlyRow(t *testing.T) {
	eachScene(t, 5, func(t *testing.T, s *scene) {
		v := s.watching()
		n := v.lines()
		s.inject(`* 2 FETCH (FLAGS (\Recent))`, `* 3 FETCH (UID 3 FLAGS (\Recent))`)
		deliver(s.box, 6)
		time.Sleep(time.Minute)
		v.equal(t, s.box)
		assert.NotContains(t, v.since(n), "flagged")
	}, "qresync", "condstore", "plain", "bare")
}

// A message that comes at any instant between connecting and IDLE is reported
// soon: EXISTS may be within the answer to SELECT, between commands, before the
// server is in IDLE, or after.
func TestExistsAtAnyInstant(t *testing.T) {
	for step := range 22 {
		after, fromNow := time.Duration(step)*90*time.Millisecond, step%2 == 1
		eachScene(t, 3, func(t *testing.T, s *scene) {
			s.w.Fault(imaptest.Delay{Each: 40 * time.Millisecond})
			v := watch(t, s.a, s.r, &account.WatchOptions{FromNow: fromNow}, nil)
			time.Sleep(after)
			uid := deliver(s.box, 4)
			s.box.AddFlags(1, imap.FlagSeen)
			time.Sleep(time.Minute)
			if fromNow { // a message may be taken for one that was there before
				uid = deliver(s.box, 5)
				time.Sleep(time.Second)
				require.False(t, v.added(uid).IsZero())
				return
			}
			require.False(t, v.added(uid).IsZero())
			v.equal(t, s.box)
		}, "qresync", "plain", "uidonly")
	}
}

// EXPUNGE may come during UID commands, and may be a lie: the message exists.
func TestExpungeDuringUIDSearch(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		s.box.Expunge(4)
		deliver(s.box, 21)
		var once sync.Once
		s.rewrite(func(r string) string {
			if strings.HasPrefix(r, "* SEARCH") || strings.HasPrefix(r, "* ESEARCH") {
				once.Do(func() { r = "* 2 EXPUNGE\r\n" + r })
			}
			return r
		})
		log := s.sync()
		assert.Contains(t, log, "removed 4")
		assert.NotContains(t, log, "removed 2")
		s.rewrite(nil)
		s.quiet()
	}, "condstore", "plain", "bare")
}

// A number that cannot be costs a comparison, and nothing else.
func TestExpungeOutOfRange(t *testing.T) {
	for _, line := range []string{"* 999 EXPUNGE", "* 4294967295 EXPUNGE", "* 0 EXPUNGE", "* 999 FETCH (FLAGS (\\Seen))", "* VANISHED 4294967295"} {
		eachScene(t, 5, func(t *testing.T, s *scene) {
			v := s.watching()
			n := v.lines()
			s.inject(line)
			deliver(s.box, 6)
			time.Sleep(15 * time.Minute)
			v.equal(t, s.box)
			assert.NotContains(t, v.since(n), "removed", line)
		}, "qresync", "condstore", "plain", "bare")
	}
}

// STATUS of the mailbox that a session has selected is as old as the session's view.
func TestStatusFrozenWhileSelected(t *testing.T) {
	eachScene(t, 1, func(t *testing.T, s *scene) {
		s.w.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "NOTIFY", Every: true}, Status: "BAD"}) // else there is no STATUS
		names := []string{"INBOX", "A", "B", "C", "D"}
		var from []*account.State
		for _, name := range names {
			if name != "INBOX" {
				_, err := s.w.User("user").Create(name)
				require.NoError(t, err)
			}
			from = append(from, &account.State{Mailbox: name})
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, err := range s.a.Watch(ctx, from, nil) {
				assert.NoError(t, err)
			}
		}()
		for i := range 20 {
			time.Sleep(time.Minute)
			deliver(s.w.User("user").Mailbox(names[i%len(names)]), i)
		}
		cancel()
		<-done
		asked := 0
		for _, session := range s.w.Transcript() {
			asked += statusOfOthers(t, session)
		}
		assert.Positive(t, asked)
	}, "plain", "bare")
}

// statusOfOthers checks that STATUS is never of the mailbox that is selected, and
// returns how many there are.
func statusOfOthers(t *testing.T, session string) (n int) {
	selected := ""
	for line := range strings.Lines(session) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "C:" {
			continue
		}
		switch fields[2] {
		case "SELECT", "EXAMINE":
			selected = fields[3]
		case "UNSELECT", "CLOSE":
			selected = ""
		case "STATUS":
			n++
			assert.NotEqual(t, selected, fields[3], "in the session\n%s", session)
		}
	}
	return n
}

// nearby is a connection into which a test puts what the server did not send.
type nearby struct {
	net.Conn
	mu  sync.Mutex
	out *io.PipeWriter
	in  *io.PipeReader
}

func newNearby(c net.Conn) *nearby {
	n := &nearby{Conn: c}
	n.in, n.out = io.Pipe()
	go func() {
		buf := make([]byte, 4096)
		for {
			k, err := c.Read(buf)
			if k > 0 {
				n.put(string(buf[:k]))
			}
			if err != nil {
				n.out.CloseWithError(err)
				return
			}
		}
	}()
	return n
}

func (n *nearby) put(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, _ = io.WriteString(n.out, text)
}

func (n *nearby) Read(p []byte) (int, error) { return n.in.Read(p) }

func (n *nearby) Close() error {
	n.in.CloseWithError(net.ErrClosed)
	return n.Conn.Close()
}

func (n *nearby) SetReadDeadline(time.Time) error { return nil }

func (n *nearby) SetDeadline(t time.Time) error { return n.Conn.SetWriteDeadline(t) }

// Dovecot says "Still here" in IDLE every two minutes. That is life, and no event.
func TestStillHereKeepsAlive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var line *nearby
		s := newScene(t, "qresync", 5, func(cfg *account.Config) {
			dial := cfg.Client.Dial
			cfg.Client.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dial(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				line = newNearby(c)
				return line, nil
			}
		})
		v := s.watching()
		n, before := v.lines(), s.w.count("UID")
		for range 100 {
			time.Sleep(2*time.Minute - 7*time.Second)
			line.put("* OK Still here\r\n")
		}
		assert.Empty(t, v.outages())
		assert.Equal(t, 1, s.w.dials())
		assert.Empty(t, v.since(n))
		assert.Equal(t, before, s.w.count("UID"), "nothing is looked into")
		uid := deliver(s.box, 6)
		time.Sleep(time.Second)
		assert.False(t, v.added(uid).IsZero())
		v.stop()
	})
}

// A program that makes changes itself, and applies what Apply returns to its index,
// does not get them as changes of others.
func TestStoreEcho(t *testing.T) {
	eachScene(t, 5, func(t *testing.T, s *scene) {
		s.r.Known = true
		s.sync()
		res, err := s.a.Apply(t.Context(), "INBOX", account.Op{Kind: account.OpFlags, UIDs: imap.UIDRange(2, 3), Add: []imap.Flag{imap.FlagSeen}})
		require.NoError(t, err)
		require.Len(t, res[0].Messages, 2)
		for _, m := range res[0].Messages {
			s.r.SetFlags(m.UID, m.Flags)
		}
		s.quiet()
	})
}

// A MOVE of which the server has done a part: no message is lost, and none is there
// twice.
func TestMoveCutHalf(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"MOVE": nil, "COPY and EXPUNGE": {"MOVE"}} {
		t.Run(name, func(t *testing.T) {
			for cut := 1500; cut < 2300; cut += 23 {
				bubble(t, func(t *testing.T) { everyCut(t, without, account.OpMove, cut) })
			}
		})
	}
}

// What others have marked as deleted is theirs to expunge.
func TestForeignDeletedSurvives(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"all": nil, "no MOVE": {"MOVE"}, "no UIDPLUS": {"UIDPLUS"}, "neither": {"UIDPLUS", "MOVE"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, &imaptest.Options{Without: without})
				box := w.inbox(6)
				_, err := w.User("user").Create("Archive")
				require.NoError(t, err)
				box.AddFlags(5, imap.FlagDeleted)
				_, err = w.open(t).Apply(t.Context(), "INBOX",
					account.Op{Kind: account.OpExpunge, UIDs: imap.UIDs(1)},
					account.Op{Kind: account.OpMove, UIDs: imap.UIDs(2), To: "Archive"},
					account.Op{Kind: account.OpFlags, UIDs: imap.UIDs(3), Add: []imap.Flag{imap.FlagDeleted}})
				require.NoError(t, err)
				_, there := box.Message(5)
				assert.True(t, there)
				for _, c := range w.commands() {
					assert.NotContains(t, []string{"EXPUNGE", "CLOSE"}, strings.TrimSpace(c))
				}
			})
		})
	}
}

// Gmail refuses a connection too many as if the password were wrong.
func TestGmailTooManyAsAuth(t *testing.T) {
	for _, text := range []string{"Too many simultaneous connections. (Failure)", "Invalid credentials (Failure)"} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, nil)
			for n := 3; n <= 5; n++ {
				w.Fault(imaptest.OnSession(n, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", Every: true}, Code: "AUTHENTICATIONFAILED", Text: text}))
			}
			a := w.open(t, maxConns(5))
			together(t, a, 2)
			together(t, a, 5) // without an error
			assert.Equal(t, 2, a.Stats().Limit)
		})
	}
}

// A token that expires while the connection is in IDLE costs one login, with a new one.
func TestTokenExpiresInIdle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var tokens atomic.Int32
		s := newScene(t, "qresync", 0, func(cfg *account.Config) {
			cfg.URL = "imap://oauth@server.test"
			cfg.Credentials = account.Token(func(context.Context, account.Attempt) (string, error) {
				tokens.Add(1)
				return "token", nil
			})
		})
		require.NoError(t, s.w.AddUser(imaptest.Account{Name: "oauth", Password: "x", Token: "token"}))
		s.box = s.w.User("oauth").Mailbox("INBOX")
		v := s.watching()
		require.EqualValues(t, 1, tokens.Load())
		time.Sleep(time.Hour)
		s.rewrite(func(r string) string {
			if strings.HasSuffix(r, " EXISTS") {
				return "* BYE Session invalidated - AccessTokenExpired"
			}
			return r
		})
		uid := deliver(s.box, 1)
		s.w.Disconnect()
		s.rewrite(nil)
		start := time.Now()
		time.Sleep(time.Minute)
		assert.EqualValues(t, 2, tokens.Load())
		assert.Equal(t, 2, s.w.dials())
		assert.LessOrEqual(t, v.added(uid).Sub(start), 5*time.Second)
		v.equal(t, s.box)
	})
}

// A Watch that does not know the older messages cannot count. It finds a message that
// came within the answer to a later SELECT all the same.
func TestExistsWithinSelectFromNow(t *testing.T) {
	for step := range 20 {
		eachScene(t, 3, func(t *testing.T, s *scene) {
			v := watch(t, s.a, s.r, &account.WatchOptions{FromNow: true}, nil)
			time.Sleep(time.Minute)
			s.w.Fault(imaptest.OnSession(2, imaptest.Delay{Each: 40 * time.Millisecond}))
			s.w.Disconnect()
			time.Sleep(time.Duration(step) * 120 * time.Millisecond)
			uid := deliver(s.box, 4)
			time.Sleep(time.Minute)
			require.False(t, v.added(uid).IsZero())
		}, "qresync", "plain")
	}
}
