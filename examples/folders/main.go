// Command folders prints the tree of mailboxes, what each is for, how many messages it
// holds, and how much of the quota is used.
package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/folders"
)

func main() { connect.Main("prints the tree of mailboxes with counts and quota", tree) }

func tree(ctx context.Context, c *imap.Client, _ *connect.Config) error {
	opts := &imap.ListOptions{SpecialUse: true, Status: imap.StatusMessages | imap.StatusUnseen | imap.StatusSize}
	all, err := imap.Collect(c.List(ctx, "*", opts))
	if err != nil {
		return err
	}
	uses := make(map[*imap.MailboxInfo]imap.MailboxAttr)
	for use, box := range folders.Roles(all) {
		uses[box] = use
	}
	for _, box := range all {
		name, depth := box.Mailbox, 0
		if box.Delim != "" {
			levels := strings.Split(box.Mailbox, box.Delim)
			name, depth = levels[len(levels)-1], len(levels)-1
		}
		line := strings.Repeat("  ", depth) + show.OneLine(name) + " " + string(uses[box])
		if st := box.Status; st != nil {
			size := ""
			if st.Has(imap.StatusSize) {
				size = ", " + kilobytes(st.Size)
			}
			fmt.Printf("%-40s %6d messages, %d unseen%s\n", line, st.Messages, st.Unseen, size)
		} else {
			fmt.Println(line)
		}
	}
	return quota(ctx, c)
}

// quota prints what the server says of limits, if it does.
func quota(ctx context.Context, c *imap.Client) error {
	roots, err := c.GetQuotaRoot(ctx, "INBOX")
	if errors.Is(err, imap.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, root := range roots.Quotas {
		for _, r := range root.Resources {
			fmt.Printf("quota %q: %s %d of %d\n", root.Root, show.OneLine(r.Name), r.Usage, r.Limit)
		}
	}
	return nil
}

func kilobytes(octets int64) string { return fmt.Sprintf("%d kB", (octets+999)/1000) }
