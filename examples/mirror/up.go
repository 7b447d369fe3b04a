package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// change is a local change that is still to be sent, as the outbox stores it.
type change struct {
	Kind     account.OpKind  `json:"kind"`
	UID      imap.UID        `json:"uid,omitempty"`
	Validity uint32          `json:"validity,omitempty"`
	Add      []imap.Flag     `json:"add,omitempty"`
	Remove   []imap.Flag     `json:"remove,omitempty"`
	Date     time.Time       `json:"date,omitzero"`
	To       string          `json:"to,omitempty"` // of a deletion: the mailbox that gets the message
	Intent   *account.Intent `json:"intent,omitempty"`

	id   int64
	base string // of an addition's file
}

// removes reports whether the message is gone from its mailbox afterwards.
func (c *change) removes() bool { return c.Kind == account.OpExpunge || c.Kind == account.OpMove }

// outbox returns the changes of a mailbox that are still to be sent.
func (m *mirror) outbox(b *box) ([]*change, error) {
	rows, err := m.db.Query(`SELECT id, op, base FROM outbox WHERE mailbox = ? ORDER BY id`, b.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*change
	for rows.Next() {
		c, op := &change{}, ""
		if err := rows.Scan(&c.id, &op, &c.base); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(op), c); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func enqueue(tx *sql.Tx, b *box, c *change) error {
	op, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outbox (mailbox, op, base, uid, expunge) VALUES (?, ?, ?, ?, ?)`, b.id, string(op), c.base, c.UID, c.removes())
	return err
}

// reconcile compares the files with the database, puts what was changed here into
// the outbox, and gives files the flags that messages have on the server.
func (m *mirror) reconcile(b *box) error {
	files, err := scan(b.dir)
	if err != nil {
		return err
	}
	b.files = files
	rows, err := m.messages(b, `base <> ''`)
	if err != nil {
		return err
	}
	pending, err := m.outbox(b)
	if err != nil {
		return err
	}
	ours, err := m.oursBases(b)
	if err != nil {
		return err
	}
	byUID := map[imap.UID][]*change{}
	for _, c := range pending {
		if c.UID != 0 {
			byUID[c.UID] = append(byUID[c.UID], c)
		} else {
			ours[c.base] = true
		}
	}
	var gone []*message
	for _, row := range rows {
		ours[row.base] = true
		if row.validity != b.state.UIDValidity {
			continue
		}
		if f := files[row.base]; f == nil {
			if !slices.ContainsFunc(byUID[row.uid], (*change).removes) {
				gone = append(gone, row)
			}
		} else if err := m.putBack(byUID[row.uid]); err != nil {
			return err
		} else if err := m.reconcileFlags(b, row, f, byUID[row.uid]); err != nil {
			return err
		}
	}
	if err := m.additions(b, files, ours); err != nil {
		return err
	}
	return m.deletions(b, gone, len(rows))
}

// putBack takes back the removal of a message whose file is there again, unless it may
// have been sent: then the file becomes an addition.
func (m *mirror) putBack(pending []*change) error {
	for _, c := range pending {
		if c.removes() && (c.Intent == nil || !c.Intent.Tried) {
			if err := m.finish(c, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// oursBases returns the files that are no additions though no message has them: those
// that are to be removed, and those that were sent.
func (m *mirror) oursBases(b *box) (map[string]bool, error) {
	bases, err := column[string](m.db, `SELECT base FROM tomb WHERE mailbox = ?1 UNION SELECT base FROM uploaded WHERE mailbox = ?1`, b.id)
	ours := map[string]bool{}
	for _, base := range bases {
		ours[base] = true
	}
	return ours, err
}

// reconcileFlags merges the letters of a file with the flags on the server. A change
// on either side wins over no change on the other.
func (m *mirror) reconcileFlags(b *box, row *message, f *file, pending []*change) error {
	server := suffixOf(row.flags)
	for _, c := range pending {
		server = apply(server, suffixOf(c.Add), suffixOf(c.Remove))
	}
	added, removed := minus(f.suffix, row.suffix), minus(row.suffix, f.suffix)
	want := apply(server, added, removed)
	if want != f.suffix {
		// before the database: if it ends in between, the server's own flags are sent
		// back to it, which changes nothing
		if err := m.disk.rename(f.path, place(b.dir, f.base, want)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if added == "" && removed == "" && want == row.suffix {
		return nil
	}
	added, removed = minus(added, server), minus(removed, minus(removed, server)) // what is news to the server
	return m.tx(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`UPDATE message SET suffix = ? WHERE id = ?`, want, row.id); err != nil {
			return err
		}
		if added == "" && removed == "" {
			return nil
		}
		return enqueue(tx, b, &change{Kind: account.OpFlags, UID: row.uid, Validity: row.validity, Add: flagsOf(added), Remove: flagsOf(removed)})
	})
}

// apply adds and removes letters.
func apply(suffix, add, remove string) string {
	return suffixOf(flagsOf(minus(suffix, remove) + add))
}

// additions puts files that are no message's into the outbox.
func (m *mirror) additions(b *box, files map[string]*file, ours map[string]bool) error {
	var coming map[string]bool
	for base, f := range files {
		if ours[base] {
			continue
		}
		if coming == nil {
			var err error
			if coming, err = m.arrivals(b); err != nil {
				return err
			}
		}
		if len(base) > 16 && coming[base[:len(base)-16]] {
			continue
		}
		info, err := os.Stat(f.path)
		if err != nil {
			continue // renamed or removed at this moment: the next scan finds it
		}
		c := &change{Kind: account.OpAppend, Add: flagsOf(f.suffix), Date: info.ModTime().Truncate(time.Second), base: base}
		if err := m.tx(func(tx *sql.Tx) error { return enqueue(tx, b, c) }); err != nil {
			return err
		}
	}
	return nil
}

// arrivals returns how the names of files begin that are of a download that the database
// has not recorded: a name says of which message it is.
func (m *mirror) arrivals(b *box) (map[string]bool, error) {
	rows, err := m.messages(b, `base = ''`)
	coming := map[string]bool{}
	for _, row := range rows {
		coming[arriving(b, row)] = true
	}
	return coming, err
}

// deletions puts messages whose files are gone into the outbox.
func (m *mirror) deletions(b *box, gone []*message, of int) error {
	if m.isMass(len(gone), of) {
		return &massError{b.name, len(gone), of, "here"}
	}
	for _, row := range gone {
		err := m.tx(func(tx *sql.Tx) error {
			if flagged := suffixOf(row.flags); minus(flagged, row.suffix) != "" && bytes.IndexByte([]byte(minus(flagged, row.suffix)), 'F') >= 0 {
				m.logf("%s: message %d was deleted here and flagged on the server: it comes back", b.name, row.uid)
				_, err := tx.Exec(`UPDATE message SET base = '', suffix = '' WHERE id = ?`, row.id)
				return err
			}
			return enqueue(tx, b, &change{Kind: account.OpExpunge, UID: row.uid, Validity: row.validity})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// send sends what is in the outbox: additions, or all else. Additions go first in all
// mailboxes, so that a message that was moved is never without a place.
func (m *mirror) send(ctx context.Context, b *box, additions bool) error {
	all, err := m.outbox(b)
	if err != nil {
		return err
	}
	for _, c := range all {
		if (c.Kind == account.OpAppend) != additions {
			continue
		}
		if err := m.sendOne(ctx, b, c); err != nil {
			return err
		}
	}
	return nil
}

// sendOne sends one change. That it may have been sent is in the database before.
func (m *mirror) sendOne(ctx context.Context, b *box, c *change) error {
	if c.UID != 0 && c.Validity != b.state.UIDValidity {
		return m.finish(c, nil) // of a mailbox that is gone
	}
	if err := m.toTrash(b, c); err != nil {
		return err
	}
	op := account.Op{Kind: c.Kind, Add: c.Add, Remove: c.Remove, Date: c.Date, To: c.To, Intent: c.Intent}
	if c.UID != 0 {
		op.UIDs = imap.UIDs(c.UID)
	}
	var digest []byte
	if c.Kind == account.OpAppend {
		f, sum, err := m.find(b, c.base)
		if err != nil {
			return err
		}
		if f == nil && (c.Intent == nil || !c.Intent.Tried) {
			return m.finish(c, nil) // removed before it was sent
		}
		digest = sum
		op.Body = func() (io.ReadCloser, int64, error) {
			if f == nil { // removed when it may have been sent: if it was not, it need not be
				return nil, 0, os.ErrNotExist
			}
			return openFile(f.path)
		}
	}
	if op.Intent == nil {
		ops := []account.Op{op}
		if err := m.acc.Plan(ctx, b.name, ops); err != nil {
			return err
		}
		op = ops[0]
	}
	c.Intent = op.Intent
	stored := *c.Intent
	stored.Tried = true
	if err := m.tx(func(tx *sql.Tx) error {
		c := *c
		c.Intent = &stored
		text, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE outbox SET op = ? WHERE id = ?`, string(text), c.id)
		return err
	}); err != nil {
		return err
	}
	m.disk.step("send")
	res, err := m.acc.Apply(ctx, b.name, op)
	m.disk.step("sent")
	if err != nil {
		return err
	}
	return m.sent(b, c, res[0], digest)
}

// toTrash makes a deletion into a move to the mailbox for such messages, if the account
// has one and the message is in no other place: one that was moved here was stored there
// before.
func (m *mirror) toTrash(b *box, c *change) error {
	if c.Kind != account.OpExpunge || c.Intent != nil || m.trash == "" || m.trash == b.name {
		return nil
	}
	var elsewhere int
	err := m.db.QueryRow(`SELECT count(*) FROM message a JOIN message o ON o.digest = a.digest AND o.id <> a.id AND o.base <> ''
		WHERE a.mailbox = ?1 AND a.validity = ?2 AND a.uid = ?3`, b.id, c.Validity, c.UID).Scan(&elsewhere)
	if err != nil || elsewhere > 0 {
		return err
	}
	err = m.db.QueryRow(`SELECT count(*) FROM message a JOIN uploaded u ON u.digest = a.digest
		WHERE a.mailbox = ?1 AND a.validity = ?2 AND a.uid = ?3`, b.id, c.Validity, c.UID).Scan(&elsewhere)
	if err == nil && elsewhere == 0 {
		c.Kind, c.To = account.OpMove, m.trash
	}
	return err
}

// sent records what became of a change.
func (m *mirror) sent(b *box, c *change, res account.Result, digest []byte) error {
	var unknown *account.OutcomeUnknownError
	switch {
	case errors.As(res.Err, &unknown):
		m.logf("%s: %v", b.name, res.Err)
		return nil // it is looked for again
	case !res.Done:
		m.logf("%s: %v was refused: %v", b.name, c.Kind, res.Err)
		return m.finish(c, nil)
	}
	return m.finish(c, func(tx *sql.Tx) error {
		switch c.Kind {
		case account.OpAppend:
			uid := res.To[0]
			if uid == 0 {
				_, err := tx.Exec(`INSERT INTO uploaded (mailbox, digest, base) VALUES (?, ?, ?)`, b.id, digest, c.base)
				return err
			}
			_, err := tx.Exec(`INSERT INTO message (mailbox, validity, uid, flags, base, suffix, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (mailbox, validity, uid) DO UPDATE SET base = excluded.base, suffix = excluded.suffix, digest = excluded.digest`,
				b.id, res.ToValidity, uid, joinFlags(c.Add), c.base, suffixOf(c.Add), digest)
			return err
		case account.OpExpunge, account.OpMove:
			return forget(tx, b, false, `validity = ? AND uid = ?`, c.Validity, c.UID) // a file of that name was put back since
		case account.OpFlags:
			for _, msg := range res.Messages {
				if msg.UID == c.UID {
					if _, err := tx.Exec(`UPDATE message SET flags = ? WHERE mailbox = ? AND validity = ? AND uid = ?`, joinFlags(msg.Flags), b.id, c.Validity, c.UID); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// finish takes a change out of the outbox, in one transaction with f.
func (m *mirror) finish(c *change, f func(*sql.Tx) error) error {
	return m.tx(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM outbox WHERE id = ?`, c.id); err != nil || f == nil {
			return err
		}
		return f(tx)
	})
}

// find looks for a file by its base name, which does not change.
func (m *mirror) find(b *box, base string) (*file, []byte, error) {
	files := b.files // of the last look at them
	if f := files[base]; f == nil || !exists(f.path) {
		var err error
		if files, err = scan(b.dir); err != nil || files[base] == nil {
			return nil, nil, err
		}
	}
	r, _, err := openFile(files[base].path)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return nil, nil, err
	}
	return files[base], h.Sum(nil), nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func openFile(name string) (io.ReadCloser, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}
