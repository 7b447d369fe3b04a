// Command draft writes a message and puts it where mail programs look for drafts.
//
//	draft [-addr HOST:993 -user NAME] [-to ADDRESS] [-subject TEXT] [-text TEXT]
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/emersion/go-message/mail"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/folders"
)

var (
	to      = flag.String("to", "Ada Lovelace <ada@example.org>", "`ADDRESSES` of the receivers")
	subject = flag.String("subject", "Grüße", "`TEXT` of the subject")
	text    = flag.String("text", "Hello,\n\nmore soon.\n", "`TEXT` of the message")
)

func main() { connect.Main("writes a message into the mailbox for drafts", draft) }

func draft(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	content, err := compose(cfg.User)
	if err != nil {
		return err
	}
	drafts, err := folders.Ensure(ctx, c, imap.AttrDrafts)
	if err != nil {
		return err
	}
	opts := &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft, imap.FlagSeen}}
	res, err := bulk.AppendUID(ctx, c, drafts, int64(len(content)), bytes.NewReader(content), opts)
	if err != nil {
		return err
	}
	fmt.Printf("UID %d of %s, %d bytes\n", res.UID(), show.OneLine(drafts), len(content))
	return nil
}

// compose makes the message.
func compose(from string) ([]byte, error) {
	receivers, err := mail.ParseAddressList(*to)
	if err != nil {
		return nil, fmt.Errorf("-to: %w", err)
	}
	var h mail.Header
	h.SetDate(time.Now())
	h.SetAddressList("From", []*mail.Address{{Address: from}})
	h.SetAddressList("To", receivers)
	h.SetSubject(*subject)
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	if err := h.GenerateMessageID(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := mail.CreateSingleInlineWriter(&b, h)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(imap.CRLF(*text)); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
