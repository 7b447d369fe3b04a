package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/url"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// backUp copies the messages of an account that it has not copied yet to files, one
// folder for each mailbox. It may be interrupted at any instant, and run again.
func backUp(ctx context.Context, acc *account.Account, dir string) error {
	boxes, err := acc.Mailboxes(ctx)
	if err != nil {
		return err
	}
	for _, box := range boxes {
		if !box.HasAttr(imap.AttrNoSelect) && !box.HasAttr(imap.AttrAll) {
			err = errors.Join(err, backUpMailbox(ctx, acc, box.Mailbox, filepath.Join(dir, url.PathEscape(box.Mailbox))))
		}
	}
	return err
}

func backUpMailbox(ctx context.Context, acc *account.Account, mailbox, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	state := &account.State{Mailbox: mailbox}
	stored, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err == nil {
		err = json.Unmarshal(stored, state)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for change, err := range acc.Sync(ctx, state, nil) {
		if err != nil {
			return err
		}
		if change.Kind == account.Synced {
			state = change.State()
		}
	}
	missing := state.UIDs.Clone()
	files, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("%d.*.eml", state.UIDValidity)))
	for _, file := range files {
		var validity uint32
		var uid imap.UID
		if n, _ := fmt.Sscanf(filepath.Base(file), "%d.%d.eml", &validity, &uid); n == 2 {
			missing.Remove(imap.UIDs(uid))
		}
	}
	if err != nil {
		return err
	}
	report, err := acc.Download(ctx, mailbox, missing, func(b *imap.Body) error {
		name := filepath.Join(dir, fmt.Sprintf("%d.%d.eml", state.UIDValidity, b.Message.UID))
		return write(name, b)
	}, &account.DownloadOptions{UIDValidity: state.UIDValidity})
	for _, failure := range report.Failures {
		err = errors.Join(err, failure.Err)
	}
	if stored, err2 := json.Marshal(state); err2 == nil {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "state.json"), stored, 0o600))
	}
	return err
}

// write stores a file in such a way that it is whole, or not there.
func write(name string, r io.Reader) error {
	f, err := os.Create(name + ".part")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// A backup that copies what is new.
func Example_backup() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	dir, err := os.MkdirTemp("", "backup-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for range 2 { // the second one finds one new message
		if err := backUp(ctx, acc, dir); err != nil {
			log.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "INBOX", "*.eml"))
		fmt.Println(len(files), err)
		srv.User("user").Mailbox("INBOX").Deliver([]byte("Subject: Fresh\r\n\r\nhello\r\n"))
	}
	// Output:
	// 3 <nil>
	// 4 <nil>
}
