package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap/account"
)

// mirror is the program.
type mirror struct {
	*store
	acc      *account.Account
	force    bool                 // delete however much it is
	trash    string               // the mailbox that gets what is deleted here; empty: none does
	noTrash  bool                 // expunge at once
	progress func(total, n int64) // of a download, in messages
	logf     func(format string, args ...any)
}

// massError says that so much is gone that it looks like an accident.
type massError struct {
	mailbox string
	gone    int
	of      int
	where   string
}

func (e *massError) Error() string {
	return fmt.Sprintf("%s: %d of %d messages are gone %s; nothing was deleted (-force: it was meant)", e.mailbox, e.gone, e.of, e.where)
}

// isMass reports whether that is too much to delete without being asked.
func (m *mirror) isMass(gone, of int) bool { return !m.force && gone > 100 && gone > of/5 }

// down records what has changed on the server.
func (m *mirror) down(ctx context.Context, b *box) error {
	var changes []*account.Change
	for c, err := range m.acc.Sync(ctx, b.state, &account.SyncOptions{Known: known{m.store, b}}) {
		if err != nil {
			return err // what was not recorded comes again
		}
		changes = append(changes, c)
		small := c.Kind == account.Added || c.Kind == account.Flagged
		if small && len(changes) < batch {
			continue
		}
		if err := m.record(b, changes, c.State()); err != nil {
			return err
		}
		changes = nil
	}
	return nil
}

// record stores changes, and the State after them, in one transaction.
func (m *mirror) record(b *box, changes []*account.Change, state *account.State) error {
	for _, c := range changes {
		if err := m.guard(b, c); err != nil {
			return err
		}
	}
	err := m.tx(func(tx *sql.Tx) error {
		for _, c := range changes {
			if err := m.recordIn(tx, b, c, state.UIDValidity); err != nil {
				return err
			}
		}
		data, err := json.Marshal(state)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE mailbox SET state = ? WHERE id = ?`, string(data), b.id)
		return err
	})
	if err == nil {
		b.state = state
	}
	return err
}

// guard refuses to remove much at once.
func (m *mirror) guard(b *box, c *account.Change) error {
	if c.Kind != account.Removed {
		return nil
	}
	of, err := column[int](m.db, `SELECT count(*) FROM message WHERE mailbox = ?`, b.id)
	if err != nil {
		return err
	}
	if gone := int(c.UIDs.Len()); m.isMass(gone, of[0]) {
		return &massError{b.name, gone, of[0], "on the server"}
	}
	return nil
}

func (m *mirror) recordIn(tx *sql.Tx, b *box, c *account.Change, validity uint32) error {
	switch c.Kind {
	case account.Added:
		_, err := tx.Exec(`INSERT INTO message (mailbox, validity, uid, flags) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET flags = excluded.flags`, b.id, validity, c.Message.UID, joinFlags(c.Message.Flags))
		return err
	case account.Flagged:
		_, err := tx.Exec(`UPDATE message SET flags = ? WHERE mailbox = ? AND validity = ? AND uid = ?`,
			joinFlags(c.Message.Flags), b.id, validity, c.Message.UID)
		return err
	case account.Removed:
		for uid := range c.UIDs.All() {
			// if it was removed from here, a file of that name has been put back since
			var ours int
			if err := tx.QueryRow(`SELECT count(*) FROM outbox WHERE mailbox = ? AND uid = ? AND expunge`, b.id, uid).Scan(&ours); err != nil {
				return err
			}
			if err := forget(tx, b, ours == 0, `validity = ? AND uid = ?`, validity, uid); err != nil {
				return err
			}
		}
	case account.Reset: // the files go when their messages have come again
		_, err := tx.Exec(`DELETE FROM outbox WHERE mailbox = ? AND uid <> 0`, b.id)
		return err
	case account.Deleted:
		m.logf("%s: deleted on the server; its files stay", b.name)
		_, err := tx.Exec(`DELETE FROM message WHERE mailbox = ?`, b.id)
		return err
	case account.Renamed:
		m.logf("%s: renamed to %s on the server", b.name, c.To)
		_, err := tx.Exec(`UPDATE mailbox SET name = ? WHERE id = ?`, c.To, b.id)
		return err
	}
	return nil
}

// forget takes messages out of the database, and has their files removed if files is
// set.
func forget(tx *sql.Tx, b *box, files bool, where string, args ...any) error {
	args = append([]any{b.id}, args...)
	if files {
		if _, err := tx.Exec(`INSERT INTO tomb (mailbox, base) SELECT mailbox, base FROM message WHERE mailbox = ? AND base <> '' AND `+where, args...); err != nil {
			return err
		}
	}
	for _, q := range []string{
		`DELETE FROM words WHERE rowid IN (SELECT id FROM message WHERE mailbox = ? AND ` + where + `)`,
		`DELETE FROM outbox WHERE uid <> 0 AND mailbox = ?1 AND EXISTS (SELECT 1 FROM message m WHERE m.mailbox = ?1 AND m.uid = outbox.uid AND ` + where + `)`,
		`DELETE FROM message WHERE mailbox = ? AND ` + where,
	} {
		if _, err := tx.Exec(q, args...); err != nil {
			return err
		}
	}
	return nil
}

// unlink removes the files of tombs.
func (m *mirror) unlink(b *box) error {
	bases, err := column[string](m.db, `SELECT base FROM tomb WHERE mailbox = ?`, b.id)
	if err != nil || len(bases) == 0 {
		return err
	}
	files, err := scan(b.dir)
	if err != nil {
		return err
	}
	for _, base := range bases {
		if f := files[base]; f != nil {
			if err := m.disk.remove(f.path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	if err := m.disk.syncDir(filepath.Join(b.dir, "cur")); err != nil {
		return err
	}
	return m.tx(func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM tomb WHERE mailbox = ?`, b.id)
		return err
	})
}
