// Package show writes messages in a form that people can read, with
// github.com/emersion/go-message.
package show

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // charsets beyond UTF-8
	"github.com/emersion/go-message/mail"
)

// Message writes the main header fields and the text of a message, all decoded.
func Message(w io.Writer, r io.Reader) error {
	entity, err := message.Read(r)
	if err != nil && entity == nil {
		return fmt.Errorf("not a message: %w", err)
	}
	for _, name := range []string{"From", "To", "Cc", "Date", "Subject"} {
		if value := field(entity, name); value != "" {
			fmt.Fprintf(w, "%s: %s\n", name, OneLine(value))
		}
	}
	fmt.Fprintln(w)
	c := &content{}
	if err := entity.Walk(c.add); err != nil {
		fmt.Fprintf(w, "(the message is damaged: %s)\n", Printable(err.Error()))
	}
	switch {
	case c.plain != "":
		fmt.Fprintln(w, Printable(strings.TrimSpace(c.plain)))
	case c.html != "":
		fmt.Fprintf(w, "(there is only HTML; this is its text)\n\n%s\n", Printable(PlainText(c.html)))
	default:
		fmt.Fprintln(w, "(there is no text)")
	}
	for i, name := range c.attached {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "attached: %s\n", OneLine(name))
	}
	return nil
}

// field returns a header field, decoded.
func field(entity *message.Entity, name string) string {
	h := mail.Header{Header: entity.Header}
	switch name {
	case "From", "To", "Cc":
		if list, err := h.AddressList(name); err == nil {
			var texts []string
			for _, a := range list {
				if a.Name == "" {
					texts = append(texts, a.Address)
				} else {
					texts = append(texts, a.Name+" <"+a.Address+">")
				}
			}
			return strings.Join(texts, ", ")
		}
	}
	text, _ := h.Text(name) // a field that cannot be decoded is returned as it is
	return text
}

// maxText is how much of a text is shown, in octets.
const maxText = 1 << 20

// content is what was found in a message.
type content struct {
	plain, html string
	attached    []string
}

// add looks at one part.
func (c *content) add(_ []int, part *message.Entity, err error) error {
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return err
	}
	kind, params, _ := part.Header.ContentType()
	if strings.HasPrefix(kind, "multipart/") {
		return nil
	}
	disposition, dparams, _ := part.Header.ContentDisposition()
	name := dparams["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case disposition == "attachment" || name != "" && disposition != "inline":
		if name == "" {
			name = kind
		}
		c.attached = append(c.attached, name)
	case kind == "text/plain" && c.plain == "":
		c.plain, err = readText(part.Body)
		return err
	case kind == "text/html" && c.html == "":
		c.html, err = readText(part.Body)
		return err
	}
	return nil
}

func readText(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // show what there is
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(text), "\r\n", "\n"), "\uFFFD"), err
}

// Printable returns text without control characters.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

// OneLine returns text without control characters, on one line: what stands in one place of
// a line must not look like the next line.
func OneLine(text string) string {
	return Printable(strings.NewReplacer("\r", "", "\n", " ", "\t", " ").Replace(text))
}
