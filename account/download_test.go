package account_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// library delivers n messages of different sizes and returns their digests.
func library(box *imaptest.Mailbox, n, size int) map[imap.UID][32]byte {
	sums := map[imap.UID][32]byte{}
	for i := range n {
		raw := imaptest.CRLF(fmt.Sprintf("Subject: %d\n\n%s", i, strings.Repeat(fmt.Sprintf("line of message %d\n", i), 1+size*(i%7)/20)))
		sums[box.Deliver([]byte(raw))] = sha256.Sum256([]byte(raw))
	}
	return sums
}

// shelf is a sink that keeps digests.
type shelf struct {
	sums  map[imap.UID][32]byte
	times map[imap.UID]int
}

func (s *shelf) put(b *imap.Body) error {
	h := sha256.New()
	if _, err := io.Copy(h, b); err != nil {
		return err
	}
	if s.sums == nil {
		s.sums, s.times = map[imap.UID][32]byte{}, map[imap.UID]int{}
	}
	s.sums[b.Message.UID] = [32]byte(h.Sum(nil))
	s.times[b.Message.UID]++
	return nil
}

func TestDownloadSurvivesCuts(t *testing.T) {
	for seed := range 12 {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, nil)
			sums := library(w.inbox(0), 300, 2000)
			for n := 1; n < 8; n++ {
				w.Fault(imaptest.OnSession(n, imaptest.CutAfter{Bytes: 20_000 + 37_777*(seed+n)}))
			}
			var s shelf
			a := w.open(t, func(cfg *account.Config) { cfg.MaxWait = time.Hour })
			report, err := a.Download(t.Context(), "INBOX", imap.UIDRange(1, 400), s.put, &account.DownloadOptions{Batch: 100_000})
			require.NoError(t, err)
			assert.Equal(t, sums, s.sums)
			assert.Equal(t, "1:300", report.Done.String())
			assert.Equal(t, "301:400", report.Gone.String())
			assert.Empty(t, report.Failures)
			assert.Positive(t, report.Lost)
		})
	}
}

// A large message that is cut off goes on at the octet at which it was: sink reads it
// once.
func TestDownloadGoesOnWithinAMessage(t *testing.T) {
	for _, conns := range []int{1, 3} {
		for seed := range 4 {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, nil)
				box := w.inbox(0)
				sums := library(box, 3, 1000)
				big := []byte("Subject: big\r\n\r\n" + strings.Repeat("0123456789abcdef\r\n", 150_000))
				sums[box.Deliver(big)] = sha256.Sum256(big)
				for n := 1; n < 6; n++ {
					w.Fault(imaptest.OnSession(n, imaptest.CutAfter{Bytes: 300_000 + 77_777*((n+seed)%5)}))
				}
				a := w.open(t, maxConns(conns), func(cfg *account.Config) { cfg.MaxWait = time.Hour })
				begun := 0
				var s shelf
				report, err := a.Download(t.Context(), "INBOX", imap.UIDRange(1, 10), func(b *imap.Body) error {
					if b.Message.UID == 4 {
						begun++
					}
					return s.put(b)
				}, nil)
				require.NoError(t, err)
				assert.Equal(t, sums, s.sums)
				assert.Equal(t, 1, begun)
				assert.Equal(t, "1:4", report.Done.String())
				assert.Positive(t, report.Lost)
				assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
			})
		}
	}
}

// Messages are asked for in few requests, never one by one.
func TestDownloadAsksInFewRequests(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		sums := library(w.inbox(0), 1200, 100)
		var s shelf
		report, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 1200), s.put, nil)
		require.NoError(t, err)
		assert.Equal(t, sums, s.sums)
		assert.LessOrEqual(t, report.Requests, 4)
		assert.Equal(t, 1, w.dials())
		assert.Zero(t, w.count("COMPRESS"), "over a fast link")
	})
}

// without returns a fault that leaves out a row, and has the FETCH end in NO if that
// is given.
func without(uid int, no string) imaptest.Fault {
	left := false
	row := fmt.Sprintf("FETCH (UID %d ", uid)
	return imaptest.Rewrite{With: func(r string) string {
		switch {
		case strings.Contains(r, row) && strings.Contains(r, "BODY"):
			left = true
			return ""
		case left && no != "" && strings.Contains(r, " OK FETCH"):
			left = false
			return strings.Replace(r, "OK FETCH completed", "NO "+no, 1)
		}
		return r
	}}
}

func TestDownloadReportsWhatDidNotCome(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{without(7, "")}})
		library(w.inbox(0), 20, 100)
		w.inbox(0).Expunge(3)
		var s shelf
		report, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 20), s.put, nil)
		require.NoError(t, err)
		assert.Equal(t, "3", report.Gone.String())
		require.Len(t, report.Failures, 1)
		assert.Equal(t, imap.UID(7), report.Failures[0].UID)
		assert.Equal(t, int64(18), report.Done.Len())
	})
}

func TestDownloadOfARefusedMessageCostsOneMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{without(5, "Some messages could not be FETCHed (Failure)")}})
		library(w.inbox(0), 16, 100)
		var s shelf
		report, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 16), s.put, nil)
		require.NoError(t, err)
		assert.Equal(t, "1:4,6:16", report.Done.String())
		require.Len(t, report.Failures, 1)
		assert.ErrorContains(t, report.Failures[0].Err, "could not be FETCHed")
		for uid, n := range s.times {
			assert.Equal(t, 1, n, "message %d", uid)
		}
	})
}

// Gmail's "OK Success [THROTTLED]" asks for less at a time.
func TestDownloadIsSlowerAfterThrottled(t *testing.T) {
	for text, atOnce := range map[string]int{"OK FETCH completed": 2, "OK Success [THROTTLED]": 1} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Rewrite{With: func(r string) string {
				return strings.Replace(r, "OK FETCH completed", text, 1)
			}}}})
			library(w.inbox(0), 100, 20_000)
			var running inFlight
			a := w.open(t, func(cfg *account.Config) { cfg.Tracer = &running })
			var s shelf
			report, err := a.Download(t.Context(), "INBOX", imap.UIDRange(1, 100), s.put, &account.DownloadOptions{Batch: 500_000})
			require.NoError(t, err)
			require.Greater(t, report.Requests, 5)
			assert.Equal(t, atOnce, running.most, "requests in flight after %s", text)
		})
	}
}

// inFlight is a Tracer that counts commands.
type inFlight struct {
	mu        sync.Mutex
	now, most int
}

func (f *inFlight) Start(ctx context.Context, _ account.Operation) context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now++
	f.most = max(f.most, f.now)
	return ctx
}

func (f *inFlight) End(context.Context, account.Operation, account.Outcome) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now--
}

func TestDownloadEndsWithTheSink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		library(w.inbox(0), 50, 100)
		full := errors.New("disk full")
		n := 0
		report, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 50), func(*imap.Body) error {
			if n++; n == 10 {
				return full
			}
			return nil
		}, nil)
		assert.ErrorIs(t, err, full)
		assert.Equal(t, int64(9), report.Done.Len())
		assert.Equal(t, 10, n)
	})
}

func TestDownloadOfVoidUIDs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		library(w.inbox(0), 5, 100)
		_, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 5), new(shelf).put, &account.DownloadOptions{UIDValidity: 77})
		assert.ErrorIs(t, err, account.ErrUIDValidity)
		assert.Zero(t, w.count("UID FETCH"))
	})
}

func TestDownloadCompressesASlowLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		sums := library(w.inbox(0), 200, 50_000)
		w.Fault(imaptest.Throttle{BytesPerSecond: 1 << 20})
		var s shelf
		_, err := w.open(t).Download(t.Context(), "INBOX", imap.UIDRange(1, 200), s.put, nil)
		require.NoError(t, err)
		assert.Equal(t, sums, s.sums)
		assert.Equal(t, 1, w.count("COMPRESS"))
	})
}
