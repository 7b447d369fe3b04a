// Command attachments saves the attachments of a message to files, one after the
// other as they arrive, without the rest of the message.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

var (
	uid = flag.Uint64("uid", 0, "`UID` of the message; 0: the last one")
	dir = flag.String("dir", "", "`FOLDER` for the files; empty: a new temporary one")
)

func main() { connect.Main(attachments) }

func attachments(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	if *uid > math.MaxUint32 {
		return fmt.Errorf("-uid: %d is too large for a UID", *uid)
	}
	which := imap.UIDRange(imap.Star, imap.Star)
	if *uid != 0 {
		which = imap.UIDs(imap.UID(*uid))
	}
	messages, err := imap.Collect(c.UIDFetch(ctx, which, imap.FetchItems{BodyStructure: true}, nil))
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		return fmt.Errorf("no message %s in %s", which, cfg.Mailbox)
	}
	if *dir == "" {
		if *dir, err = os.MkdirTemp("", "attachments-"); err != nil {
			return err
		}
	}
	root, err := os.OpenRoot(*dir) // no name leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	msg, count := messages[0], 0
	var names imap.Names // two parts may have the same name, or none
	for _, part := range msg.BodyStructure.Attachments() {
		name := names.Unique(part.SafeName())
		n, err := save(ctx, c, root, name, msg.UID, part)
		if err != nil {
			return err
		}
		fmt.Printf("%s  %s, %d bytes\n", filepath.Join(*dir, name), part.MediaType(), n)
		count++
	}
	fmt.Printf("Message %d has %d attachments.\n", msg.UID, count)
	return nil
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
