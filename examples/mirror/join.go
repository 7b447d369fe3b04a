package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
)

// join looks at the files of a mailbox that is mirrored for the first time: the database
// may have been lost. They are not uploaded before all messages of the server have come,
// and those that are equal to one of them are that message.
func (m *mirror) join(b *box) error {
	if b.state.UIDValidity != 0 || b.made {
		return nil
	}
	files, err := scan(b.dir)
	if err != nil || len(files) == 0 {
		return err
	}
	var already int
	if err := m.db.QueryRow(`SELECT count(*) FROM joining WHERE mailbox = ?`, b.id).Scan(&already); err != nil || already > 0 {
		return err
	}
	return m.tx(func(tx *sql.Tx) error {
		for base, f := range files {
			digest, err := digestOf(f.path)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO uploaded (mailbox, digest, base) VALUES (?, ?, ?)`, b.id, digest, base); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO joining (mailbox) VALUES (?)`, b.id)
		return err
	})
}

// joined makes the files that no message is equal to into additions.
func (m *mirror) joined(b *box) error {
	return m.tx(func(tx *sql.Tx) error {
		res, err := tx.Exec(`DELETE FROM joining WHERE mailbox = ?`, b.id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM uploaded WHERE mailbox = ?`, b.id)
		return err
	})
}

func digestOf(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return h.Sum(nil), err
}

// create makes mailboxes for Maildirs that the database does not know. Those of
// mailboxes that were deleted on the server are known.
func (m *mirror) create(ctx context.Context) ([]*box, error) {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, err
	}
	dirs, err := column[string](m.db, `SELECT dir FROM mailbox`)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, dir := range dirs {
		known[dir] = true
	}
	var made []*box
	for _, e := range entries {
		name, err := url.PathUnescape(e.Name())
		if err != nil || known[e.Name()] || !e.IsDir() || !exists(filepath.Join(m.dir, e.Name(), "cur")) {
			continue
		}
		err = m.acc.Do(ctx, "", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Create(ctx, name, nil) })
		var refused *imap.StatusError
		if errors.As(err, &refused) && !errors.Is(err, imap.ErrClosed) && !errors.Is(err, imap.CodeAlreadyExists) {
			m.logf("%s: no mailbox could be made for this folder: %v", e.Name(), err)
			continue
		}
		if err != nil && refused == nil {
			return made, err
		}
		created := err == nil
		m.logf("%s: made on the server", name)
		if _, err := m.db.Exec(`INSERT INTO mailbox (name, dir, state) VALUES (?, ?, '')`, name, e.Name()); err != nil {
			return made, err
		}
		b, err := m.box(name)
		if err != nil {
			return made, err
		}
		b.made = created
		made = append(made, b)
	}
	return made, nil
}
