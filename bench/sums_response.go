//go:build !lean || response || imap

package main

import "github.com/seed-090b04e4/imap/response"

func addUIDs(s *sums, set response.UIDSet) {
	var rows, sum uint64
	for uid := range set.All() {
		rows++
		sum += uint64(uid)
	}
	s.addNumbers(rows, sum)
}

func addMailbox(s *sums, d *response.MailboxInfo) {
	s[sumRows]++
	s[sumFlagCount] += uint64(len(d.Attrs))
	s.add(sumMailboxes, d.Mailbox)
}

// addMessage adds UID, flags, size and date.
func addMessage(s *sums, m *response.Message) {
	s[sumRows]++
	s[sumUIDs] += uint64(m.UID)
	for _, f := range m.Flags {
		s[sumFlagCount]++
		s.add(sumFlags, string(f))
	}
	if !m.InternalDate.IsZero() {
		s[sumSizes] += uint64(m.Size)
		s[sumReceived] += uint64(m.InternalDate.Unix())
	}
}

func addEnvelope(s *sums, e *response.Envelope) {
	s[sumSent] += uint64(e.Date.Unix())
	s.add(sumSubjects, e.Subject)
	s.add(sumMessageIDs, bare(e.MessageID))
	s.add(sumInReplyTo, bare(e.InReplyTo))
	for _, list := range [...][]response.Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		for i := range list {
			a := &list[i]
			s[sumAddresses]++
			s.add(sumNames, a.Name)
			s.add(sumAddrSpecs, a.Mailbox)
			s.add(sumAddrSpecs, a.Host)
		}
	}
}

func addBody(s *sums, b *response.BodyStructure) {
	s[sumParts]++
	s.add(sumTypes, b.Subtype)
	for _, p := range b.Params {
		s.add(sumParams, p.Name)
		s.add(sumParams, p.Value)
	}
	if len(b.Children) > 0 {
		for _, c := range b.Children {
			addBody(s, c)
		}
		return
	}
	s.add(sumTypes, b.Type)
	s.add(sumTypes, b.Encoding)
	s[sumPartSizes] += uint64(b.Size)
	s[sumLines] += uint64(b.Lines)
	if b.Disposition != "" {
		s.add(sumDisposition, b.Disposition)
		for _, p := range b.DispositionParams {
			s.add(sumDisposition, p.Name)
			s.add(sumDisposition, p.Value)
		}
	}
	if b.Message != nil {
		addEnvelope(s, b.Envelope)
		addBody(s, b.Message)
	}
}
