package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

const schema = `
CREATE TABLE IF NOT EXISTS mailbox (
	id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dir TEXT NOT NULL UNIQUE, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (      -- on the server
	id INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, validity INTEGER NOT NULL, uid INTEGER NOT NULL,
	flags TEXT NOT NULL,                  -- that the server has, separated by spaces
	base TEXT NOT NULL DEFAULT '',        -- name of the file up to the colon; empty: not downloaded yet
	suffix TEXT NOT NULL DEFAULT '',      -- letters that mirror has put behind the colon
	digest BLOB,
	UNIQUE (mailbox, validity, uid));
CREATE UNIQUE INDEX IF NOT EXISTS message_base ON message (mailbox, base) WHERE base <> '';
CREATE TABLE IF NOT EXISTS outbox (       -- changes that are still to be sent
	id INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, op TEXT NOT NULL, base TEXT NOT NULL, uid INTEGER NOT NULL,
	expunge INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS uploaded (     -- files whose UID the server did not say
	mailbox INTEGER NOT NULL, digest BLOB NOT NULL, base TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tomb (         -- files that are still to be removed
	mailbox INTEGER NOT NULL, base TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS joining (      -- mailboxes that had files before they were first downloaded
	mailbox INTEGER PRIMARY KEY);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (subject, addresses, body);`

// store is the database and the folder.
type store struct {
	db   *sql.DB
	dir  string
	disk disk
}

// marker is the file that shows that the folder is the one, and not the place where
// its disk is to be mounted.
const marker = ".mirror"

var errMarker = errors.New("the folder has no " + marker + " file, though its database knows of messages: is its disk mounted?")

// openStore opens the folder, or makes it.
func openStore(dir string, d disk) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "mirror.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &store{db: db, dir: dir, disk: d}
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

func (s *store) close() error { return s.db.Close() }

// checkMarker makes the marker in a new folder, and misses it in an old one.
func (s *store) checkMarker() error {
	name := filepath.Join(s.dir, marker)
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	var n int
	if err := s.db.QueryRow(`SELECT count(*) FROM message WHERE base <> ''`).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return errMarker
	}
	return os.WriteFile(name, nil, 0o600)
}

// box is a mailbox.
type box struct {
	id    int64
	name  string
	dir   string // of its Maildir, complete
	state *account.State
	files map[string]*file // of the last look at them, by base names
	made  bool             // on the server just now, for a folder that was here
}

// box returns the mailbox of that name, and makes it if there is none.
func (s *store) box(name string) (*box, error) {
	b := &box{name: name, state: &account.State{Mailbox: name}}
	var dir, state string
	err := s.db.QueryRow(`SELECT id, dir, state FROM mailbox WHERE name = ?`, name).Scan(&b.id, &dir, &state)
	if errors.Is(err, sql.ErrNoRows) {
		dir = escape(name)
		res, err := s.db.Exec(`INSERT INTO mailbox (name, dir, state) VALUES (?, ?, '')`, name, dir)
		if err != nil {
			return nil, err
		}
		if b.id, err = res.LastInsertId(); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	if state != "" {
		if err := json.Unmarshal([]byte(state), b.state); err != nil {
			return nil, fmt.Errorf("state of %q: %w", name, err)
		}
	}
	b.dir = filepath.Join(s.dir, dir)
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(b.dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// boxes returns all mailboxes that are known.
func (s *store) boxes() ([]*box, error) {
	names, err := column[string](s.db, `SELECT name FROM mailbox ORDER BY id`)
	if err != nil {
		return nil, err
	}
	var boxes []*box
	for _, name := range names {
		b, err := s.box(name)
		if err != nil {
			return nil, err
		}
		boxes = append(boxes, b)
	}
	return boxes, nil
}

// column returns the values of a query of one column.
func column[T any](db *sql.DB, query string, args ...any) ([]T, error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// tx runs f in a transaction.
func (s *store) tx(f func(*sql.Tx) error) error {
	s.disk.step("begin")
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	s.disk.step("commit")
	err = tx.Commit()
	s.disk.step("committed")
	return err
}

// known is the index of one mailbox, for Sync.
type known struct {
	s *store
	b *box
}

// UIDs is part of account.Known.
func (k known) UIDs(_ context.Context, _ string, validity uint32) (set imap.UIDSet, err error) {
	uids, err := column[int64](k.s.db, `SELECT uid FROM message WHERE mailbox = ? AND validity = ? ORDER BY uid`, k.b.id, validity)
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set, err
}

// Flags is part of account.Known.
func (k known) Flags(_ context.Context, _ string, validity uint32, in imap.UIDSet) iter.Seq2[imap.UID, []imap.Flag] {
	return func(yield func(imap.UID, []imap.Flag) bool) {
		for _, r := range in.Ranges() {
			rows, err := k.s.messages(k.b, `validity = ? AND uid BETWEEN ? AND ?`, validity, r.Start, r.Stop)
			if err != nil {
				return // the flags then count as changed, and come again
			}
			for _, m := range rows {
				if !yield(m.uid, m.flags) {
					return
				}
			}
		}
	}
}

// message is a message on the server.
type message struct {
	id           int64
	validity     uint32
	uid          imap.UID
	flags        []imap.Flag
	base, suffix string
	digest       []byte
}

// messages returns messages of a mailbox.
func (s *store) messages(b *box, where string, args ...any) ([]*message, error) {
	rows, err := s.db.Query(`SELECT id, validity, uid, flags, base, suffix, digest FROM message WHERE mailbox = ? AND `+where, append([]any{b.id}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*message
	for rows.Next() {
		m, flags := &message{}, ""
		if err := rows.Scan(&m.id, &m.validity, &m.uid, &flags, &m.base, &m.suffix, &m.digest); err != nil {
			return nil, err
		}
		m.flags = splitFlags(flags)
		all = append(all, m)
	}
	return all, rows.Err()
}

func splitFlags(text string) []imap.Flag {
	var flags []imap.Flag
	for _, f := range strings.Fields(text) {
		flags = append(flags, imap.Flag(f))
	}
	return flags
}

func joinFlags(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}
