package main

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/emersion/go-message/mail"

	_ "github.com/emersion/go-message/charset"
)

// maxIndexed is how much of a message's text is indexed, in octets.
const maxIndexed = 256 << 10

// index puts a message into the index for searching. One that can't be parsed is
// found by what could be.
func (m *mirror) index(tx *sql.Tx, b *box, id int64, base string) error {
	subject, addresses, body := "", "", ""
	names, err := filepath.Glob(filepath.Join(globQuote(b.dir), "*", base+"*"))
	if err != nil {
		return err
	}
	if len(names) > 0 {
		subject, addresses, body = words(names[0])
	}
	_, err = tx.Exec(`INSERT OR REPLACE INTO words (rowid, subject, addresses, body) VALUES (?, ?, ?, ?)`, id, subject, addresses, body)
	return err
}

// globQuote has the name of a folder mean itself in a pattern.
func globQuote(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// words returns what a message is found by.
func words(name string) (subject, addresses, body string) {
	f, err := os.Open(name)
	if err != nil {
		return "", "", ""
	}
	defer f.Close()
	r, err := mail.CreateReader(bufio.NewReader(f))
	if r == nil {
		return "", "", ""
	}
	subject, _ = r.Header.Subject()
	var people []string
	for _, field := range []string{"From", "To", "Cc", "Bcc", "Reply-To"} {
		list, _ := r.Header.AddressList(field)
		for _, a := range list {
			people = append(people, a.Name, a.Address)
		}
	}
	var text strings.Builder
	for err == nil && text.Len() < maxIndexed {
		var part *mail.Part
		if part, err = r.NextPart(); err != nil {
			break
		}
		if h, ok := part.Header.(*mail.InlineHeader); ok {
			if kind, _, _ := h.ContentType(); kind == "text/plain" || kind == "" {
				_, _ = io.Copy(&text, io.LimitReader(part.Body, maxIndexed))
			}
		}
	}
	return subject, strings.Join(people, " "), text.String()
}

// search prints the messages that match, the newest first.
func (s *store) search(out io.Writer, query string) error {
	rows, err := s.db.Query(`SELECT b.dir, m.base, w.subject, snippet(words, 2, '[', ']', '…', 12)
		FROM words w JOIN message m ON m.id = w.rowid JOIN mailbox b ON b.id = m.mailbox
		WHERE words MATCH ? ORDER BY m.id DESC LIMIT 100`, ftsQuery(query))
	if err != nil {
		return fmt.Errorf("searching for %q: %w", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var dir, base, subject, snippet string
		if err := rows.Scan(&dir, &base, &subject, &snippet); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n\t%s\n\t%s\n", filepath.Join(s.dir, dir, "cur", base+":2,*"), subject, strings.Join(strings.Fields(snippet), " "))
	}
	return rows.Err()
}

// ftsQuery quotes each word, and turns subject:, from:, to: and body: into columns.
func ftsQuery(query string) string {
	columns := map[string]string{"subject": "subject", "from": "addresses", "to": "addresses", "cc": "addresses", "body": "body"}
	var terms []string
	for _, word := range strings.Fields(query) {
		prefix := ""
		if name, rest, ok := strings.Cut(word, ":"); ok && columns[name] != "" {
			prefix, word = columns[name]+" : ", rest
		}
		terms = append(terms, prefix+`"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
	}
	return strings.Join(terms, " AND ")
}

// status prints how the mailboxes stand.
func (s *store) status(out io.Writer) error {
	boxes, err := s.boxes()
	if err != nil {
		return err
	}
	for _, b := range boxes {
		var all, here, waiting int
		err := errors.Join(
			s.db.QueryRow(`SELECT count(*), count(nullif(base, '')) FROM message WHERE mailbox = ?`, b.id).Scan(&all, &here),
			s.db.QueryRow(`SELECT count(*) FROM outbox WHERE mailbox = ?`, b.id).Scan(&waiting))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-30s %6d messages, %6d to download, %4d changes to send\n", b.name, all, all-here, waiting)
	}
	return nil
}
