package folders

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// createdAs are the names of mailboxes that Ensure creates for a special use.
var createdAs = map[response.MailboxAttr]string{
	response.AttrArchive: "Archive", response.AttrDrafts: "Drafts", response.AttrJunk: "Junk",
	response.AttrSent: "Sent", response.AttrTrash: "Trash",
}

// Ensure returns the name of the mailbox with the given levels, and creates and subscribes
// it if it does not exist. The levels are below the mailbox for a special use, as [Roles]
// finds it, or below the user's own namespace (RFC 2342) if use is empty:
//
//	name, err := folders.Ensure(ctx, c, imap.AttrArchive, "2026") // Archive/2026, INBOX.Archive.2026, …
//	name, err := folders.Ensure(ctx, c, imap.AttrDrafts)
//	name, err := folders.Ensure(ctx, c, "", "Projects", "Go")
//
// If no mailbox has the use, Archive, Drafts, Junk, Sent or Trash is created, with the use
// if the server has CREATE-SPECIAL-USE (RFC 6154 §3).
//
// Errors: [ErrLevel]; those of imap.Client.List, Namespace and Create; an
// *imap.ArgumentError for a use that no mailbox has and that none can be created for.
func Ensure(ctx context.Context, c *imap.Client, use response.MailboxAttr, levels ...string) (string, error) {
	if use == "" {
		prefix, delim, err := personal(ctx, c)
		if err != nil {
			return "", err
		}
		if len(levels) > 0 && strings.EqualFold(levels[0], "INBOX") {
			prefix, levels = "", append([]string{"INBOX"}, levels[1:]...)
		}
		name, err := Join(prefix, delim, levels...)
		if err != nil {
			return "", err
		}
		return name, ensure(ctx, c, name, "")
	}
	all, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{SpecialUse: true}))
	if err != nil {
		return "", err
	}
	base, delim := "", ""
	if box := Roles(all)[use]; box != nil {
		base, delim = box.Mailbox, box.Delim
	} else if base, delim, err = createRole(ctx, c, use); err != nil {
		return "", err
	}
	if len(levels) == 0 {
		return base, nil
	}
	name, err := Join(base+delim, delim, levels...)
	if err != nil || delim == "" {
		return "", errors.Join(ErrLevel, err)
	}
	return name, ensure(ctx, c, name, "")
}

// createRole creates a mailbox for a special use.
func createRole(ctx context.Context, c *imap.Client, use response.MailboxAttr) (name, delim string, err error) {
	level := createdAs[use]
	if level == "" {
		return "", "", &imap.ArgumentError{Command: "CREATE", Argument: "use", Msg: fmt.Sprintf("no mailbox has %s, and none is created for it", use)}
	}
	prefix, delim, err := personal(ctx, c)
	if err != nil {
		return "", "", err
	}
	return prefix + level, delim, ensure(ctx, c, prefix+level, use)
}

// personal returns the prefix of the user's own mailboxes, and the delimiter.
func personal(ctx context.Context, c *imap.Client) (prefix, delim string, err error) {
	if c.Caps().Has(response.CapNamespace) {
		ns, err := c.Namespace(ctx)
		if err == nil && len(ns.Personal) > 0 {
			return ns.Personal[0].Prefix, ns.Personal[0].Delim, nil
		}
		var status *imap.StatusError
		if err != nil && !errors.As(err, &status) {
			return "", "", err
		}
	}
	for box, err := range c.List(ctx, "", nil) {
		if err != nil {
			return "", "", err
		}
		delim = box.Delim
	}
	return "", delim, nil
}

// ensure creates a mailbox unless it exists.
func ensure(ctx context.Context, c *imap.Client, name string, use response.MailboxAttr) error {
	if there, err := isThere(ctx, c, name); there || err != nil {
		return err
	}
	var opts *commands.CreateOptions
	if use != "" && c.Caps().Has(response.CapCreateSpecialUse) {
		opts = &commands.CreateOptions{SpecialUse: []response.MailboxAttr{use}}
	}
	if err := c.Create(ctx, name, opts); err != nil {
		// Another program may have been faster, and not every server says so by a code.
		if there, _ := isThere(ctx, c, name); !there {
			return err
		}
	}
	var status *imap.StatusError
	if err := c.Subscribe(ctx, name); !errors.As(err, &status) { // a server need not let it be
		return err
	}
	return nil
}

// isThere reports whether a mailbox can be selected. The wildcards of LIST that a name
// may have match the name, too.
func isThere(ctx context.Context, c *imap.Client, name string) (bool, error) {
	there := false
	for box, err := range c.List(ctx, name, nil) {
		if err != nil {
			return false, err
		}
		same := box.Mailbox == name || strings.EqualFold(name, "INBOX") && strings.EqualFold(box.Mailbox, "INBOX")
		there = there || same && !box.HasAttr(response.AttrNoSelect) && !box.HasAttr(response.AttrNonExistent)
	}
	return there, nil
}
