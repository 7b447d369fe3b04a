package compat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// imapClient is this library at work.
type imapClient struct {
	ctx   context.Context
	to    target
	other func(deed string)
	c     *imap.Client
}

func newImapClient(ctx context.Context, to target, other func(string)) (client, error) {
	conf, err := to.tlsConfig()
	if err != nil {
		return nil, err
	}
	c, err := imap.DialTLS(ctx, to.Addr, &imap.Options{TLSConfig: conf})
	if err != nil {
		return nil, err
	}
	return &imapClient{ctx, to, other, c}, nil
}

func (p *imapClient) close() { p.c.Close() }

func (p *imapClient) login() (saw []string, err error) {
	err = p.c.Login(p.ctx, p.to.User, p.to.Password)
	for _, name := range capabilitiesToNote {
		if p.c.Caps().Has(imap.Cap(name)) {
			saw = append(saw, name)
		}
	}
	return saw, err
}

func (p *imapClient) create() ([]string, error) {
	for _, name := range mailboxes {
		if err := p.c.Create(p.ctx, name, nil); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (p *imapClient) list() (saw []string, err error) {
	for box, err := range p.c.List(p.ctx, "*", nil) {
		if err != nil {
			return nil, err
		}
		saw = append(saw, mailboxLine(box.Delim, box.Mailbox, box.Attrs))
	}
	slices.Sort(saw)
	return saw, nil
}

func (p *imapClient) append() (saw []string, err error) {
	for _, m := range messages {
		opts := &imap.AppendOptions{InternalDate: m.Date}
		for _, f := range m.Flags {
			opts.Flags = append(opts.Flags, imap.Flag(f))
		}
		put, err := p.c.Append(p.ctx, "INBOX", int64(len(m.Text)), strings.NewReader(m.Text), opts)
		if err != nil {
			return nil, err
		}
		saw = append(saw, "UID "+put.UIDs.String())
	}
	return saw, nil
}

func (p *imapClient) selectInbox() ([]string, error) {
	box, err := p.c.Select(p.ctx, "INBOX", nil)
	if err != nil {
		return nil, err
	}
	return selectLines(box.Messages, box.UIDNext), nil
}

func (p *imapClient) search() (saw []string, err error) {
	for _, query := range []struct {
		name string
		key  imap.SearchKey
	}{
		{"unseen", search.Unseen()},
		{"keyword", search.Keyword("$Work")},
		{"subject", search.Subject("grüße")},
		{"since", search.Since(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))},
		{"larger", search.Larger(300)},
		{"nothing", search.Subject("nothing")},
	} {
		res, err := p.c.UIDSearch(p.ctx, query.key, nil)
		if err != nil {
			return nil, err
		}
		saw = append(saw, found(query.name, slices.Collect(res.All.All())))
	}
	return saw, nil
}

func (p *imapClient) fetch() (saw []string, err error) {
	items := imap.FetchItems{
		Flags: true, Size: true, InternalDate: true, Envelope: true, BodyStructure: true,
		Sections: []imap.FetchSection{imap.WholeMessage(), imap.PartSection(1)},
	}
	for m, err := range p.c.UIDFetch(p.ctx, imap.UIDRange(1, imap.Star), items, nil) {
		if err != nil {
			return nil, err
		}
		var parts []string
		m.BodyStructure.Walk(func(part imap.Part) response.WalkAction {
			parts = append(parts, part.MediaType())
			return response.WalkOn
		})
		from := m.Envelope.From[0]
		first, _ := m.Section(imap.Section{Part: []int{1}})
		saw = append(saw, row(m.UID, words(m.Flags), m.Size, m.InternalDate, m.Envelope.Subject,
			sender(from.Name, from.Addr()), strings.Join(parts, " "), string(m.Body()), string(first)))
	}
	return saw, nil
}

func (p *imapClient) store() (saw []string, err error) {
	for _, change := range []struct {
		uid  imap.UID
		op   imap.StoreOp
		flag imap.Flag
	}{
		{1, imap.StoreAdd, imap.FlagFlagged}, {2, imap.StoreRemove, "$Work"}, {3, imap.StoreSet, imap.FlagAnswered},
	} {
		res, err := p.c.UIDStore(p.ctx, imap.UIDs(change.uid), change.op, []imap.Flag{change.flag}, nil)
		if err != nil {
			return nil, err
		}
		for _, m := range res.Messages {
			saw = append(saw, stored(m.UID, m.Flags))
		}
	}
	return saw, nil
}

func (p *imapClient) move() ([]string, error) {
	res, err := p.c.UIDMove(p.ctx, imap.UIDs(2), "Grüße")
	if err != nil {
		return nil, err
	}
	return []string{res.Source.String() + " -> " + res.Dest.String()}, nil
}

func (p *imapClient) expunge() (saw []string, err error) {
	silent := &imap.StoreOptions{Silent: true}
	if _, err := p.c.UIDStore(p.ctx, imap.UIDs(1, 3), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, silent); err != nil {
		return nil, err
	}
	res, err := p.c.UIDExpunge(p.ctx, imap.UIDs(3))
	if err != nil {
		return nil, err
	}
	for _, n := range res.SeqNums {
		saw = append(saw, fmt.Sprint(n, " EXPUNGE"))
	}
	return saw, nil
}

func (p *imapClient) idle() (saw []string, err error) {
	before := p.c.Mailbox().Messages // the loop may begin with that
	go p.other("append")             // and the loop begins
	for event, err := range p.c.Idle(p.ctx) {
		if err != nil {
			return nil, err
		}
		switch event := event.(type) {
		case *imap.ExistsData:
			if event.Messages == before {
				continue
			}
			saw = append(saw, fmt.Sprint(event.Messages, " EXISTS"))
			p.other("flag")
		case *imap.Message:
			saw = append(saw, fetched(event.SeqNum, event.Flags))
			p.other("expunge")
		case *imap.ExpungeData:
			return append(saw, fmt.Sprint(event.SeqNum, " EXPUNGE")), nil
		}
	}
	return nil, p.ctx.Err()
}

func (p *imapClient) left() ([]string, error) {
	res, err := p.c.UIDSearch(p.ctx, search.All(), nil)
	if err != nil {
		return nil, err
	}
	return []string{strings.Join(words(slices.Collect(res.All.All())), " ")}, nil
}

func (p *imapClient) logout() ([]string, error) { return nil, p.c.Logout(p.ctx) }
