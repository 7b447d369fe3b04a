// Command attachments saves the attachments of messages to files, one after the other as
// they arrive, without the rest of the messages: of the newest message, of one by its
// UID, or of all from a sender or since a day.
//
//	attachments [-addr HOST:993 -user NAME] [-from TEXT] [-since 2026-01-31] [-uid UID] [-dir FOLDER]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/search"
)

var (
	uid   = flag.Uint64("uid", 0, "`UID` of the message")
	from  = flag.String("from", "", "`TEXT` in the sender's name or address")
	since = flag.String("since", "", "`DAY` like 2026-01-31: messages that arrived then or later")
	dir   = flag.String("dir", "", "`FOLDER` for the files; empty: a new temporary one")
)

func main() {
	connect.Main("saves attachments to files: of one message, a sender, or since a day", attachments)
}

func attachments(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	which, err := choose(ctx, c)
	if err != nil {
		return err
	}
	messages, err := imap.Collect(c.UIDFetch(ctx, which, imap.FetchItems{BodyStructure: true}, nil))
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		return fmt.Errorf("no message %s in %s", which, cfg.Mailbox)
	}
	root, err := open() // no name leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	var names imap.Names // two parts may have the same name, or none
	for _, msg := range messages {
		if err := c.ConfirmNames(ctx, msg.UID, msg.BodyStructure); err != nil { // servers damage them
			return err
		}
		list := msg.BodyStructure.Attachments()
		for _, part := range list {
			name := names.Unique(part.SafeName())
			n, err := save(ctx, c, root, name, msg.UID, part)
			if err != nil {
				return err
			}
			fmt.Printf("%s  %s, %d bytes\n", filepath.Join(*dir, name), show.OneLine(part.MediaType()), n)
		}
		fmt.Printf("Message %d has %d attachments.\n", msg.UID, len(list))
	}
	return nil
}

// choose returns the messages that the flags name.
func choose(ctx context.Context, c *imap.Client) (imap.UIDSet, error) {
	key := search.All()
	switch {
	case *uid > math.MaxUint32:
		return imap.UIDSet{}, fmt.Errorf("-uid: %d is too large for a UID", *uid)
	case *uid != 0:
		return imap.UIDs(imap.UID(*uid)), nil
	case *from == "" && *since == "":
		return imap.UIDRange(imap.Star, imap.Star), nil
	}
	if *from != "" {
		key = search.And(key, search.From(*from))
	}
	if *since != "" {
		day, err := time.ParseInLocation(time.DateOnly, *since, time.Local)
		if err != nil {
			return imap.UIDSet{}, fmt.Errorf("-since: %w", err)
		}
		key = search.And(key, search.Since(day))
	}
	found, err := c.UIDSearch(ctx, key, &imap.SearchOptions{Local: true})
	if err != nil {
		return imap.UIDSet{}, err
	}
	return found.All, nil
}

// open opens the folder for the files.
func open() (*os.Root, error) {
	if *dir == "" {
		var err error
		if *dir, err = os.MkdirTemp("", "attachments-"); err != nil {
			return nil, err
		}
	}
	return os.OpenRoot(*dir)
}

// save writes one part to a file.
func save(ctx context.Context, c *imap.Client, root *os.Root, name string, uid imap.UID, part imap.Part) (n int64, err error) {
	r, err := c.OpenPart(ctx, uid, part, nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	if n, err = io.Copy(f, r); err != nil {
		f.Close()
		return n, err
	}
	return n, f.Close()
}
