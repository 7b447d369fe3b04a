package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// pass brings all mailboxes in step once. What goes wrong with one of them does not
// keep it from the others; their errors are joined.
func (m *mirror) pass(ctx context.Context) error {
	if err := m.checkMarker(); err != nil {
		return err
	}
	boxes, err := m.list(ctx)
	if err != nil {
		return err
	}
	made, err := m.create(ctx)
	if err != nil {
		return err
	}
	boxes = append(boxes, made...)
	var errs []error
	each := func(what string, f func(*box) error) {
		for _, b := range boxes {
			if ctx.Err() == nil {
				if err := f(b); err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %w", b.name, what, err))
				}
			}
		}
	}
	failed := map[*box]bool{} // what was not compared is not changed
	each("receiving changes", func(b *box) error {
		err := m.join(b)
		if err == nil {
			err = m.down(ctx, b)
		}
		failed[b] = err != nil
		return err
	})
	unless := func(f func(*box) error) func(*box) error {
		return func(b *box) error {
			if failed[b] {
				return nil
			}
			return f(b)
		}
	}
	each("removing files", m.unlink)
	each("looking at files", unless(m.reconcile))
	each("sending messages", unless(func(b *box) error { return m.send(ctx, b, true) }))
	each("sending changes", unless(func(b *box) error { return m.send(ctx, b, false) }))
	each("downloading", unless(func(b *box) error { return m.bodies(ctx, b) }))
	each("removing files", m.unlink)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(errs...)
}

// list returns the mailboxes of the server. The one that shows all messages of the
// others is left out.
func (m *mirror) list(ctx context.Context) ([]*box, error) {
	infos, err := m.acc.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	var boxes []*box
	for _, info := range infos {
		if info.HasAttr(imap.AttrNoSelect) || info.HasAttr(imap.AttrNonExistent) || info.HasAttr(imap.AttrAll) {
			continue
		}
		b, err := m.box(info.Mailbox)
		if err != nil {
			return nil, err
		}
		boxes = append(boxes, b)
		if info.HasAttr(imap.AttrTrash) && !m.noTrash {
			m.trash = info.Mailbox
		}
	}
	return boxes, nil
}

// run makes passes until ctx ends: when something changes on the server, and from
// time to time because of changes here.
func (m *mirror) run(ctx context.Context, every <-chan struct{}) error {
	for {
		if err := m.pass(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			m.logf("%v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every:
		}
	}
}

// news sends on wake when something changes on the server.
func (m *mirror) news(ctx context.Context, wake chan<- struct{}) {
	boxes, err := m.boxes()
	if err != nil {
		m.logf("%v", err)
		return
	}
	var from []*account.State
	for _, b := range boxes {
		from = append(from, &account.State{Mailbox: b.name})
	}
	for c, err := range m.acc.Watch(ctx, from, &account.WatchOptions{FromNow: true}) {
		if err != nil {
			m.logf("%v", err)
			continue
		}
		if c.Kind == account.Gap {
			m.logf("%v", c)
		}
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}
