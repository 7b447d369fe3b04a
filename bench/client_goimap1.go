//go:build !lean || goimap1

package main

import (
	"bytes"
	"io"
	"log"
	"math"
	"time"

	imap1 "github.com/emersion/go-imap"
	client1 "github.com/emersion/go-imap/client"
	"github.com/emersion/go-message/charset"
)

// goimap1 is github.com/emersion/go-imap, version 1.
type goimap1 struct{ c *client1.Client }

func init() { makePeer[clientGoIMAP1] = func() peer { return new(goimap1) } }

func (p *goimap1) open(j *job) error {
	if j.Spec.Pipelined {
		return errUnsupported("not safe for several calls at once")
	}
	imap1.CharsetReader = charset.Reader
	conn, err := dial(j)
	if err != nil {
		return err
	}
	if p.c, err = client1.New(conn); err != nil {
		return err
	}
	p.c.ErrorLog = log.New(io.Discard, "", 0)
	if err := p.c.Login("user", "password"); err != nil {
		return err
	}
	_, err = p.c.Select(mailboxName, false)
	return err
}

func (p *goimap1) close() { p.c.Terminate() }

func (p *goimap1) idle() error {
	go p.c.Idle(nil, nil)
	return nil
}

func (p *goimap1) run(j *job) error {
	s := &j.sums
	switch j.Spec.Kind {
	case kindFlags:
		return p.fetch(s, 1, math.MaxUint32, []imap1.FetchItem{imap1.FetchUid, imap1.FetchFlags}, nil)
	case kindEnvelope:
		return p.fetch(s, 1, math.MaxUint32, []imap1.FetchItem{imap1.FetchUid, imap1.FetchFlags, imap1.FetchInternalDate,
			imap1.FetchRFC822Size, imap1.FetchEnvelope, imap1.FetchBodyStructure}, nil)
	case kindBodies:
		j.note = "a literal is kept in memory as a whole"
		section := &imap1.BodySectionName{Peek: true}
		return p.fetch(s, 1, math.MaxUint32, []imap1.FetchItem{imap1.FetchUid, section.FetchItem()}, newSink(s, &j.Spec))
	case kindSearch:
		uids, err := p.c.UidSearch(imap1.NewSearchCriteria())
		for _, uid := range uids {
			s.addNumbers(1, uint64(uid))
		}
		return err
	case kindList:
		ch, done := make(chan *imap1.MailboxInfo, 10), make(chan error, 1)
		go func() { done <- p.c.List("", "*", ch) }()
		for d := range ch {
			s[sumRows]++
			s[sumFlagCount] += uint64(len(d.Attributes))
			s.add(sumMailboxes, d.Name)
		}
		return <-done
	case kindConnect:
		return p.fetch(s, 1, 1, []imap1.FetchItem{imap1.FetchUid, imap1.FetchFlags}, nil)
	case kindMixed:
		for i := range j.Spec.N {
			if err := p.mixed(s, i); err != nil {
				return err
			}
		}
		return nil
	case kindAppend:
		return p.append(j)
	}
	return errUnsupported("not in the API")
}

func (p *goimap1) mixed(s *sums, i int) error {
	if i%2 == 0 {
		return p.fetch(s, uint32(i+1), uint32(i+1), []imap1.FetchItem{imap1.FetchUid, imap1.FetchFlags}, nil)
	}
	st, err := p.c.Status(statusName(i+1), []imap1.StatusItem{imap1.StatusMessages, imap1.StatusUnseen})
	if err != nil {
		return err
	}
	s[sumRows]++
	s[sumCounts] += uint64(st.Messages)
	return nil
}

func (p *goimap1) append(j *job) error {
	if j.Spec.Multi {
		return errUnsupported("no MULTIAPPEND")
	}
	j.hide(sumUIDs)
	text := j.text
	for range j.Spec.N {
		if err := p.c.Append(mailboxName, nil, time.Time{}, bytes.NewBuffer(text)); err != nil {
			return err
		}
		j.sums[sumRows]++
	}
	return nil
}

func (p *goimap1) fetch(s *sums, from, to uint32, items []imap1.FetchItem, k *sink) error {
	set := new(imap1.SeqSet)
	if to == math.MaxUint32 {
		to = 0
	}
	set.AddRange(from, to)
	ch, done := make(chan *imap1.Message, 10), make(chan error, 1)
	go func() { done <- p.c.UidFetch(set, items, ch) }()
	for m := range ch {
		s[sumRows]++
		s[sumUIDs] += uint64(m.Uid)
		for _, f := range m.Flags {
			s[sumFlagCount]++
			s.add(sumFlags, f)
		}
		if !m.InternalDate.IsZero() {
			s[sumSizes] += uint64(m.Size)
			s[sumReceived] += uint64(m.InternalDate.Unix())
		}
		if m.Envelope != nil {
			addEnvelope1(s, m.Envelope)
		}
		if m.BodyStructure != nil {
			addBody1(s, m.BodyStructure)
		}
		for _, lit := range m.Body {
			k.next()
			if _, err := io.Copy(k, lit); err != nil {
				return err
			}
		}
	}
	return <-done
}

func addEnvelope1(s *sums, e *imap1.Envelope) {
	s[sumSent] += uint64(e.Date.Unix())
	s.add(sumSubjects, e.Subject)
	s.add(sumMessageIDs, bare(e.MessageId))
	s.add(sumInReplyTo, bare(e.InReplyTo))
	for _, list := range [...][]*imap1.Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		for _, a := range list {
			s[sumAddresses]++
			s.add(sumNames, a.PersonalName)
			s.add(sumAddrSpecs, a.MailboxName)
			s.add(sumAddrSpecs, a.HostName)
		}
	}
}

func addBody1(s *sums, b *imap1.BodyStructure) {
	s[sumParts]++
	s.add(sumTypes, b.MIMESubType)
	for name, value := range b.Params {
		s.add(sumParams, name)
		s.add(sumParams, value)
	}
	if len(b.Parts) > 0 {
		for _, c := range b.Parts {
			addBody1(s, c)
		}
		return
	}
	s.add(sumTypes, b.MIMEType)
	s.add(sumTypes, b.Encoding)
	s[sumPartSizes] += uint64(b.Size)
	s[sumLines] += uint64(b.Lines)
	if b.Disposition != "" {
		s.add(sumDisposition, b.Disposition)
		for name, value := range b.DispositionParams {
			s.add(sumDisposition, name)
			s.add(sumDisposition, value)
		}
	}
	if b.BodyStructure != nil {
		addEnvelope1(s, b.Envelope)
		addBody1(s, b.BodyStructure)
	}
}
