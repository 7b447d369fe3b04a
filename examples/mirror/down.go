package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// mirror is the program.
type mirror struct {
	*store
	acc      *account.Account
	force    bool                 // delete however much it is
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

// batch is how many changes go into one transaction.
const batch = 500

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

// arrived is a message whose file is in its place.
type arrived struct {
	row      *message
	digest   []byte
	suffix   string
	uploaded bool // it is the copy of a file that was here
}

// bodies downloads the messages that have no file yet.
func (m *mirror) bodies(ctx context.Context, b *box) error {
	rows, err := m.messages(b, `base = '' AND validity = ?`, b.state.UIDValidity)
	if err != nil || len(rows) == 0 {
		return errors.Join(err, m.forgetOld(b))
	}
	todo := map[imap.UID]*message{}
	var uids imap.UIDSet
	for _, row := range rows {
		todo[row.uid] = row
		uids.AddNum(row.uid)
	}
	files, err := scan(b.dir)
	if err != nil {
		return err
	}
	var got []arrived
	n := int64(0)
	report, err := m.acc.Download(ctx, b.name, uids, func(body *imap.Body) error {
		row := todo[body.Message.UID]
		if row == nil || row.base != "" {
			return nil
		}
		a, err := m.put(b, row, files, body)
		if err != nil {
			return err
		}
		n++
		m.progress(int64(len(rows)), n)
		if got = append(got, a); len(got) < batch {
			return nil
		}
		err = m.keep(b, got)
		got = nil
		return err
	}, &account.DownloadOptions{UIDValidity: b.state.UIDValidity, Background: true, Items: imap.FetchItems{InternalDate: true}})
	if err2 := m.keep(b, got); err == nil {
		err = err2
	}
	for _, f := range report.Failures {
		m.logf("%s: message %d did not come: %v", b.name, f.UID, f.Err)
	}
	if errors.Is(err, account.ErrUIDValidity) {
		return nil // the next pass begins again
	}
	if err != nil {
		return err
	}
	return m.forgetOld(b)
}

// keep stores that files are in their places, after their names are on the disk.
func (m *mirror) keep(b *box, got []arrived) error {
	if len(got) == 0 {
		return nil
	}
	if err := m.disk.syncDir(filepath.Join(b.dir, "cur")); err != nil {
		return err
	}
	return m.tx(func(tx *sql.Tx) error {
		for _, a := range got {
			if _, err := tx.Exec(`UPDATE message SET base = ?, suffix = ?, digest = ? WHERE id = ?`, a.row.base, a.suffix, a.digest, a.row.id); err != nil {
				return err
			}
			if a.uploaded {
				if _, err := tx.Exec(`DELETE FROM uploaded WHERE mailbox = ? AND base = ?`, b.id, a.row.base); err != nil {
					return err
				}
			}
			if err := m.index(tx, b, a.row.id, a.row.base); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetOld removes what is left of an older UIDVALIDITY, when all that is there now
// has come.
func (m *mirror) forgetOld(b *box) error {
	return m.tx(func(tx *sql.Tx) error {
		var left int
		if err := tx.QueryRow(`SELECT count(*) FROM message WHERE mailbox = ? AND validity = ? AND base = ''`, b.id, b.state.UIDValidity).Scan(&left); err != nil || left > 0 {
			return err
		}
		return forget(tx, b, true, `validity <> ?`, b.state.UIDValidity)
	})
}

// put stores one message: in tmp, then under its name. If the program ends before the
// database has it, the file is found by its name, which has the UID and the digest.
func (m *mirror) put(b *box, row *message, files map[string]*file, body *imap.Body) (a arrived, err error) {
	tmp, err := os.Create(filepath.Join(b.dir, "tmp", fmt.Sprintf("%d.%d", row.validity, row.uid)))
	if err != nil {
		return a, err
	}
	defer os.Remove(tmp.Name()) // if it is still there
	a = arrived{row: row, suffix: suffixOf(row.flags)}
	if a.digest, err = m.write(tmp, body); err != nil {
		return a, err
	}
	if date := body.Message.InternalDate; !date.IsZero() {
		if err := os.Chtimes(tmp.Name(), date, date); err != nil {
			return a, err
		}
	}
	same, err := column[string](m.db, `SELECT base FROM uploaded WHERE mailbox = ? AND digest = ?`, b.id, a.digest)
	if err != nil {
		return a, err
	}
	if len(same) > 0 {
		row.base, a.uploaded = same[0], true
	} else {
		row.base = arriving(b, row) + fmt.Sprintf("%x", a.digest[:8])
	}
	if f := files[row.base]; f != nil { // of an earlier run, or uploaded; its letters may be newer
		a.suffix = ""
		return a, nil
	}
	return a, m.disk.rename(tmp.Name(), place(b.dir, row.base, a.suffix))
}

// arriving is how the name of a message's file begins; the digest follows.
func arriving(b *box, row *message) string {
	return fmt.Sprintf("%d.%d_%d.mirror_", row.validity, row.uid, b.id)
}

// write writes a message and returns its digest.
func (m *mirror) write(f *os.File, body io.Reader) (digest []byte, err error) {
	defer f.Close()
	h := sha256.New()
	w := bufio.NewWriterSize(f, 256<<10)
	if _, err := io.Copy(io.MultiWriter(w, h), body); err != nil {
		return nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	if m.disk.sync {
		if err := f.Sync(); err != nil {
			return nil, err
		}
	}
	return h.Sum(nil), f.Close()
}
