package imaptest

import (
	"slices"
	"strconv"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// qresyncParams is what a client knows when it selects a mailbox again
// (RFC 7162 §3.2.5).
type qresyncParams struct {
	validity uint32
	modSeq   uint64
	known    *numSet
	seqs     []response.UID // seqs[i] had the UID uids[i]
	uids     []response.UID
}

func readQResync(a *args) *qresyncParams {
	var p qresyncParams
	a.sp()
	a.want('(')
	p.validity = a.number()
	a.sp()
	p.modSeq = a.number64()
	if a.eat(' ') {
		if a.peek() != '(' {
			set := a.set()
			p.known = &set
			if !a.eat(' ') {
				a.want(')')
				return &p
			}
		}
		if a.want('('); a.s.uidOnly { // RFC 9586 §3.7
			a.fail(uidRequired())
		}
		p.seqs = a.knownNumbers()
		a.sp()
		p.uids = a.knownNumbers()
		a.want(')')
		if len(p.seqs) != len(p.uids) {
			a.fail(bad("%s: the lists of QRESYNC differ in length", a.name))
		}
	}
	a.want(')')
	return &p
}

// knownNumbers reads a set that has to be short and without "*".
func (a *args) knownNumbers() []response.UID {
	set := a.set()
	var out []response.UID
	for _, r := range set.ranges {
		if r.lo == 0 || r.hi == 0 || r.hi < r.lo || len(out)+int(r.hi-r.lo) > maxRanges {
			a.bad("known numbers")
			return nil
		}
		for n := uint64(r.lo); n <= uint64(r.hi); n++ {
			out = append(out, response.UID(n))
		}
	}
	return out
}

// resync tells what changed since the client looked last.
func (s *session) resync(p *qresyncParams, st store.Status) {
	if p.validity != st.UIDValidity {
		return
	}
	from := response.UID(0)
	for i, seq := range p.seqs { // up to here nothing was expunged (RFC 7162 §3.2.5.2)
		if int(seq) > s.view.Len() || s.view.UIDAt(int(seq)-1) != p.uids[i] {
			break
		}
		from = p.uids[i]
	}
	s.vanishedEarlier(p.modSeq, func(u response.UID) bool {
		return u > from && (p.known == nil || p.known.containsUID(u, st.UIDNext-1))
	})
	for i, m := range s.view.All() {
		if m.ModSeq > p.modSeq && (p.known == nil || p.known.containsUID(m.UID, st.UIDNext-1)) {
			s.sendFlagChange(uint32(i+1), m, true)
		}
	}
}

// vanishedEarlier tells which messages were expunged after modSeq.
func (s *session) vanishedEarlier(modSeq uint64, want func(response.UID) bool) {
	gone := slices.DeleteFunc(s.view.Box.ExpungedSince(modSeq), func(u response.UID) bool { return !want(u) })
	if len(gone) > 0 {
		s.line("* VANISHED (EARLIER) " + uidSet(gone))
	}
}

// highestModSeq is the response code of commands that remove messages, after
// QRESYNC was enabled (RFC 7162 §3.2.10).
func (s *session) highestModSeq() string {
	if !s.qresync || s.view == nil {
		return ""
	}
	return highestCode(s.view.Box.Status().HighestModSeq)
}

func highestCode(modSeq uint64) string { return "HIGHESTMODSEQ " + strconv.FormatUint(modSeq, 10) }

// resumePoint adds HIGHESTMODSEQ to the answer of a command that sent MODSEQ items
// above the mod-sequence of an expunge that is delayed: without it, the client
// would resume from a value that hides the expunge (RFC 7162 §3.2, §6). Once no
// expunge is delayed any more, it raises the value again.
func (s *session) resumePoint(r *reply) {
	if !s.qresync || s.modSeqSent == 0 && !s.lowered {
		return
	}
	safe, delayed := s.view.ResumeFrom()
	switch {
	case delayed != 0 && delayed <= s.modSeqSent:
		s.lowered = true
	case delayed == 0 && s.lowered:
		s.lowered = false
	default:
		return
	}
	if r.kind == "OK" && r.code == "" {
		r.code = highestCode(safe)
		return
	}
	s.line("* OK [" + highestCode(safe) + "] To resume from")
}
