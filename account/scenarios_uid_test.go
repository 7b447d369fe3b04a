package account_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// Scenarios about UIDVALIDITY, UIDNEXT and UIDs.

// UIDNEXT is a bound and no count: what is gone below it is not asked for for ever.
func TestGapBelowUIDNext(t *testing.T) {
	eachScene(t, 300, func(t *testing.T, s *scene) {
		var gone []imap.UID
		for uid := imap.UID(50); uid <= 300; uid++ {
			gone = append(gone, uid)
		}
		s.box.Expunge(gone...)
		s.sync()
		assert.Equal(t, imap.UID(301), s.state().UIDNext)
		sent := s.sent(s.quiet)
		assert.NotContains(t, strings.Join(sent, "\n"), "300", "what is gone is not looked for")
		deliver(s.box, 301)
		assert.Contains(t, s.sync(), "added 301")
	})
}

func TestCutInFirstWindow(t *testing.T) {
	for cut := 300; cut < 60_000; cut += 5309 {
		eachScene(t, 1100, func(t *testing.T, s *scene) {
			s.w.Fault(imaptest.OnSession(1, imaptest.CutAfter{Bytes: cut}), imaptest.OnSession(2, imaptest.CutAfter{Bytes: cut}))
			s.sync()
			s.quiet()
		}, "qresync", "bare")
	}
}

// Servers may send rows in any order. One that is cut off has then sent the larger
// UIDs first.
func TestDescendingRowsCut(t *testing.T) {
	for cut := 700; cut < 16_000; cut += 1511 {
		eachScene(t, 300, func(t *testing.T, s *scene) {
			s.rewrite(backwards())
			s.w.Fault(imaptest.OnSession(1, imaptest.CutAfter{Bytes: cut}), imaptest.OnSession(2, imaptest.CutAfter{Bytes: cut + 1000}))
			s.sync()
			s.quiet()
		}, "qresync", "plain")
	}
}

// backwards has the rows of a FETCH come in the opposite order.
func backwards() func(string) string {
	var rows []string
	return func(r string) string {
		switch {
		case strings.Contains(r, " FETCH (") && strings.HasPrefix(r, "* "):
			rows = append(rows, r)
			return ""
		case strings.Contains(r, "OK FETCH") && len(rows) > 0:
			slices.Reverse(rows)
			r = strings.Join(append(rows, r), "\r\n")
			rows = nil
		}
		return r
	}
}

// "n:*" and, on some servers, "n:4294967295" return the last message even if it is
// older than n.
func TestStarReturnsLast(t *testing.T) {
	eachScene(t, 5, func(t *testing.T, s *scene) {
		noNext := replaceCode("UIDNEXT", "")
		s.rewrite(noNext)
		s.sync()
		s.rewrite(inOrder(noNext, func(r string) string {
			if strings.Contains(r, "OK FETCH") {
				return "* 5 FETCH (UID 5 FLAGS ())\r\n" + r
			}
			return r
		}))
		s.quiet()
		deliver(s.box, 6)
		assert.Equal(t, added(6, 6)+"\nINBOX: synced", s.sync())
		for _, c := range s.w.commands() {
			if strings.HasPrefix(c, "UID ") {
				assert.NotContains(t, c, "*", "the last message is not asked for by that sign")
			}
		}
	}, "qresync", "condstore", "plain", "bare")
}

func TestValidityChangesBetweenPasses(t *testing.T) {
	eachScene(t, 10, func(t *testing.T, s *scene) {
		s.sync()
		s.box.SetUIDValidity(4711)
		s.box.AddFlags(s.box.Messages()[2].UID, imap.FlagSeen)
		log := s.sync()
		assert.Equal(t, 1, strings.Count(log, "reset"))
		assert.Equal(t, 10, strings.Count(log, "added"))
		assert.Zero(t, strings.Count(log, "removed")+strings.Count(log, "flagged"))
		assert.Equal(t, uint32(4711), s.state().UIDValidity)
		s.quiet()
	})
}

// A pass belongs to one UIDVALIDITY.
func TestValidityChangesInPass(t *testing.T) {
	for stop := range 12 {
		eachScene(t, 10, func(t *testing.T, s *scene) {
			n := 0
			for c, err := range s.a.Sync(t.Context(), s.r.From(t), s.r.Options(nil)) {
				if err != nil {
					break // the server may end the session; the next pass goes on
				}
				s.r.Apply(t, c)
				s.r.Commit(t, c)
				if n++; n == stop {
					s.box.SetUIDValidity(4711)
					deliver(s.box, 11)
				}
			}
			time.Sleep(time.Hour)
			s.sync()
			s.quiet()
		}, "qresync", "plain", "bare")
	}
}

// The mailbox was deleted and made anew, and has got the same UIDVALIDITY.
func TestValiditySameUIDNextLower(t *testing.T) {
	eachScene(t, 0, func(t *testing.T, s *scene) {
		user := s.w.User("user")
		s.r = replica.New("Box")
		build := func(n int) {
			box, err := user.Create("Box")
			require.NoError(t, err)
			box.SetUIDValidity(77)
			for i := range n {
				deliver(box, i)
			}
			s.box = box
		}
		build(20)
		s.sync()
		require.NoError(t, user.Delete("Box"))
		build(3)
		log := s.sync()
		assert.Contains(t, log, "reset")
		assert.NotContains(t, log, "flagged")
	}, "qresync", "condstore", "plain", "bare", "no enable")
}

// Without UIDVALIDITY no pass builds upon the last one.
func TestValidityZero(t *testing.T) {
	for name, rewrite := range map[string]func(string) string{
		"zero": replaceCode("UIDVALIDITY", "[UIDVALIDITY 0]"), "missing": replaceCode("UIDVALIDITY", ""),
	} {
		t.Run(name, func(t *testing.T) {
			eachScene(t, 10, func(t *testing.T, s *scene) {
				s.rewrite(rewrite)
				for range 3 {
					s.sync()
					assert.Zero(t, s.state().ModSeq)
					deliver(s.box, 20)
					s.box.AddFlags(2, "$x")
					s.box.Expunge(s.box.Messages()[3].UID)
				}
				s.sync()
			}, "qresync", "condstore", "plain", "bare")
		})
	}
}

// A message that exists and did not come is missing, not gone; it comes later.
func TestOmittedRowExists(t *testing.T) {
	eachScene(t, 10, func(t *testing.T, s *scene) {
		s.rewrite(omit(7))
		require.NoError(t, s.r.Sync(t, s.a, nil))
		assert.Equal(t, "7", s.state().Missing.String())
		assert.Equal(t, 9, s.r.Len())
		require.NoError(t, s.r.Sync(t, s.a, nil))
		assert.Equal(t, 9, s.r.Len())
		s.rewrite(nil)
		assert.Contains(t, s.sync(), "added 7")
		s.rewrite(omit(7)) // and known ones are not gone because a row is left out
		s.quiet()
		assert.Empty(t, s.state().Missing.String())
	})
}

// omit leaves the rows of a message out.
func omit(uid int) func(string) string {
	row := regexp.MustCompile(fmt.Sprintf(`^\* (\d+ FETCH \(UID %d |%[1]d UIDFETCH )`, uid))
	return func(r string) string {
		if row.MatchString(r) {
			return ""
		}
		return r
	}
}

// A server that announces how many messages it deals with at a time says nothing of
// the others.
func TestMessageLimit1000(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newScene(t, "yahoo", 0)
		limit := *levels["yahoo"]
		limit.Capabilities = uidOnly(imaptest.Yahoo().Capabilities, "MESSAGELIMIT=1000")
		s.w = newWorld(t, &limit)
		s.box, s.a = s.w.inbox(2500), s.w.open(t)
		s.sync()
		assert.Equal(t, 2500, s.r.Len())
		s.box.AddFlags(3, imap.FlagSeen)
		s.box.Expunge(1500)
		s.sync()
		s.quiet()
		var shelf shelf
		report, err := s.a.Download(t.Context(), "INBOX", s.state().UIDs, shelf.put, nil)
		require.NoError(t, err)
		assert.Equal(t, int64(2499), report.Done.Len())
		assert.Empty(t, report.Failures)
	})
}

// One added and one removed: the count is the same.
func TestAddAndDeleteEqualCount(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		s.box.Expunge(20)
		deliver(s.box, 21)
		log := s.sync()
		assert.Contains(t, log, "removed 20")
		assert.Contains(t, log, "added 21")
		s.quiet()
	})
}

// A removal is not looked for if counting shows that there is none.
func TestCountArithmeticZero(t *testing.T) {
	eachScene(t, 200, func(t *testing.T, s *scene) {
		s.sync()
		s.box.AddFlags(17, imap.FlagSeen)
		sent := s.sent(func() { s.sync() })
		assert.NotContains(t, strings.Join(sent, "\n"), "SEARCH")
		deliver(s.box, 201)
		sent = s.sent(func() { s.sync() })
		for _, c := range sent {
			if args, ok := strings.CutPrefix(c, "UID SEARCH "); ok {
				assert.NotContains(t, args, "UID 1:", "all of the mailbox")
			}
		}
	}, "qresync", "condstore", "uidonly")
}

func TestFlagBelowUIDNext(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		s.box.AddFlags(3, imap.FlagFlagged)
		assert.Contains(t, s.sync(), `flagged 3 [\Flagged]`)
		s.box.RemoveFlags(3, imap.FlagFlagged)
		assert.Contains(t, s.sync(), "flagged 3 []")
	})
}

// With MAILBOXID, a mailbox that was renamed goes on where it was.
func TestRenameWithMailboxID(t *testing.T) {
	eachScene(t, 0, func(t *testing.T, s *scene) {
		s.renamed()
		log := s.sync()
		assert.Contains(t, log, "Box: renamed to Other")
		assert.NotContains(t, log, "added 1 ")
		assert.Contains(t, log, "added 6 ")
		assert.Equal(t, "Other", s.state().Mailbox)
	}, "qresync", "condstore", "plain")
}

// Without, it is deleted, and the other one new.
func TestRenameWithout(t *testing.T) {
	eachScene(t, 0, func(t *testing.T, s *scene) {
		s.renamed()
		require.NoError(t, s.r.Sync(t, s.a, nil))
		assert.True(t, s.r.Gone)
		s.r = replica.New("Other")
		assert.Equal(t, 6, strings.Count(s.sync(), "added"))
	}, "bare", "no enable")
}

// renamed syncs a mailbox "Box", which is then renamed to "Other" and gets a message.
func (s *scene) renamed() {
	user := s.w.User("user")
	box, err := user.Create("Box")
	require.NoError(s.t, err)
	for i := range 5 {
		deliver(box, i)
	}
	s.r, s.box = replica.New("Box"), box
	s.sync()
	other := s.client()
	require.NoError(s.t, other.Rename(s.t.Context(), "Box", "Other"))
	s.box = user.Mailbox("Other")
	deliver(s.box, 6)
}

// client returns another session, which ends with the test.
func (s *scene) client() *imap.Client {
	c, err := imap.NewClient(s.t.Context(), s.w.Pipe(), &imap.Options{AllowInsecureAuth: true})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = c.Close() })
	require.NoError(s.t, c.Login(s.t.Context(), "user", "password"))
	return c
}

// A LIST that is empty, or lacks INBOX, is no list.
func TestEmptyList(t *testing.T) {
	for name, drop := range map[string]*regexp.Regexp{
		"empty": regexp.MustCompile(`^\* LIST `), "without INBOX": regexp.MustCompile(`^\* LIST .* "?INBOX"?$`),
	} {
		t.Run(name, func(t *testing.T) {
			eachScene(t, 0, func(t *testing.T, s *scene) {
				_, err := s.w.User("user").Create("Box")
				require.NoError(t, err)
				s.r, s.box = replica.New("Box"), s.w.User("user").Mailbox("Box")
				deliver(s.box, 1)
				s.sync()
				s.rewrite(func(r string) string {
					if drop.MatchString(r) {
						return ""
					}
					return r
				})
				s.w.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "EXAMINE", Every: true}, Code: "NONEXISTENT", Text: "no such mailbox"})
				for range 3 {
					assert.ErrorIs(t, s.r.Sync(t, s.a, nil), imap.CodeNonExistent)
				}
				assert.False(t, s.r.Gone)
				assert.Equal(t, 1, s.r.Len())
				s.w.ClearFaults()
				s.rewrite(nil)
				assert.Equal(t, "Box: synced", s.sync())
			}, "qresync", "plain", "bare")
		})
	}
}
