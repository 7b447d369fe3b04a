// Command export writes all messages of a mailbox to a Maildir, to an mbox or to one
// .eml file each. It needs the same memory for a mailbox of any size, and goes on where
// it was ended when it is called again.
//
//	export [-addr HOST:993 -user NAME] [-mailbox NAME] [-maildir FOLDER | -mbox FILE | -eml FOLDER]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

var (
	maildir = flag.String("maildir", "", "`FOLDER` for a Maildir; without -mbox and -eml: a new one")
	mbox    = flag.String("mbox", "", "`FILE` for an mbox")
	eml     = flag.String("eml", "", "`FOLDER` for one .eml file for each message")
)

func main() { connect.Main("writes a mailbox to a Maildir, an mbox or .eml files", export) }

func export(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	store, err := target()
	if err != nil {
		return err
	}
	report, err := bulk.Export(ctx, c, cfg.Mailbox, store, &bulk.ExportOptions{OnProgress: progress()})
	for _, failure := range report.Failures {
		fmt.Printf("not exported: message %d\n", failure.UID)
	}
	fmt.Printf("%d messages exported, %d bytes; %d were there already: %s\n", report.Messages, report.Octets, report.Present, store)
	return err
}

// target returns where to.
func target() (bulk.Store, error) {
	switch {
	case *mbox != "" && *maildir+*eml == "":
		return bulk.Mbox(*mbox), nil
	case *eml != "" && *maildir+*mbox == "":
		return bulk.EML(*eml), nil
	case *mbox+*eml != "":
		return bulk.Store{}, errors.New("-maildir, -mbox, -eml: only one of them")
	case *maildir == "":
		dir, err := os.MkdirTemp("", "export-")
		return bulk.Maildir(filepath.Join(dir, "Maildir")), err
	}
	return bulk.Maildir(*maildir), nil
}

// progress returns what shows a bar, if there is a terminal.
func progress() func(bulk.Progress) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	bar := progressbar.DefaultBytes(-1)
	return func(p bulk.Progress) {
		bar.ChangeMax64(max(p.TotalOctets, 1))
		bar.Describe(fmt.Sprintf("%d of %d messages", p.Messages, p.TotalMessages))
		_ = bar.Set64(p.Octets)
	}
}
