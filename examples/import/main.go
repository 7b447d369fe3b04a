// Command import stores messages in a mailbox, with flags and dates: those of a Maildir,
// an mbox, or a folder of .eml files. It goes on where it was ended when it is called
// again.
//
//	import [-addr HOST:993 -user NAME] [-mailbox NAME] [-maildir FOLDER | -mbox FILE | -eml FOLDER]
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
	"github.com/seed-090b04e4/imap/examples/internal/demo"
	"github.com/seed-090b04e4/imap/examples/internal/show"
)

var (
	maildir = flag.String("maildir", "", "`FOLDER` with a Maildir")
	mbox    = flag.String("mbox", "", "`FILE` that is an mbox")
	eml     = flag.String("eml", "", "`FOLDER` with .eml files")
)

func main() {
	connect.Main("stores the messages of a Maildir, an mbox or .eml files in a mailbox", load)
}

func load(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	store, err := source(cfg)
	if err != nil {
		return err
	}
	report, err := bulk.Import(ctx, c, cfg.Mailbox, store, &bulk.ImportOptions{OnProgress: progress()})
	for _, failure := range report.Failures {
		fmt.Println("not imported:", show.OneLine(failure.File))
	}
	for _, flag := range report.Dropped {
		fmt.Println("the server does not keep the flag", show.OneLine(string(flag)))
	}
	fmt.Printf("%d messages imported, %d bytes; %d were there already: %s\n", report.Messages, report.Octets, report.Present, store)
	return err
}

// source returns where from.
func source(cfg *connect.Config) (bulk.Store, error) {
	switch {
	case *mbox != "" && *maildir+*eml == "":
		return bulk.Mbox(*mbox), nil
	case *eml != "" && *maildir+*mbox == "":
		return bulk.EML(*eml), nil
	case *maildir != "" && *mbox+*eml == "":
		return bulk.Maildir(*maildir), nil
	case cfg.Demo == nil || *mbox+*eml+*maildir != "":
		return bulk.Store{}, errors.New("what to import? One of -maildir, -mbox and -eml")
	}
	return samples()
}

// samples writes the messages of the sample mailbox to .eml files.
func samples() (bulk.Store, error) {
	dir, err := os.MkdirTemp("", "import-")
	if err != nil {
		return bulk.Store{}, err
	}
	messages, err := demo.Messages()
	for i := range messages {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.eml", i+1)), messages[i].Raw, 0o600))
	}
	return bulk.EML(dir), err
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
