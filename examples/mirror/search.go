package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/emersion/go-message/mail"

	_ "github.com/emersion/go-message/charset"
)

// maxIndexed is how much of a message's text is indexed, in octets.
const maxIndexed = 256 << 10

// words is what a message is found by.
type words struct{ subject, addresses, body string }

func (w words) size() int { return len(w.subject) + len(w.addresses) + len(w.body) }

// wordsOf returns what a message is found by. One that can't be parsed is found by what
// could be.
func wordsOf(raw io.Reader) (w words) {
	r, err := mail.CreateReader(raw)
	if r == nil {
		return w
	}
	w.subject, _ = r.Header.Subject()
	var people []string
	for _, field := range []string{"From", "To", "Cc", "Bcc", "Reply-To"} {
		list, _ := r.Header.AddressList(field)
		for _, a := range list {
			people = append(people, a.Name, a.Address)
		}
	}
	w.addresses = strings.Join(people, " ")
	var text strings.Builder
	for err == nil && text.Len() < maxIndexed {
		var part *mail.Part
		if part, err = r.NextPart(); err != nil {
			break
		}
		if h, ok := part.Header.(*mail.InlineHeader); ok {
			if kind, _, _ := h.ContentType(); kind == "text/plain" || kind == "" {
				_, _ = io.Copy(&text, io.LimitReader(part.Body, int64(maxIndexed-text.Len())))
			}
		}
	}
	w.body = text.String()
	return w
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
		fmt.Fprintf(out, "%s\n\t%s\n\t%s\n", filepath.Join(s.dir, dir, "cur", base+":2,*"), clean(subject), clean(strings.Join(strings.Fields(snippet), " ")))
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
		fmt.Fprintf(out, "%-30s %6d messages, %6d to download, %4d changes to send\n", clean(b.name), all, all-here, waiting)
	}
	return nil
}
