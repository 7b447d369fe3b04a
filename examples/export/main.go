// Command export writes all messages of a mailbox to an mbox file, or to one file
// each, as they arrive: it needs the same memory for a mailbox of any size.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

var (
	mboxFile = flag.String("mbox", "", "`FILE` to append the messages to; empty: standard output")
	dir      = flag.String("dir", "", "`FOLDER` for one .eml file for each message, in place of an mbox")
)

func main() { connect.Main(export) }

func export(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	write := writeFile
	if *dir == "" {
		out, err := openMbox()
		if err != nil {
			return err
		}
		defer out.Close()
		write = func(body *imap.Body) error { return writeMbox(out, body) }
	} else if err := os.MkdirAll(*dir, 0o700); err != nil {
		return err
	}
	mbox, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil || mbox.Messages == 0 {
		return err
	}
	items := imap.FetchItems{InternalDate: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	count := 0
	for body, err := range c.UIDFetchBodies(ctx, imap.UIDRange(1, imap.Star), items, nil) {
		if err != nil {
			return err
		}
		if err := write(body); err != nil {
			return err
		}
		count++
	}
	fmt.Fprintln(os.Stderr, count, "messages exported")
	return nil
}

func openMbox() (io.WriteCloser, error) {
	if *mboxFile == "" {
		return os.Stdout, nil
	}
	return os.OpenFile(*mboxFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

// writeFile writes a message to a file named by its UID.
func writeFile(body *imap.Body) error {
	f, err := os.OpenFile(filepath.Join(*dir, fmt.Sprintf("%d.eml", body.Message.UID)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, body); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
