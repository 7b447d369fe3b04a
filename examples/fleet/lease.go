package main

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// leases are who serves which account.
type leases struct {
	kv     jetstream.KeyValue // its entries end by themselves after valid
	worker string
	valid  time.Duration
}

// lease is the right to serve an account.
type lease struct {
	l        *leases
	account  string
	revision uint64
	renewed  time.Time // when the last renewal was asked for
}

// acquire returns the lease of an account, and nil if another worker has it.
func (l *leases) acquire(ctx context.Context, account string) (*lease, error) {
	now := time.Now()
	revision, err := l.kv.Create(ctx, account, []byte(l.worker))
	if errors.Is(err, jetstream.ErrKeyExists) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &lease{l, account, revision, now}, nil
}

// keep renews the lease until ctx ends, which gives it back, or until it can't be
// renewed. It returns while the lease is still valid, by a quarter of its time.
func (le *lease) keep(ctx context.Context) {
	tick := time.NewTicker(le.l.valid / 4)
	defer tick.Stop()
	for time.Since(le.renewed) < le.l.valid*3/4 {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		limit, cancel := context.WithDeadline(ctx, le.renewed.Add(le.l.valid*3/4))
		revision, err := le.l.kv.Update(limit, le.account, []byte(le.l.worker), le.revision)
		cancel()
		if err == nil {
			le.revision, le.renewed = revision, now
		} else if errors.Is(err, jetstream.ErrKeyExists) {
			return // another has it
		}
	}
}

// release gives the lease back.
func (le *lease) release(ctx context.Context) error {
	return le.l.kv.Delete(ctx, le.account, jetstream.LastRevision(le.revision))
}
