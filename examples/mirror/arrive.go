package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// arrived is a message that has come, and is in a file in tmp.
type arrived struct {
	row      *message
	digest   []byte
	suffix   string
	tmp      string // the file; empty: it is in its place already
	uploaded bool   // it is the copy of a file that was here
	words    words
}

// bodies downloads the messages that have no file yet.
func (m *mirror) bodies(ctx context.Context, b *box) error {
	rows, err := m.messages(b, `base = '' AND validity = ?`, b.state.UIDValidity)
	if err != nil || len(rows) == 0 {
		return errors.Join(err, m.joined(b), m.forgetOld(b))
	}
	in := &intake{m: m, b: b, todo: map[imap.UID]*message{}}
	var uids imap.UIDSet
	for _, row := range rows {
		in.todo[row.uid] = row
		uids.AddNum(row.uid)
	}
	if in.files, err = scan(b.dir); err != nil {
		return err
	}
	if in.uploaded, err = m.uploads(b); err != nil {
		return err
	}
	report, err := m.acc.Download(ctx, b.name, uids, in.take, &account.DownloadOptions{
		UIDValidity: b.state.UIDValidity, Background: true, Items: imap.FetchItems{InternalDate: true},
	})
	if err2 := in.finish(); err == nil {
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
	if report.Done.Len() == uids.Len() {
		if err := m.joined(b); err != nil {
			return err
		}
	}
	return m.forgetOld(b)
}

// uploads returns the names of files that were uploaded without the server saying their
// UIDs, by digest.
func (m *mirror) uploads(b *box) (map[string][]string, error) {
	rows, err := m.db.Query(`SELECT digest, base FROM uploaded WHERE mailbox = ?`, b.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string][]string{}
	for rows.Next() {
		var digest []byte
		var base string
		if err := rows.Scan(&digest, &base); err != nil {
			return nil, err
		}
		all[string(digest)] = append(all[string(digest)], base)
	}
	return all, rows.Err()
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

const (
	batch       = 500     // messages that go into one transaction
	batchIndex  = 2 << 20 // octets of text for the index that do
	smallBody   = 1 << 20 // octets up to which a message is in memory
	syncsAtOnce = 16      // files that the disk is asked to write at a time
)

// intake stores messages as they come. The files of a batch are written by the system as
// it likes; when it is full, the disk is asked for all of them at once, which costs
// little more than one of them, and then they get their names, and the database has
// them. Meanwhile the next batch comes.
type intake struct {
	m        *mirror
	b        *box
	todo     map[imap.UID]*message
	files    map[string]*file
	uploaded map[string][]string
	n        int64

	got    []arrived
	octets int // of their words
	buf    bytes.Buffer

	storing sync.WaitGroup // the batch before
	failed  error          // of it
}

// take takes one message.
func (in *intake) take(body *imap.Body) error {
	row := in.todo[body.Message.UID]
	if row == nil || row.base != "" {
		return nil
	}
	a, err := in.put(row, body)
	if err != nil {
		return err
	}
	in.n++
	in.m.progress(int64(len(in.todo)), in.n)
	in.got = append(in.got, a)
	if in.octets += a.words.size(); len(in.got) < batch && in.octets < batchIndex {
		return nil
	}
	in.storing.Wait()
	if in.failed != nil {
		return in.failed
	}
	full := in.got
	in.got, in.octets = nil, 0
	in.storing.Go(func() { in.failed = in.m.keep(in.b, full) })
	return nil
}

// finish stores the rest.
func (in *intake) finish() error {
	in.storing.Wait()
	if in.failed != nil {
		return in.failed
	}
	return in.m.keep(in.b, in.got)
}

// put stores one message in tmp, and finds its name. If the program ends before the
// database has it, the file is found by that name, which has the UID and the digest.
func (in *intake) put(row *message, body *imap.Body) (a arrived, err error) {
	a = arrived{row: row, suffix: suffixOf(row.flags), tmp: filepath.Join(in.b.dir, "tmp", fmt.Sprintf("%d.%d", row.validity, row.uid))}
	f, err := os.Create(a.tmp)
	if err != nil {
		return a, err
	}
	defer func() {
		if err2 := f.Close(); err == nil {
			err = err2
		}
		if err != nil {
			os.Remove(a.tmp)
		}
	}()
	if err := in.write(f, body, &a); err != nil {
		return a, err
	}
	if date := body.Message.InternalDate; !date.IsZero() {
		if err := os.Chtimes(a.tmp, date, date); err != nil {
			return a, err
		}
	}
	if same := in.uploaded[string(a.digest)]; len(same) > 0 {
		row.base, a.uploaded = same[0], true
		in.uploaded[string(a.digest)] = same[1:]
	} else {
		row.base = arriving(in.b, row) + fmt.Sprintf("%x", a.digest[:8])
	}
	if f := in.files[row.base]; f != nil { // of an earlier run, or uploaded; its letters may be newer
		os.Remove(a.tmp)
		a.tmp, a.suffix = "", ""
	}
	return a, nil
}

// write writes a message, and finds out its digest and what it is found by.
func (in *intake) write(f *os.File, body io.Reader, a *arrived) error {
	h := sha256.New()
	in.buf.Reset()
	n, err := io.CopyN(&in.buf, body, smallBody)
	if err != nil && err != io.EOF {
		return err
	}
	h.Write(in.buf.Bytes())
	if _, err := f.Write(in.buf.Bytes()); err != nil {
		return err
	}
	a.words = wordsOf(bytes.NewReader(in.buf.Bytes()))
	if n == smallBody {
		if _, err := io.Copy(io.MultiWriter(f, h), body); err != nil {
			return err
		}
	}
	a.digest = h.Sum(nil)
	return nil
}

// arriving is how the name of a message's file begins; the digest follows.
func arriving(b *box, row *message) string {
	return fmt.Sprintf("%d.%d_%d.mirror_", row.validity, row.uid, b.id)
}

// keep puts files into their places and stores that they are there, each after the disk
// has what it relies on.
func (m *mirror) keep(b *box, got []arrived) error {
	if len(got) == 0 {
		return nil
	}
	var names []string
	for _, a := range got {
		if a.tmp != "" {
			names = append(names, a.tmp)
		}
	}
	if err := m.disk.syncFiles(names); err != nil {
		return err
	}
	for _, a := range got {
		if a.tmp == "" {
			continue
		}
		if err := m.disk.rename(a.tmp, place(b.dir, a.row.base, a.suffix)); err != nil {
			return err
		}
	}
	if err := m.disk.syncDir(filepath.Join(b.dir, "cur")); err != nil {
		return err
	}
	return m.tx(func(tx *sql.Tx) error {
		update, err := tx.Prepare(`UPDATE message SET base = ?, suffix = ?, digest = ? WHERE id = ?`)
		if err != nil {
			return err
		}
		defer update.Close()
		index, err := tx.Prepare(`INSERT OR REPLACE INTO words (rowid, subject, addresses, body) VALUES (?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer index.Close()
		for _, a := range got {
			if _, err := update.Exec(a.row.base, a.suffix, a.digest, a.row.id); err != nil {
				return err
			}
			if _, err := index.Exec(a.row.id, a.words.subject, a.words.addresses, a.words.body); err != nil {
				return err
			}
			if a.uploaded {
				if _, err := tx.Exec(`DELETE FROM uploaded WHERE mailbox = ? AND base = ?`, b.id, a.row.base); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
