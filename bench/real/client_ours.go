package real

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// ours is this library: package account, and for single jobs a client of it.
type ours struct {
	state *account.State
}

func tlsConfig(t *task) (*tls.Config, error) {
	pem, err := os.ReadFile(t.CAFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", t.CAFile)
	}
	return &tls.Config{RootCAs: pool, ServerName: "localhost"}, nil
}

func (o *ours) open(ctx context.Context, t *task) (*account.Account, error) {
	cfg, err := tlsConfig(t)
	if err != nil {
		return nil, err
	}
	return account.Open(ctx, account.Config{
		URL:         "imaps://" + url.PathEscape(t.User) + "@" + t.Addr,
		Credentials: account.Password(t.Password),
		Client:      imap.Options{TLSConfig: cfg},
		Lazy:        true,
	})
}

func (o *ours) prepare(ctx context.Context, t *task) error {
	if t.Job != jobNoChange && t.Job != jobChanges {
		return nil
	}
	acc, err := o.open(ctx, t)
	if err != nil {
		return err
	}
	defer acc.Close()
	_, err = o.sync(ctx, acc, &account.State{Mailbox: t.Mailbox})
	return err
}

// sync takes over what has changed, and returns the UIDs of new messages.
func (o *ours) sync(ctx context.Context, acc *account.Account, from *account.State) (imap.UIDSet, error) {
	var added imap.UIDSet
	for change, err := range acc.Sync(ctx, from, nil) {
		if err != nil {
			return imap.UIDSet{}, err
		}
		switch change.Kind {
		case account.Added:
			added.AddNum(change.Message.UID)
		case account.Synced:
			o.state = change.State()
		}
	}
	return added, nil
}

func (o *ours) run(ctx context.Context, t *task, out *outcome) error {
	acc, err := o.open(ctx, t)
	if err != nil {
		return err
	}
	defer acc.Close()
	switch t.Job {
	case jobHeaders:
		return acc.Do(ctx, t.Mailbox, &account.DoOptions{ReadOnly: true}, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
			items := imap.FetchItems{Flags: true, InternalDate: true, Size: true, Envelope: true, BodyStructure: true}
			for _, err := range c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), items, nil) {
				if err != nil {
					return err
				}
				out.Messages++
			}
			return nil
		})
	case jobBodies:
		return o.download(ctx, acc, t, t.Mailbox, imap.UIDRange(1, imap.Star), out)
	case jobNoChange, jobChanges:
		added, err := o.sync(ctx, acc, o.state)
		if err != nil || added.Empty() {
			return err
		}
		return o.download(ctx, acc, t, t.Mailbox, added, out)
	case jobFolders:
		return o.folders(ctx, acc, t, out)
	default:
		return acc.Do(ctx, t.Mailbox, &account.DoOptions{ReadOnly: true}, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
			return o.attachment(ctx, c, t, out)
		})
	}
}

func (o *ours) download(ctx context.Context, acc *account.Account, t *task, mailbox string, uids imap.UIDSet, out *outcome) error {
	report, err := acc.Download(ctx, mailbox, uids, func(b *imap.Body) error {
		return save(t, fmt.Sprintf("%s.%d", mailbox, b.Message.UID), func(w *bufio.Writer) error {
			_, err := io.Copy(w, b)
			return err
		})
	}, nil)
	if err == nil && len(report.Failures) > 0 {
		err = report.Failures[0].Err
	}
	if err == nil {
		out.Octets += report.Octets
		out.Messages += int(report.Done.Len())
	}
	return err
}

// folders downloads mailboxes, as many at a time as there are connections.
func (o *ours) folders(ctx context.Context, acc *account.Account, t *task, out *outcome) error {
	type end struct {
		out outcome
		err error
	}
	ends := make(chan end, len(t.Folders))
	turns := make(chan struct{}, 3)
	for _, folder := range t.Folders {
		go func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			var e end
			e.err = o.download(ctx, acc, t, folder, imap.UIDRange(1, imap.Star), &e.out)
			ends <- e
		}()
	}
	for range t.Folders {
		e := <-ends
		if e.err != nil {
			return e.err
		}
		out.Messages += e.out.Messages
		out.Octets += e.out.Octets
	}
	return nil
}

func (o *ours) attachment(ctx context.Context, c *imap.Client, t *task, out *outcome) error {
	m, err := c.UIDFetchOne(ctx, 1, imap.FetchItems{BodyStructure: true})
	if err != nil {
		return err
	}
	files := m.BodyStructure.Attachments()
	if len(files) != 1 {
		return fmt.Errorf("%d attachments", len(files))
	}
	r, err := c.OpenPart(ctx, m.UID, files[0], nil)
	if err != nil {
		return err
	}
	defer r.Close()
	out.Messages = 1
	return save(t, "attachment", func(w *bufio.Writer) error {
		out.Octets, err = io.Copy(w, r)
		return err
	})
}
