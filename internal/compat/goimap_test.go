package compat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	imap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// goIMAPClient is go-imap v2 at work.
type goIMAPClient struct {
	ctx   context.Context
	to    target
	other func(deed string)
	c     *imapclient.Client
	news  chan news
}

// news is what the server said on its own: one of three.
type news struct {
	exists, expunge uint32
	message         *imapclient.FetchMessageBuffer
}

func newGoIMAPClient(ctx context.Context, to target, other func(string)) (client, error) {
	conf, err := to.tlsConfig()
	if err != nil {
		return nil, err
	}
	p := &goIMAPClient{ctx: ctx, to: to, other: other, news: make(chan news, 100)}
	p.c, err = imapclient.DialTLS(to.Addr, &imapclient.Options{
		TLSConfig: conf,
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(data *imapclient.UnilateralDataMailbox) {
				if data.NumMessages != nil {
					p.news <- news{exists: *data.NumMessages}
				}
			},
			Expunge: func(seqNum uint32) { p.news <- news{expunge: seqNum} },
			Fetch: func(data *imapclient.FetchMessageData) {
				if m, err := data.Collect(); err == nil {
					p.news <- news{message: m}
				}
			},
		},
	})
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, p.close) // there is no other way to end what waits
	return p, nil
}

func (p *goIMAPClient) close() { _ = p.c.Close() }

func (p *goIMAPClient) login() (saw []string, err error) {
	if err := p.c.Login(p.to.User, p.to.Password).Wait(); err != nil {
		return nil, err
	}
	if p.c.Caps().Has(imap.CapIMAP4rev2) {
		// go-imap writes UTF-8 to a server that only lists it, which RFC 9051
		// Appendix A does not allow.
		if _, err := p.c.Enable(imap.CapIMAP4rev2).Wait(); err != nil {
			return nil, err
		}
	}
	for _, name := range capabilitiesToNote {
		if p.c.Caps().Has(imap.Cap(name)) {
			saw = append(saw, name)
		}
	}
	return saw, nil
}

func (p *goIMAPClient) create() ([]string, error) {
	for _, name := range mailboxes {
		if err := p.c.Create(name, nil).Wait(); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (p *goIMAPClient) list() (saw []string, err error) {
	boxes, err := p.c.List("", "*", nil).Collect()
	for _, box := range boxes {
		saw = append(saw, mailboxLine(string(box.Delim), box.Mailbox, box.Attrs))
	}
	slices.Sort(saw)
	return saw, err
}

func (p *goIMAPClient) append() (saw []string, err error) {
	for _, m := range messages {
		opts := &imap.AppendOptions{Time: m.Date}
		for _, f := range m.Flags {
			opts.Flags = append(opts.Flags, imap.Flag(f))
		}
		cmd := p.c.Append("INBOX", int64(len(m.Text)), opts)
		if _, err := cmd.Write([]byte(m.Text)); err != nil {
			return nil, err
		}
		if err := cmd.Close(); err != nil {
			return nil, err
		}
		put, err := cmd.Wait()
		if err != nil {
			return nil, err
		}
		saw = append(saw, fmt.Sprint("UID ", put.UID))
	}
	return saw, nil
}

func (p *goIMAPClient) selectInbox() ([]string, error) {
	box, err := p.c.Select("INBOX", nil).Wait()
	if err != nil {
		return nil, err
	}
	return selectLines(box.NumMessages, box.UIDNext), nil
}

func (p *goIMAPClient) search() (saw []string, err error) {
	subject := func(text string) []imap.SearchCriteriaHeaderField {
		return []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: text}}
	}
	for _, query := range []struct {
		name     string
		criteria imap.SearchCriteria
	}{
		{"unseen", imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}},
		{"keyword", imap.SearchCriteria{Flag: []imap.Flag{"$Work"}}},
		{"subject", imap.SearchCriteria{Header: subject("grüße")}},
		{"since", imap.SearchCriteria{Since: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)}},
		{"larger", imap.SearchCriteria{Larger: 300}},
		{"nothing", imap.SearchCriteria{Header: subject("nothing")}},
	} {
		res, err := p.c.UIDSearch(&query.criteria, nil).Wait()
		if err != nil {
			return nil, err
		}
		saw = append(saw, found(query.name, res.AllUIDs()))
	}
	return saw, nil
}

func (p *goIMAPClient) fetch() (saw []string, err error) {
	whole, first := &imap.FetchItemBodySection{Peek: true}, &imap.FetchItemBodySection{Peek: true, Part: []int{1}}
	rows, err := p.c.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{
		UID: true, Flags: true, RFC822Size: true, InternalDate: true, Envelope: true,
		BodyStructure: &imap.FetchItemBodyStructure{}, BodySection: []*imap.FetchItemBodySection{whole, first},
	}).Collect()
	for _, m := range rows {
		var parts []string
		m.BodyStructure.Walk(func(_ []int, part imap.BodyStructure) bool {
			parts = append(parts, part.MediaType())
			return true
		})
		from := m.Envelope.From[0]
		saw = append(saw, row(m.UID, words(m.Flags), m.RFC822Size, m.InternalDate, m.Envelope.Subject,
			sender(from.Name, from.Addr()), strings.Join(parts, " "), string(m.FindBodySection(whole)), string(m.FindBodySection(first))))
	}
	return saw, err
}

func (p *goIMAPClient) store() (saw []string, err error) {
	for _, change := range []struct {
		uid  imap.UID
		op   imap.StoreFlagsOp
		flag imap.Flag
	}{
		{1, imap.StoreFlagsAdd, imap.FlagFlagged}, {2, imap.StoreFlagsDel, "$Work"}, {3, imap.StoreFlagsSet, imap.FlagAnswered},
	} {
		flags := &imap.StoreFlags{Op: change.op, Flags: []imap.Flag{change.flag}}
		rows, err := p.c.Store(imap.UIDSetNum(change.uid), flags, nil).Collect()
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			saw = append(saw, stored(m.UID, m.Flags))
		}
	}
	return saw, nil
}

func (p *goIMAPClient) move() ([]string, error) {
	res, err := p.c.Move(imap.UIDSetNum(2), "Grüße").Wait()
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprint(res.SourceUIDs, " -> ", res.DestUIDs)}, nil
}

func (p *goIMAPClient) expunge() (saw []string, err error) {
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := p.c.Store(imap.UIDSetNum(1, 3), deleted, nil).Close(); err != nil {
		return nil, err
	}
	nums, err := p.c.UIDExpunge(imap.UIDSetNum(3)).Collect()
	for _, n := range nums {
		saw = append(saw, fmt.Sprint(n, " EXPUNGE"))
	}
	return saw, err
}

func (p *goIMAPClient) idle() (saw []string, err error) {
	for len(p.news) > 0 {
		<-p.news // of what the client did itself
	}
	cmd, err := p.c.Idle()
	if err != nil {
		return nil, err
	}
	p.other("append")
	for done := false; !done; {
		select {
		case <-p.c.Closed():
			return nil, errors.New("the connection ended")
		case n := <-p.news:
			switch {
			case n.exists > 0:
				saw = append(saw, fmt.Sprint(n.exists, " EXISTS"))
				p.other("flag")
			case n.message != nil:
				saw = append(saw, fetched(n.message.SeqNum, n.message.Flags))
				p.other("expunge")
			default:
				saw = append(saw, fmt.Sprint(n.expunge, " EXPUNGE"))
				done = true
			}
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, err
	}
	return saw, cmd.Wait()
}

func (p *goIMAPClient) left() ([]string, error) {
	res, err := p.c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil {
		return nil, err
	}
	return []string{strings.Join(words(res.AllUIDs()), " ")}, nil
}

func (p *goIMAPClient) logout() ([]string, error) { return nil, p.c.Logout().Wait() }
