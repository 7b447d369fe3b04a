package imaptest

import (
	"slices"
	"strconv"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

func cmdCopy(s *session, a *args) reply { return s.copyMessages(a, false) }
func cmdMove(s *session, a *args) reply { return s.copyMessages(a, true) }

// copyMessages is COPY (RFC 9051 §6.4.7) and MOVE (RFC 6851).
func (s *session) copyMessages(a *args, move bool) reply {
	a.sp()
	set := a.set()
	a.sp()
	name := a.mailbox()
	if !a.end() {
		return a.reply()
	}
	if move && s.view.ReadOnly {
		return no("READ-ONLY", "Mailbox is read-only")
	}
	idx, fail := s.messages(a, set)
	if fail != nil {
		return *fail
	}
	dest := s.user.Mailbox(name)
	switch {
	case dest == nil:
		return no("TRYCREATE", "No such mailbox")
	case dest.Status().ReadOnly:
		return no("NOPERM", "Mailbox is read-only")
	}
	limit := ""
	if move {
		idx, limit = s.limited(idx)
	} else if r := s.tooMany(len(idx), true, s.lowestOf(idx)); r.kind != "" {
		return r
	}
	var size int64
	for _, i := range idx {
		size += int64(len(s.view.At(i).Blob.Raw))
	}
	if !move && s.user.OverQuota(int64(len(idx)), size) {
		return no("OVERQUOTA", "Quota exceeded")
	}
	for _, i := range idx {
		if s.view.At(i).Gone && !a.uid {
			return no("EXPUNGEISSUED", "Some of the messages are gone")
		}
	}
	s.ownMessages = dest == s.view.Box
	done := s.view.Copy(idx, dest, move)
	code := s.copyUID(done)
	if move {
		if code != "" {
			s.line("* OK [" + code + "] Moved") // before the EXPUNGE, RFC 6851 §4.3
		}
		return s.withLimit(okCode(s.highestModSeq(), "MOVE completed"), limit)
	}
	return okCode(code, "COPY completed")
}

func (s *session) copyUID(c store.Copied) string {
	if len(c.To) == 0 || !s.srv.has(response.CapUIDPlus) {
		return ""
	}
	return "COPYUID " + strconv.FormatUint(uint64(c.UIDValidity), 10) + " " + orderedSet(c.From) + " " + orderedSet(c.To)
}

// cmdExpunge is EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315).
func cmdExpunge(s *session, a *args) reply {
	want, limit := func(response.UID) bool { return true }, ""
	if a.uid {
		a.sp()
		set := a.set()
		if a.ok() {
			idx, _ := s.indices(set, true)
			idx, limit = s.limited(s.deleted(idx))
			chosen := make(map[response.UID]bool, len(idx))
			for _, i := range idx {
				chosen[s.view.UIDAt(i)] = true
			}
			want = func(u response.UID) bool { return chosen[u] }
		}
	}
	if !a.end() {
		return a.reply()
	}
	if s.view.ReadOnly {
		return no("READ-ONLY", "Mailbox is read-only")
	}
	known := func(u response.UID) bool { // not what the client has not heard of yet
		i := s.view.IndexOf(u)
		return i < s.view.Len() && s.view.UIDAt(i) == u && want(u)
	}
	s.view.Box.Expunge(known, true)
	return s.withLimit(okCode(s.highestModSeq(), "EXPUNGE completed"), limit)
}

// deleted returns those of the messages that bear \Deleted.
func (s *session) deleted(idx []int) []int {
	return slices.DeleteFunc(idx, func(i int) bool { return !response.ContainsFlag(s.view.At(i).Flags, response.FlagDeleted) })
}
