package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// job is an account to be watched.
type job struct {
	URL       string   `json:"url"`
	Password  string   `json:"password"`            // the environment variable that has it
	Mailboxes []string `json:"mailboxes,omitempty"` // none: INBOX
}

// worker serves accounts.
type worker struct {
	*fleet
	leases  *leases
	options imap.Options
	secret  func(name string) string // of a job's password
	log     *slog.Logger
	serving func(account string, on bool) // for tests

	mu    sync.Mutex
	mine  map[string]bool
	group sync.WaitGroup
}

// run takes accounts that no worker has, and serves them, until ctx ends. It then
// gives them back.
func (w *worker) run(ctx context.Context) error {
	w.mine = map[string]bool{}
	defer w.group.Wait()
	for {
		if err := w.claim(ctx); err != nil && ctx.Err() == nil {
			w.log.Warn("looking for accounts", "error", err)
		}
		// workers with less to do look more often
		w.mu.Lock()
		wait := w.leases.valid/8 + time.Duration(len(w.mine))*time.Millisecond
		w.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

// atOnce is how many accounts a worker takes before it gives others their turn.
const atOnce = 4

// claim tries to get the leases of accounts, in random order.
func (w *worker) claim(ctx context.Context) error {
	names, err := w.accounts.Keys(ctx)
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return nil
	}
	if err != nil {
		return err
	}
	rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	taken := 0
	for _, name := range names {
		if w.has(name) || taken == atOnce {
			continue
		}
		le, err := w.leases.acquire(ctx, name)
		if err != nil {
			return err
		}
		if le != nil {
			taken++
			w.set(name, true)
			w.group.Go(func() { w.serve(ctx, le) })
		}
	}
	return nil
}

func (w *worker) has(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mine[name]
}

func (w *worker) set(name string, on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if on {
		w.mine[name] = true
	} else {
		delete(w.mine, name)
	}
}

// serve watches an account as long as its lease is kept.
func (w *worker) serve(ctx context.Context, le *lease) {
	defer w.set(le.account, false)
	ctx2, stop := context.WithCancel(ctx)
	var kept sync.WaitGroup
	kept.Go(func() {
		defer stop()
		le.keep(ctx2)
	})
	w.serving(le.account, true)
	if err := w.watch(ctx2, le.account); err != nil && ctx2.Err() == nil {
		w.log.Warn("account", "name", le.account, "error", err)
		time.Sleep(w.leases.valid / 4) // before it is taken again
	}
	w.serving(le.account, false)
	stop()
	kept.Wait()
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := le.release(limit); err != nil {
		w.log.Info("lease not given back: it ends by itself", "name", le.account, "error", err)
	}
}

// watch publishes what is new in an account, until ctx ends.
func (w *worker) watch(ctx context.Context, name string) error {
	entry, err := w.accounts.Get(ctx, name)
	if err != nil {
		return err
	}
	var j job
	if err := json.Unmarshal(entry.Value(), &j); err != nil {
		return err
	}
	acc, err := account.Open(ctx, account.Config{URL: j.URL, Credentials: account.Password(w.secret(j.Password)), Client: w.options, Lazy: true, Logger: w.log})
	if err != nil {
		return err
	}
	defer acc.Close()
	from, err := w.load(ctx, name, j.Mailboxes)
	if err != nil {
		return err
	}
	opts := &account.WatchOptions{FromNow: true, SyncOptions: account.SyncOptions{Items: imap.FetchItems{Envelope: true}}}
	for c, err := range acc.Watch(ctx, from, opts) {
		if err != nil {
			return err
		}
		if err := w.record(ctx, name, c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// key returns the name of an entry: NATS allows few characters.
func key(parts ...string) string {
	for i, p := range parts {
		parts[i] = fmt.Sprintf("%x", p)
	}
	return strings.Join(parts, ".")
}

// load returns where the mailboxes were left.
func (w *worker) load(ctx context.Context, name string, mailboxes []string) ([]*account.State, error) {
	if len(mailboxes) == 0 {
		mailboxes = []string{"INBOX"}
	}
	var from []*account.State
	for _, m := range mailboxes {
		st := &account.State{Mailbox: m}
		entry, err := w.states.Get(ctx, key(name, m))
		switch {
		case errors.Is(err, jetstream.ErrKeyNotFound):
		case err != nil:
			return nil, err
		default:
			if err := json.Unmarshal(entry.Value(), st); err != nil {
				return nil, err
			}
		}
		from = append(from, st)
	}
	return from, nil
}

// event is what is published for a new message.
type event struct {
	Account, Mailbox string
	UID              imap.UID
	Subject          string
}

// record publishes a change and then stores the State after it.
func (w *worker) record(ctx context.Context, name string, c *account.Change) error {
	switch c.Kind {
	case account.Gap:
		return nil
	case account.Added:
		st := c.State()
		data, err := json.Marshal(event{name, c.Mailbox, c.Message.UID, c.Message.Envelope.Subject})
		if err != nil {
			return err
		}
		id := key(name, c.Mailbox) + fmt.Sprintf(".%d.%d", st.UIDValidity, c.Message.UID)
		msg := &nats.Msg{Subject: "mail.added." + key(name), Data: data}
		if _, err := w.js.PublishMsg(ctx, msg, jetstream.WithMsgID(id)); err != nil {
			return err
		}
	}
	data, err := json.Marshal(c.State())
	if err != nil {
		return err
	}
	_, err = w.states.Put(ctx, key(name, c.Mailbox), data)
	return err
}
