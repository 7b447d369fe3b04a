// Package contenttest reads the messages of testdata/content back from a server,
// and compares what a person reads and can save of them with what is written
// beside each. testdata/content/make.py makes both.
package contenttest

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Case is a message and what is expected of it.
type Case struct {
	Name    string
	Why     string
	Message []byte // with CRLF

	Text, HTML           Text    // with plain text, and with HTML preferred
	Reply                *string // nil: the same as the text
	Attachments          []File
	Inline               []string // numbers of parts
	ReadAttachments      []string // the same after the HTML was read, if it differs; else nil
	ReadInline           []string
	Embedded             []File
	Sealed               string
	Hidden               bool
	Warnings             []string
	Faults               []string // servers that send something else, and why
	hasHTML, differsRead bool
}

// Text is the parts that a person reads, and what is read.
type Text struct {
	Parts string // their numbers
	Text  string // without the last line break
}

// File is a part that can be saved.
type File struct {
	Number string
	Name   string // safe
	Size   int
	SHA256 string
}

// Load reads all cases of a folder.
func Load(dir fs.FS) ([]*Case, error) {
	names, err := fs.Glob(dir, "*.want")
	if err != nil {
		return nil, err
	}
	var cases []*Case
	for _, name := range names {
		c := &Case{Name: strings.TrimSuffix(path.Base(name), ".want")}
		if c.Message, err = fs.ReadFile(dir, c.Name+".eml"); err != nil {
			return nil, err
		}
		want, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		if err := c.parse(string(want)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// parse reads what is expected.
func (c *Case) parse(want string) error {
	var text *string
	for line := range strings.Lines(want) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "\t"); ok {
			if text == nil {
				return fmt.Errorf("a line of text before its heading: %q", line)
			}
			*text += rest + "\n"
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		text = nil
		switch key {
		case "#":
			c.Why = value
		case "text":
			c.Text.Parts, text = value, &c.Text.Text
		case "html":
			c.HTML.Parts, text, c.hasHTML = value, &c.HTML.Text, true
		case "reply":
			c.Reply = new(string)
			text = c.Reply
		case "sealed":
			c.Sealed = value
		case "hidden":
			c.Hidden = true
		case "warning":
			c.Warnings = append(c.Warnings, value)
		case "fault":
			c.Faults = append(c.Faults, value)
		default:
			if err := c.parseParts(key, value); err != nil {
				return err
			}
		}
	}
	if !c.hasHTML {
		c.HTML = c.Text
	}
	return nil
}

// parseParts reads a line about parts.
func (c *Case) parseParts(key, value string) error {
	switch key {
	case "inline":
		c.Inline = append(c.Inline, value)
	case "read-attachment":
		c.ReadAttachments, c.differsRead = strings.Fields(value), true
	case "read-inline":
		c.ReadInline, c.differsRead = strings.Fields(value), true
	case "attachment", "embedded":
		f, err := parseFile(value)
		if err != nil {
			return err
		}
		if key == "embedded" {
			c.Embedded = append(c.Embedded, f)
		} else {
			c.Attachments = append(c.Attachments, f)
		}
	default:
		return fmt.Errorf("unknown line %q", key)
	}
	return nil
}

// parseFile reads `2 "doc.pdf" 15 checksum`.
func parseFile(s string) (f File, err error) {
	number, rest, ok := strings.Cut(s, `"`)
	end := strings.LastIndexByte(rest, '"')
	if !ok || end < 0 {
		return f, fmt.Errorf("no name in %q", s)
	}
	fields := strings.Fields(rest[end+1:])
	if len(fields) != 2 {
		return f, fmt.Errorf("no size and checksum in %q", s)
	}
	f.Number, f.Name, f.SHA256 = strings.TrimSpace(number), rest[:end], fields[1]
	f.Size, err = strconv.Atoi(fields[0])
	return f, err
}

// fault returns why a server is known to send something else, for all of a message
// or for one of its parts, or "".
func (c *Case) fault(server, number string) string {
	for _, f := range c.Faults {
		names, why, _ := strings.Cut(f, " ")
		for name := range strings.SplitSeq(names, ",") {
			if name != server {
				continue
			}
			if part, rest, _ := strings.Cut(why, " "); strings.Trim(part, "0123456789.") == "" {
				if part == number {
					return rest
				}
				continue
			}
			return why
		}
	}
	return ""
}
