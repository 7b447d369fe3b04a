package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

const (
	accounts = 20
	valid    = 2 * time.Second
)

// span is a time in which a worker served an account; a zero end: it still does.
type span struct {
	worker     string
	begin, end time.Time
}

// book notes who serves which account.
type book struct {
	mu    sync.Mutex
	spans map[string][]*span
}

func (b *book) note(worker, account string, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if on {
		b.spans[account] = append(b.spans[account], &span{worker: worker, begin: time.Now()})
		return
	}
	for _, s := range b.spans[account] {
		if s.worker == worker && s.end.IsZero() {
			s.end = time.Now()
		}
	}
}

// served returns how many accounts are served now, by workers other than one.
func (b *book) served(without string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, spans := range b.spans {
		if last := spans[len(spans)-1]; last.end.IsZero() && last.worker != without {
			n++
		}
	}
	return n
}

// TestOneOfTwoWorkersIsCutOff has two workers serve twenty accounts. One of them loses
// its connection to NATS, and is not told. No account may be served by both at any time,
// and none by neither for much longer than a lease; no message is announced twice, and
// none is not.
func TestOneOfTwoWorkersIsCutOff(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	hub, err := embedded(t.TempDir(), -1)
	require.NoError(t, err)
	defer hub.Shutdown()
	b := &book{spans: map[string][]*span{}}
	start := func(name string) (*fleet, func()) {
		f, err := connect(t.Context(), hub.ClientURL(), valid)
		require.NoError(t, err)
		w := f.worker(name, slog.New(slog.DiscardHandler))
		w.options = imap.Options{TLSConfig: srv.TLSConfig()}
		w.secret = func(string) string { return "secret" }
		w.serving = func(account string, on bool) { b.note(name, account, on) }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = w.run(ctx)
		}()
		return f, func() {
			cancel()
			<-done
			f.nc.Close()
		}
	}
	one, stopOne := start("one")
	for i := range accounts {
		name := fmt.Sprintf("user%d", i)
		require.NoError(t, srv.AddUser(imaptest.Account{Name: name, Password: "secret"}))
		data, err := json.Marshal(job{URL: "imaps://" + name + "@" + srv.TLSAddr()})
		require.NoError(t, err)
		_, err = one.accounts.Put(t.Context(), name, data)
		require.NoError(t, err)
	}
	two, stopTwo := start("two")
	defer stopTwo()
	require.Eventually(t, func() bool { return b.served("") == accounts }, 20*time.Second, 20*time.Millisecond)
	require.Less(t, b.served("one"), accounts, "worker one has some")
	time.Sleep(valid)
	deliver := func(subject string) {
		for i := range accounts {
			srv.User(fmt.Sprintf("user%d", i)).Mailbox("INBOX").Deliver([]byte("Subject: " + subject + "\r\n\r\ntext\r\n"))
		}
	}
	deliver("before")
	time.Sleep(time.Second)

	one.nc.Close() // it is cut off, and goes on as if nothing were
	lost := time.Now()
	deliver("meanwhile")
	require.Eventually(t, func() bool { return b.served("one") == accounts }, 3*valid, 20*time.Millisecond)
	t.Logf("all %d accounts are served by the other worker after %v, with leases of %v", accounts, time.Since(lost).Round(time.Millisecond), valid)
	deliver("after")
	time.Sleep(time.Second)
	stopOne()
	b.check(t)
	checkEvents(t, two.js)
}

// check looks for times in which an account was served twice, or by no worker for too
// long.
func (b *book) check(t *testing.T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, spans := range b.spans {
		slices.SortFunc(spans, func(x, y *span) int { return x.begin.Compare(y.begin) })
		for i := 1; i < len(spans); i++ {
			gap := spans[i].begin.Sub(spans[i-1].end)
			assert.False(t, spans[i-1].end.IsZero() || gap < 0, "%s was served twice", name)
			assert.Less(t, gap, valid*3/2, "%s was not served", name)
		}
	}
}

// checkEvents checks that each message was announced once.
func checkEvents(t *testing.T, js jetstream.JetStream) {
	stream, err := js.Stream(t.Context(), "mail")
	require.NoError(t, err)
	cons, err := stream.CreateConsumer(t.Context(), jetstream.ConsumerConfig{AckPolicy: jetstream.AckNonePolicy})
	require.NoError(t, err)
	batch, err := cons.FetchNoWait(10_000)
	require.NoError(t, err)
	count := map[event]int{}
	for msg := range batch.Messages() {
		var e event
		require.NoError(t, json.Unmarshal(msg.Data(), &e))
		count[e]++
	}
	assert.Len(t, count, 3*accounts)
	for e, n := range count {
		assert.Equal(t, 1, n, "%v", e)
	}
}
