package account_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// Scenarios about mod-sequences and VANISHED.

// HIGHESTMODSEQ is lower than it was: a restored backup, or another replica.
func TestModSeqRegressed(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		s.box.AddFlags(3, imap.FlagFlagged)
		s.rewrite(replaceCode("HIGHESTMODSEQ", "[HIGHESTMODSEQ 1]"))
		assert.Contains(t, s.sync(), "flagged 3")
		assert.Equal(t, uint64(1), s.state().ModSeq)
		s.rewrite(nil)
		s.box.AddFlags(4, imap.FlagFlagged)
		assert.Contains(t, s.sync(), "flagged 4")
	}, "qresync", "condstore", "no enable")
}

// Servers answer a mod-sequence that is still to come with nothing at all.
func TestModSeqInFuture(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		st := s.state()
		future := *st
		future.ModSeq += 1 << 40
		s.box.AddFlags(3, imap.FlagFlagged)
		s.box.Expunge(5)
		for c, err := range s.a.Sync(t.Context(), &future, nil) {
			require.NoError(t, err)
			s.r.Apply(t, c)
			s.r.Commit(t, c)
		}
		s.r.Equal(t, contents(s.box))
		assert.Less(t, s.state().ModSeq, future.ModSeq)
		s.quiet()
	}, "qresync", "condstore", "no enable")
}

// The level is of the mailbox, not of the server.
func TestNoModSeqMailboxAmongOthers(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		box, err := s.w.User("user").Create("Box")
		require.NoError(t, err)
		deliver(box, 1)
		other := &scene{t: t, w: s.w, box: box, a: s.a, r: replica.New("Box")}
		for i := range 3 {
			s.rewrite(nil)
			s.sync()
			if i > 0 {
				assert.NotZero(t, s.state().ModSeq)
			}
			s.rewrite(replaceCode("HIGHESTMODSEQ", "[NOMODSEQ]"))
			other.sync()
			assert.Zero(t, other.state().ModSeq)
			s.box.AddFlags(3, imap.Flag("$"+string(rune('a'+i))))
			box.AddFlags(1, imap.Flag("$"+string(rune('a'+i))))
		}
		assert.Zero(t, s.a.Stats().Demotions, "a mailbox without mod-sequences is no failure of the level")
	}, "qresync", "condstore")
}

// The last message is the one that some servers leave out of VANISHED.
func TestHighestVanished(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		s.box.Expunge(20)
		assert.Contains(t, s.sync(), "removed 20")
		deliver(s.box, 21)
		s.sync()
		s.box.Expunge(21, 19)
		assert.Contains(t, s.sync(), "removed 19,21")
		s.quiet()
	})
}

// VANISHED may name what never existed, or was never seen.
func TestVanishedOfUnknown(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		uid := deliver(s.box, 21)
		s.box.Expunge(uid)
		s.rewrite(func(r string) string {
			return strings.Replace(r, "* VANISHED (EARLIER) ", "* VANISHED (EARLIER) 900:4294967295,", 1)
		})
		s.quiet()
		s.box.Expunge(4)
		assert.Contains(t, s.sync(), "removed 4\n")
	}, "qresync", "uidonly")
}

// VANISHED of everything is contradicted by SEARCH.
func TestVanishedOfAll(t *testing.T) {
	eachScene(t, 600, func(t *testing.T, s *scene) {
		s.sync()
		s.box.Expunge(7)
		s.box.AddFlags(8, imap.FlagSeen)
		s.rewrite(func(r string) string {
			return regexp.MustCompile(`^\* VANISHED \(EARLIER\) .*`).ReplaceAllString(r, "* VANISHED (EARLIER) 1:4294967295")
		})
		log := s.sync()
		assert.Contains(t, log, "removed 7\n")
		assert.Equal(t, int64(1), s.a.Stats().Demotions)
		assert.Equal(t, account.LevelQResync, s.state().Avoid)
		s.rewrite(nil)
		sent := s.sent(s.quiet)
		assert.NotContains(t, strings.Join(sent, "\n"), "QRESYNC (", "the level is given up for some days")
		time.Sleep(8 * 24 * time.Hour)
		sent = s.sent(s.quiet)
		s.box.AddFlags(9, imap.FlagSeen)
		sent = append(sent, s.sent(func() { s.sync() })...)
		assert.Contains(t, strings.Join(sent, "\n"), "QRESYNC (", "and then tried again")
	}, "qresync")
}

// A pass that is cut off does not move the mod-sequence on, whatever it has learned.
func TestVanishedInFetchThenCut(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.sync()
		before := s.state().ModSeq
		for i := range 5 {
			deliver(s.box, 20+i)
		}
		s.box.AddFlags(2, imap.FlagSeen)
		opts := &account.SyncOptions{Items: imap.FetchItems{Envelope: true}}
		a := s.w.open(t, func(cfg *account.Config) { cfg.MaxAttempts = 1 })
		s.w.Fault(imaptest.OnSession(2, imaptest.Unsolicited{Lines: []string{"* VANISHED 3"}}))
		seen := 0
		for c, err := range a.Sync(t.Context(), s.r.From(t), s.r.Options(opts)) {
			if err != nil {
				break
			}
			s.r.Apply(t, c)
			s.r.Commit(t, c)
			if c.Kind == account.Added {
				if seen++; seen == 2 {
					s.box.Expunge(3)
					s.w.Disconnect()
				}
			}
			if c.Kind != account.Synced {
				assert.Equal(t, before, s.state().ModSeq, "after %v", c)
			}
		}
		require.Positive(t, seen)
		time.Sleep(time.Hour)
		s.w.ClearFaults()
		s.sync()
		assert.Greater(t, s.state().ModSeq, before)
		s.quiet()
	}, "qresync")
}

// Rows may have larger mod-sequences than HIGHESTMODSEQ: later ones may be smaller.
func TestRowModSeqAboveCode(t *testing.T) {
	high := regexp.MustCompile(`MODSEQ \(\d+\)`)
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.rewrite(func(r string) string {
			if strings.Contains(r, " FETCH (") {
				return high.ReplaceAllString(r, "MODSEQ (999999)")
			}
			return r
		})
		s.sync()
		for i := range imap.UID(5) {
			s.box.AddFlags(i+1, imap.FlagSeen)
			s.sync()
			assert.Equal(t, s.box.HighestModSeq(), s.state().ModSeq)
		}
	}, "qresync", "condstore", "no enable")
}

// Cyrus and mox never send the code HIGHESTMODSEQ but with SELECT.
func TestNoHighestModSeqCodeEver(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		s.rewrite(func(r string) string {
			if strings.Contains(r, " OK [HIGHESTMODSEQ ") && !strings.HasPrefix(r, "* OK [HIGHESTMODSEQ ") {
				return regexp.MustCompile(`\[HIGHESTMODSEQ \d+\] `).ReplaceAllString(r, "")
			}
			return r
		})
		n := 20
		for range 3 {
			v := watch(t, s.a, s.r, nil, nil)
			for range 10 {
				time.Sleep(time.Minute)
				list := s.box.Messages()
				s.box.AddFlags(list[n%len(list)].UID, imap.FlagFlagged)
				s.box.Expunge(list[(n*7)%len(list)].UID)
				n++
				deliver(s.box, n)
			}
			time.Sleep(time.Minute)
			v.equal(t, s.box)
			v.stop()
			list := s.box.Messages() // while the program does not run
			s.box.Expunge(list[0].UID)
			s.box.AddFlags(list[1].UID, "$Work")
		}
		s.sync()
	}, "qresync", "condstore")
}

// iCloud answers ENABLE with an empty ENABLED: what SELECT says decides.
func TestEnableUnanswered(t *testing.T) {
	for name, by := range map[string]string{"empty": "* ENABLED", "missing": ""} {
		t.Run(name, func(t *testing.T) {
			eachScene(t, 20, func(t *testing.T, s *scene) {
				s.rewrite(func(r string) string {
					if strings.HasPrefix(r, "* ENABLED") {
						return by
					}
					return r
				})
				s.changeAndSync()
				assert.Equal(t, 1, s.w.dials())
			}, "qresync", "condstore")
		})
	}
}

// changeAndSync makes changes between three passes.
func (s *scene) changeAndSync() {
	s.t.Helper()
	for i := range 3 {
		s.sync()
		list := s.box.Messages()
		s.box.AddFlags(list[2*i].UID, imap.FlagFlagged)
		s.box.Expunge(list[2*i+1].UID)
		deliver(s.box, 100+i)
	}
	s.sync()
	s.quiet()
}

// A proxy offers what the server after it does not know: that costs the level, and
// no connection.
func TestBadToVanished(t *testing.T) {
	for _, text := range []string{"Unknown parameter QRESYNC", "syntax error"} {
		eachScene(t, 20, func(t *testing.T, s *scene) {
			s.sync()
			s.w.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "EXAMINE"}, Status: "BAD", Text: text})
			s.box.Expunge(4)
			s.box.AddFlags(5, imap.FlagSeen)
			log := s.sync()
			assert.Contains(t, log, "removed 4")
			assert.Contains(t, log, "flagged 5")
			s.changeAndSync()
			assert.Equal(t, 1, s.w.dials())
			assert.Equal(t, int64(1), s.a.Stats().Demotions)
		}, "qresync")
	}
}

// A message that a pass brought before it was interrupted is known, and its flags
// change before the next pass.
func TestFlaggedAfterInterruptedPass(t *testing.T) {
	eachScene(t, 20, func(t *testing.T, s *scene) {
		opts := &account.SyncOptions{Items: imap.FetchItems{Envelope: true}}
		require.NoError(t, s.r.Sync(t, s.a, opts))
		deliver(s.box, 21)
		deliver(s.box, 22)
		for c, err := range s.a.Sync(t.Context(), s.state(), s.r.Options(opts)) {
			require.NoError(t, err)
			s.r.Apply(t, c)
			s.r.Commit(t, c)
			if c.Kind == account.Added {
				break
			}
		}
		s.box.AddFlags(21, imap.FlagSeen)
		s.box.AddFlags(3, imap.FlagFlagged)
		require.NoError(t, s.r.Sync(t, s.a, opts))
		s.r.Equal(t, contents(s.box))
	})
}
