package imap

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

const (
	maxPartHeader = 8 << 10 // octets of the header of a part that are read for its name
	maxConfirmed  = 100     // headers that are asked for in one command
)

// ConfirmNames corrects file names in structure, in place, by asking for the
// headers of the parts whose names BODYSTRUCTURE may have damaged: servers cut
// names, and drop what is not US-ASCII. If no name is suspect, nothing is sent.
// \Seen is not set. No other goroutine may use structure meanwhile. If the message
// is gone, the error matches CodeNonExistent; others are those of
// [Client.UIDFetch].
func (c *Client) ConfirmNames(ctx context.Context, uid UID, structure *BodyStructure) error {
	var suspects []Part
	charset := ""
	for p, class := range structure.Leaves(PreferPlain) {
		if response.SuspectName(p) {
			suspects = append(suspects, p)
		}
		if class == response.ClassText && charset == "" {
			charset = p.Charset()
		}
	}
	single := structure != nil && !structure.IsMultipart()
	for some := range slices.Chunk(suspects, maxConfirmed) {
		if err := c.confirmNames(ctx, uid, some, single, charset); err != nil {
			return err
		}
	}
	return nil
}

// confirmNames asks for the headers of some parts. Octets that have no label are read
// in charset. The part of a message that is single has the header of the message
// (RFC 9051 §6.4.5.1).
func (c *Client) confirmNames(ctx context.Context, uid UID, parts []Part, single bool, charset string) error {
	sections := make([]Section, len(parts))
	items := FetchItems{Sections: make([]FetchSection, len(parts))}
	for i, p := range parts {
		sections[i] = Section{Part: p.Number, Specifier: response.SpecifierMIME}
		if single {
			sections[i] = Section{Specifier: response.SpecifierHeaderFields, Fields: []string{"Content-Type", "Content-Disposition"}}
		}
		items.Sections[i] = FetchSection{Section: sections[i], Partial: &commands.Partial{Count: maxPartHeader}}
	}
	found := false
	for m, err := range c.UIDFetch(ctx, UIDs(uid), items, nil) {
		if err != nil {
			return err
		}
		for i, p := range parts {
			if header, ok := m.Section(sections[i]); ok {
				found = true
				response.ConfirmName(p.BodyStructure, header, charset)
			}
		}
	}
	if !found {
		return fmt.Errorf("imap: message %d has no headers of its parts: %w", uid, CodeNonExistent)
	}
	return nil
}
