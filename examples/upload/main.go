// Command upload appends message files to a mailbox.
//
//	upload [-addr HOST:993 -user NAME] [-mailbox NAME] FILE.eml…
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/demo"
)

func main() { connect.Main(upload, "FILE.eml…") }

func upload(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if flag.NArg() == 0 {
		if cfg.Demo != nil {
			return uploadSamples(ctx, c, cfg)
		}
		return errors.New("no files: name them after the flags")
	}
	for _, name := range flag.Args() {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := put(ctx, c, cfg.Mailbox, name, imap.CRLF(raw)); err != nil {
			return err
		}
	}
	return nil
}

// put appends one message and shows its progress.
func put(ctx context.Context, c *imap.Client, mailbox, name string, raw []byte) error {
	r := &progress{r: bytes.NewReader(raw), name: name, size: len(raw)}
	res, err := c.Append(ctx, mailbox, int64(len(raw)), r, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	where := "in " + mailbox
	if uid := res.UID(); uid != 0 { // servers without UIDPLUS do not return it
		where = fmt.Sprintf("UID %d of %s", uid, mailbox)
	}
	fmt.Printf("%s: %d bytes, now %s\n", name, len(raw), where)
	return nil
}

func uploadSamples(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	samples, err := demo.Messages()
	for i := range samples {
		if err := put(ctx, c, cfg.Mailbox, fmt.Sprintf("sample %d", i+1), samples[i].Raw); err != nil {
			return err
		}
	}
	return err
}

// progress reports every megabyte that was read for sending.
type progress struct {
	r          io.Reader
	name       string
	size, sent int
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if before := p.sent >> 20; (p.sent+n)>>20 > before {
		fmt.Fprintf(os.Stderr, "%s: %d %%\n", p.name, 100*(p.sent+n)/p.size)
	}
	p.sent += n
	return n, err
}
