//go:build !lean || goimap2

package main

import (
	"fmt"
	"io"
	"mime"

	imap2 "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message/charset"
)

// goimap2 is github.com/emersion/go-imap/v2.
type goimap2 struct{ c *imapclient.Client }

func init() { makePeer[clientGoIMAP2] = func() peer { return new(goimap2) } }

func (p *goimap2) open(j *job) error {
	conn, err := dial(j)
	if err != nil {
		return err
	}
	p.c = imapclient.New(conn, &imapclient.Options{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}})
	if err := p.c.WaitGreeting(); err != nil {
		return err
	}
	if err := p.c.Login("user", "password").Wait(); err != nil {
		return err
	}
	_, err = p.c.Select(mailboxName, nil).Wait()
	return err
}

func (p *goimap2) close() { p.c.Close() }

func (p *goimap2) idle() error {
	_, err := p.c.Idle()
	return err
}

var allUIDs2 = imap2.UIDSet{{Start: 1, Stop: 0}}

func (p *goimap2) run(j *job) error {
	s := &j.sums
	switch j.Spec.Kind {
	case kindFlags:
		return p.fetch(s, allUIDs2, &imap2.FetchOptions{UID: true, Flags: true}, nil)
	case kindEnvelope:
		return p.fetch(s, allUIDs2, &imap2.FetchOptions{
			UID: true, Flags: true, InternalDate: true, RFC822Size: true, Envelope: true,
			BodyStructure: &imap2.FetchItemBodyStructure{Extended: true},
		}, nil)
	case kindBodies:
		return p.fetch(s, allUIDs2, &imap2.FetchOptions{UID: true, BodySection: []*imap2.FetchItemBodySection{{Peek: true}}}, newSink(s, &j.Spec))
	case kindSearch, kindESearch:
		var opts *imap2.SearchOptions
		if j.Spec.Kind == kindESearch {
			opts = &imap2.SearchOptions{ReturnAll: true}
		}
		data, err := p.c.UIDSearch(&imap2.SearchCriteria{}, opts).Wait()
		if err != nil {
			return err
		}
		var rows, sum uint64
		for _, uid := range data.AllUIDs() {
			rows++
			sum += uint64(uid)
		}
		s.addNumbers(rows, sum)
		return nil
	case kindList:
		cmd := p.c.List("", "*", nil)
		for d := cmd.Next(); d != nil; d = cmd.Next() {
			s[sumRows]++
			s[sumFlagCount] += uint64(len(d.Attrs))
			s.add(sumMailboxes, d.Mailbox)
		}
		return cmd.Close()
	case kindConnect:
		return p.mixed(s, 0, 1, false)
	case kindMixed:
		return p.mixed(s, 0, j.Spec.N, j.Spec.Pipelined)
	case kindAppend:
		return p.append(j)
	}
	return errUnsupported("not in the API")
}

// fetch streams messages, as users of the library do who care about memory.
func (p *goimap2) fetch(s *sums, set imap2.UIDSet, opts *imap2.FetchOptions, k *sink) error {
	cmd := p.c.Fetch(set, opts)
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		s[sumRows]++
		for item := m.Next(); item != nil; item = m.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				s[sumUIDs] += uint64(item.UID)
			case imapclient.FetchItemDataFlags:
				for _, f := range item.Flags {
					s[sumFlagCount]++
					s.add(sumFlags, string(f))
				}
			case imapclient.FetchItemDataRFC822Size:
				s[sumSizes] += uint64(item.Size)
			case imapclient.FetchItemDataInternalDate:
				s[sumReceived] += uint64(item.Time.Unix())
			case imapclient.FetchItemDataEnvelope:
				addEnvelope2(s, item.Envelope)
			case imapclient.FetchItemDataBodyStructure:
				addBody2(s, item.BodyStructure)
			case imapclient.FetchItemDataBodySection:
				k.next()
				if _, err := io.Copy(k, item.Literal); err != nil {
					return err
				}
			}
		}
	}
	return cmd.Close()
}

func addEnvelope2(s *sums, e *imap2.Envelope) {
	s[sumSent] += uint64(e.Date.Unix())
	s.add(sumSubjects, e.Subject)
	s.add(sumMessageIDs, e.MessageID)
	if len(e.InReplyTo) == 0 {
		s.add(sumInReplyTo, "")
	}
	for _, id := range e.InReplyTo {
		s.add(sumInReplyTo, id)
	}
	for _, list := range [...][]imap2.Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		for i := range list {
			a := &list[i]
			s[sumAddresses]++
			s.add(sumNames, a.Name)
			s.add(sumAddrSpecs, a.Mailbox)
			s.add(sumAddrSpecs, a.Host)
		}
	}
}

func addBody2(s *sums, b imap2.BodyStructure) {
	s[sumParts]++
	switch b := b.(type) {
	case *imap2.BodyStructureMultiPart:
		s.add(sumTypes, b.Subtype)
		if b.Extended != nil {
			for name, value := range b.Extended.Params {
				s.add(sumParams, name)
				s.add(sumParams, value)
			}
		}
		for _, c := range b.Children {
			addBody2(s, c)
		}
	case *imap2.BodyStructureSinglePart:
		s.add(sumTypes, b.Subtype)
		s.add(sumTypes, b.Type)
		s.add(sumTypes, b.Encoding)
		s[sumPartSizes] += uint64(b.Size)
		for name, value := range b.Params {
			s.add(sumParams, name)
			s.add(sumParams, value)
		}
		if b.Text != nil {
			s[sumLines] += uint64(b.Text.NumLines)
		}
		if d := b.Disposition(); d != nil {
			s.add(sumDisposition, d.Value)
			for name, value := range d.Params {
				s.add(sumDisposition, name)
				s.add(sumDisposition, value)
			}
		}
		if m := b.MessageRFC822; m != nil {
			s[sumLines] += uint64(m.NumLines)
			addEnvelope2(s, m.Envelope)
			addBody2(s, m.BodyStructure)
		}
	}
}

func (p *goimap2) mixed(s *sums, from, to int, pipelined bool) error {
	var pending []func() error
	for i := from; i < to; i++ {
		var wait func() error
		if i%2 == 0 {
			cmd := p.c.Fetch(imap2.UIDSetNum(imap2.UID(i+1)), &imap2.FetchOptions{UID: true, Flags: true})
			wait = func() error {
				list, err := cmd.Collect()
				for _, m := range list {
					s[sumRows]++
					s[sumUIDs] += uint64(m.UID)
					for _, f := range m.Flags {
						s[sumFlagCount]++
						s.add(sumFlags, string(f))
					}
				}
				return err
			}
		} else {
			cmd := p.c.Status(statusName(i+1), &imap2.StatusOptions{NumMessages: true, NumUnseen: true})
			wait = func() error {
				d, err := cmd.Wait()
				if err != nil {
					return err
				}
				s[sumRows]++
				s[sumCounts] += uint64(*d.NumMessages)
				return nil
			}
		}
		if pipelined {
			pending = append(pending, wait)
		} else if err := wait(); err != nil {
			return err
		}
	}
	for _, wait := range pending {
		if err := wait(); err != nil {
			return err
		}
	}
	return nil
}

func (p *goimap2) append(j *job) error {
	if j.Spec.Multi {
		return errUnsupported("no MULTIAPPEND")
	}
	s, text := &j.sums, j.text
	var pending []*imapclient.AppendCommand
	wait := func(cmd *imapclient.AppendCommand) error {
		d, err := cmd.Wait()
		if err != nil {
			return err
		}
		s[sumRows]++
		s[sumUIDs] += uint64(d.UID)
		return nil
	}
	for range j.Spec.N {
		cmd := p.c.Append(mailboxName, int64(len(text)), nil)
		if _, err := cmd.Write(text); err != nil {
			return fmt.Errorf("append: %w", err)
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		if j.Spec.Pipelined {
			pending = append(pending, cmd)
		} else if err := wait(cmd); err != nil {
			return err
		}
	}
	for _, cmd := range pending {
		if err := wait(cmd); err != nil {
			return err
		}
	}
	return nil
}
