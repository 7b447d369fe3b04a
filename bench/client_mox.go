//go:build !lean || mox

package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"

	moxclient "github.com/mjl-/mox/imapclient"
)

// mox is github.com/mjl-/mox/imapclient, which is made for the tests of a
// server. It has no FETCH; commands are written and responses read one by one.
type mox struct{ c *moxclient.Conn }

func init() { makePeer[clientMox] = func() peer { return new(mox) } }

func (p *mox) open(j *job) error {
	conn, err := dial(j)
	if err != nil {
		return err
	}
	p.c, err = moxclient.New(conn, &moxclient.Opts{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := p.c.Login("user", "password"); err != nil {
		return err
	}
	_, err = p.c.Select(mailboxName)
	return err
}

func (p *mox) close() { p.c.Close() }

func (p *mox) run(j *job) error {
	s := &j.sums
	switch j.Spec.Kind {
	case kindFlags:
		return p.rows(j, "UID FETCH 1:* (UID FLAGS)", nil)
	case kindEnvelope:
		j.note = "subjects and names are left encoded, dates as texts"
		j.hide(sumSubjects, sumNames, sumSent)
		return p.rows(j, "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)", nil)
	case kindBodies:
		j.note = "a literal is kept in memory as a whole"
		return p.rows(j, "UID FETCH 1:* (UID BODY.PEEK[])", newSink(s, &j.Spec))
	case kindSearch, kindESearch:
		return p.search(j)
	case kindList:
		j.note = "mailbox names are left encoded"
		j.hide(sumMailboxes)
		if err := p.c.WriteCommandf("", `LIST "" "*"`); err != nil {
			return err
		}
		for range j.Spec.N {
			u, err := p.c.ReadUntagged()
			if err != nil {
				return err
			}
			if d, ok := u.(moxclient.UntaggedList); ok {
				s[sumRows]++
				s[sumFlagCount] += uint64(len(d.Flags))
			}
		}
		_, err := p.c.ReadResponse()
		return err
	case kindConnect:
		if err := p.c.WriteCommandf("", "UID FETCH 1 (UID FLAGS)"); err != nil {
			return err
		}
		resp, err := p.c.ReadResponse()
		for _, u := range resp.Untagged {
			if m, ok := u.(moxclient.UntaggedFetch); ok {
				addFetchMox(s, m, nil)
			}
		}
		return err
	case kindMixed:
		return p.mixed(j)
	case kindAppend:
		return p.append(j)
	}
	return errUnsupported("not in the API")
}

// rows writes a command and reads one response after the other, because its answer is
// too long to collect.
func (p *mox) rows(j *job, command string, k *sink) error {
	if err := p.c.WriteCommandf("", "%s", command); err != nil {
		return err
	}
	for range j.Spec.N {
		u, err := p.c.ReadUntagged()
		if err != nil {
			return err
		}
		if m, ok := u.(moxclient.UntaggedFetch); ok {
			addFetchMox(&j.sums, m, k)
		}
	}
	_, err := p.c.ReadResponse()
	return err
}

func addFetchMox(s *sums, m moxclient.UntaggedFetch, k *sink) {
	s[sumRows]++
	for _, a := range m.Attrs {
		switch a := a.(type) {
		case moxclient.FetchUID:
			s[sumUIDs] += uint64(a)
		case moxclient.FetchFlags:
			for _, f := range a {
				s[sumFlagCount]++
				s.add(sumFlags, f)
			}
		case moxclient.FetchRFC822Size:
			s[sumSizes] += uint64(a)
		case moxclient.FetchInternalDate:
			s[sumReceived] += uint64(a.Date.Unix())
		case moxclient.FetchEnvelope:
			addEnvelopeMox(s, moxclient.Envelope(a))
		case moxclient.FetchBodystructure:
			addBodyMox(s, a.Body)
		case moxclient.FetchBody:
			k.next()
			_, _ = strings.NewReader(a.Body).WriteTo(k)
		}
	}
}

func (p *mox) search(j *job) error {
	command := "UID SEARCH ALL"
	if j.Spec.Kind == kindESearch {
		command = "UID SEARCH RETURN (ALL) ALL"
	}
	if err := p.c.WriteCommandf("", "%s", command); err != nil {
		return err
	}
	resp, err := p.c.ReadResponse()
	for _, u := range resp.Untagged {
		switch u := u.(type) {
		case moxclient.UntaggedSearch:
			for _, uid := range u {
				j.sums[sumRows]++
				j.sums[sumUIDs] += uint64(uid)
			}
		case moxclient.UntaggedEsearch:
			for _, r := range u.All.Ranges {
				last := r.First
				if r.Last != nil {
					last = *r.Last
				}
				var rows, sum uint64
				for uid := r.First; uid <= last; uid++ {
					rows++
					sum += uint64(uid)
				}
				j.sums.addNumbers(rows, sum)
			}
		}
	}
	return err
}

// mixed pipelines by hand: all commands, then all answers.
func (p *mox) mixed(j *job) error {
	write := func(i int) error {
		tag := fmt.Sprintf("M%d", i)
		if i%2 == 0 {
			return p.c.WriteCommandf(tag, "UID FETCH %d (UID FLAGS)", i+1)
		}
		return p.c.WriteCommandf(tag, "STATUS %s (MESSAGES UNSEEN)", statusName(i+1))
	}
	read := func(i int) error {
		p.c.LastTagSet(fmt.Sprintf("M%d", i))
		resp, err := p.c.ReadResponse()
		for _, u := range resp.Untagged {
			switch u := u.(type) {
			case moxclient.UntaggedFetch:
				addFetchMox(&j.sums, u, nil)
			case moxclient.UntaggedStatus:
				j.sums[sumRows]++
				j.sums[sumCounts] += uint64(u.Attrs["MESSAGES"])
			}
		}
		return err
	}
	if j.Spec.Pipelined {
		j.note = "pipelined by hand"
	}
	for i := range j.Spec.N {
		if err := write(i); err != nil {
			return err
		}
		if !j.Spec.Pipelined {
			if err := read(i); err != nil {
				return err
			}
		}
	}
	for i := 0; j.Spec.Pipelined && i < j.Spec.N; i++ {
		if err := read(i); err != nil {
			return err
		}
	}
	return nil
}

func (p *mox) append(j *job) error {
	if j.Spec.Pipelined {
		return errUnsupported("no APPEND without waiting")
	}
	if !j.Spec.LiteralPlus {
		j.note = "sends {n+}, which such a server does not know"
	}
	text := j.text
	message := func() moxclient.Append {
		return moxclient.Append{Size: int64(len(text)), Data: bytes.NewReader(text)}
	}
	if j.Spec.Multi {
		var more []moxclient.Append
		for range j.Spec.N - 1 {
			more = append(more, message())
		}
		resp, err := p.c.MultiAppend(mailboxName, message(), more...)
		p.appended(j, resp)
		return err
	}
	for range j.Spec.N {
		resp, err := p.c.Append(mailboxName, message())
		if err != nil {
			return err
		}
		p.appended(j, resp)
	}
	return nil
}

func (p *mox) appended(j *job, resp moxclient.Response) {
	code, ok := resp.Code.(moxclient.CodeAppendUID)
	if !ok {
		return
	}
	last := code.UIDs.First
	if code.UIDs.Last != nil {
		last = *code.UIDs.Last
	}
	for uid := code.UIDs.First; uid <= last; uid++ {
		j.sums[sumRows]++
		j.sums[sumUIDs] += uint64(uid)
	}
}

func addEnvelopeMox(s *sums, e moxclient.Envelope) {
	s.add(sumMessageIDs, bare(e.MessageID))
	s.add(sumInReplyTo, bare(e.InReplyTo))
	for _, list := range [...][]moxclient.Address{e.From, e.Sender, e.ReplyTo, e.To, e.CC, e.BCC} {
		for i := range list {
			s[sumAddresses]++
			s.add(sumAddrSpecs, list[i].Mailbox)
			s.add(sumAddrSpecs, list[i].Host)
		}
	}
}

func addParamsMox(s *sums, what sum, params [][2]string) {
	for _, p := range params {
		s.add(what, p[0])
		s.add(what, p[1])
	}
}

func addBodyMox(s *sums, body any) {
	s[sumParts]++
	switch b := body.(type) {
	case moxclient.BodyTypeMpart:
		s.add(sumTypes, b.MediaSubtype)
		if b.Ext != nil {
			addParamsMox(s, sumParams, b.Ext.Params)
		}
		for _, c := range b.Bodies {
			addBodyMox(s, c)
		}
	case moxclient.BodyTypeText:
		addPartMox(s, b.MediaType, b.MediaSubtype, &b.BodyFields, b.Ext)
		s[sumLines] += uint64(b.Lines)
	case moxclient.BodyTypeBasic:
		addPartMox(s, b.MediaType, b.MediaSubtype, &b.BodyFields, b.Ext)
	case moxclient.BodyTypeMsg:
		addPartMox(s, b.MediaType, b.MediaSubtype, &b.BodyFields, b.Ext)
		s[sumLines] += uint64(b.Lines)
		addEnvelopeMox(s, b.Envelope)
		addBodyMox(s, b.Bodystructure)
	}
}

func addPartMox(s *sums, typ, subtype string, f *moxclient.BodyFields, ext *moxclient.BodyExtension1Part) {
	s.add(sumTypes, subtype)
	s.add(sumTypes, typ)
	s.add(sumTypes, f.CTE)
	s[sumPartSizes] += uint64(f.Octets)
	addParamsMox(s, sumParams, f.Params)
	if ext == nil || ext.Disposition == nil || *ext.Disposition == nil {
		return
	}
	s.add(sumDisposition, **ext.Disposition)
	if ext.DispositionParams != nil {
		addParamsMox(s, sumDisposition, *ext.DispositionParams)
	}
}
