package real

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	imap2 "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message/charset"
)

// goimap2 is github.com/emersion/go-imap/v2, used as its documentation shows.
type goimap2 struct {
	known    map[imap2.UID]string // the flags of each message
	modSeq   uint64
	validity uint32
}

func (p *goimap2) open(t *task) (*imapclient.Client, error) {
	cfg, err := tlsConfig(t)
	if err != nil {
		return nil, err
	}
	c, err := imapclient.DialTLS(t.Addr, &imapclient.Options{TLSConfig: cfg, WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}})
	if err != nil {
		return nil, err
	}
	return c, c.Login(t.User, t.Password).Wait()
}

func (p *goimap2) prepare(_ context.Context, t *task) error {
	if t.Job != jobNoChange && t.Job != jobChanges {
		return nil
	}
	c, err := p.open(t)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = p.sync(c, t)
	return err
}

// sync compares the mailbox with what is known: all UIDs, and the flags that have
// changed since if the server has CONDSTORE. It returns new messages.
func (p *goimap2) sync(c *imapclient.Client, t *task) (imap2.UIDSet, error) {
	var added imap2.UIDSet
	mbox, err := c.Select(t.Mailbox, &imap2.SelectOptions{ReadOnly: true, CondStore: c.Caps().Has(imap2.CapCondStore)}).Wait()
	if err != nil {
		return added, err
	}
	first := p.known == nil
	if first || mbox.UIDValidity != p.validity {
		p.known = make(map[imap2.UID]string)
	}
	found, err := c.UIDSearch(&imap2.SearchCriteria{}, nil).Wait()
	if err != nil {
		return added, err
	}
	there := make(map[imap2.UID]bool)
	for _, uid := range found.AllUIDs() {
		there[uid] = true
		if _, ok := p.known[uid]; !ok {
			added.AddNum(uid)
		}
	}
	for uid := range p.known {
		if !there[uid] {
			delete(p.known, uid)
		}
	}
	opts := &imap2.FetchOptions{UID: true, Flags: true}
	if mbox.HighestModSeq > 0 && !first {
		opts.ChangedSince = p.modSeq
	}
	if opts.ChangedSince != mbox.HighestModSeq || first {
		messages, err := c.Fetch(allUIDs, opts).Collect()
		if err != nil {
			return added, err
		}
		for _, m := range messages {
			p.known[m.UID] = fmt.Sprint(m.Flags)
		}
	}
	p.modSeq, p.validity = mbox.HighestModSeq, mbox.UIDValidity
	return added, nil
}

var allUIDs = imap2.UIDSet{{Start: 1, Stop: 0}}

func (p *goimap2) run(_ context.Context, t *task, out *outcome) error {
	c, err := p.open(t)
	if err != nil {
		return err
	}
	defer c.Close()
	switch t.Job {
	case jobNoChange, jobChanges:
		var added imap2.UIDSet
		if added, err = p.sync(c, t); err == nil && len(added) > 0 {
			err = p.bodies(c, t, t.Mailbox, added, out)
		}
	case jobFolders:
		for _, folder := range t.Folders {
			if err := p.all(c, t, folder, out); err != nil {
				return err
			}
		}
	case jobBodies:
		err = p.all(c, t, t.Mailbox, out)
	case jobHeaders:
		err = p.headers(c, t, out)
	default:
		err = p.attachment(c, t, out)
	}
	if err != nil {
		return err
	}
	return c.Logout().Wait()
}

func (p *goimap2) examine(c *imapclient.Client, mailbox string) error {
	_, err := c.Select(mailbox, &imap2.SelectOptions{ReadOnly: true}).Wait()
	return err
}

func (p *goimap2) all(c *imapclient.Client, t *task, mailbox string, out *outcome) error {
	if err := p.examine(c, mailbox); err != nil {
		return err
	}
	return p.bodies(c, t, mailbox, allUIDs, out)
}

func (p *goimap2) headers(c *imapclient.Client, t *task, out *outcome) error {
	if err := p.examine(c, t.Mailbox); err != nil {
		return err
	}
	cmd := c.Fetch(allUIDs, &imap2.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true, Envelope: true,
		BodyStructure: &imap2.FetchItemBodyStructure{Extended: true}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		if _, err := m.Collect(); err != nil {
			return err
		}
		out.Messages++
	}
	return cmd.Close()
}

func (p *goimap2) bodies(c *imapclient.Client, t *task, mailbox string, uids imap2.UIDSet, out *outcome) error {
	cmd := c.Fetch(uids, &imap2.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true,
		BodySection: []*imap2.FetchItemBodySection{{Peek: true}}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			section, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok {
				continue
			}
			err := save(t, fmt.Sprintf("%s.%d", mailbox, m.SeqNum), func(w *bufio.Writer) error {
				n, err := io.Copy(w, section.Literal)
				out.Octets += n
				return err
			})
			if err != nil {
				return err
			}
			out.Messages++
		}
	}
	return cmd.Close()
}

func (p *goimap2) attachment(c *imapclient.Client, t *task, out *outcome) error {
	if err := p.examine(c, t.Mailbox); err != nil {
		return err
	}
	cmd := c.Fetch(imap2.UIDSetNum(1), &imap2.FetchOptions{BodySection: []*imap2.FetchItemBodySection{{Peek: true, Part: []int{2}}}})
	m := cmd.Next()
	if m == nil {
		return errors.New("no message")
	}
	for item := m.Next(); item != nil; item = m.Next() {
		section, ok := item.(imapclient.FetchItemDataBodySection)
		if !ok {
			continue
		}
		out.Messages = 1
		err := save(t, "attachment", func(w *bufio.Writer) error {
			n, err := io.Copy(w, base64.NewDecoder(base64.StdEncoding, section.Literal))
			out.Octets = n
			if err != nil && strings.Contains(err.Error(), "EOF") {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return cmd.Close()
}
