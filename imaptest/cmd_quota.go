package imaptest

import (
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// All of a user's mailboxes share one quota root, whose name is empty; those that
// do not exist yet would too (RFC 9208 §4.1.2).

// quota returns the limits of an account, in which zero is none.
func (a *Account) quota() store.Quota {
	q := store.NoQuota
	if a.QuotaStorage > 0 {
		q.Storage = a.QuotaStorage
	}
	if a.QuotaMessages > 0 {
		q.Messages = a.QuotaMessages
	}
	return q
}

func (s *session) sendQuota() {
	limit, used := s.user.Quota()
	var parts []string
	if limit.Storage >= 0 {
		parts = append(parts, fmt.Sprintf("STORAGE %d %d", used.Storage, limit.Storage))
	}
	if limit.Messages >= 0 {
		parts = append(parts, fmt.Sprintf("MESSAGE %d %d", used.Messages, limit.Messages))
	}
	s.line(`* QUOTA "" (` + strings.Join(parts, " ") + ")")
}

// cmdGetQuota is GETQUOTA (RFC 9208 §4.1.1).
func cmdGetQuota(s *session, a *args) reply {
	a.sp()
	root := a.astring()
	if !a.end() {
		return a.reply()
	}
	if root != "" {
		return no("NONEXISTENT", "No such quota root")
	}
	s.sendQuota()
	return ok("GETQUOTA completed")
}

// cmdGetQuotaRoot is GETQUOTAROOT (RFC 9208 §4.1.2).
func cmdGetQuotaRoot(s *session, a *args) reply {
	a.sp()
	name := a.mailbox()
	if !a.end() {
		return a.reply()
	}
	s.newOut("* QUOTAROOT ").mailbox(name).raw(` ""`).send()
	s.sendQuota()
	return ok("GETQUOTAROOT completed")
}

// cmdSetQuota is SETQUOTA (RFC 9208 §4.1.3). Limits that are not named are lifted.
func cmdSetQuota(s *session, a *args) reply {
	q, unknown := store.NoQuota, ""
	a.sp()
	root := a.astring()
	a.sp()
	a.list(func() {
		name := a.keyword()
		a.sp()
		switch n := int64(a.number64()); name {
		case response.QuotaStorage:
			q.Storage = n
		case response.QuotaMessage:
			q.Messages = n
		default:
			unknown = name
		}
	})
	switch {
	case !a.end():
		return a.reply()
	case root != "":
		return no("NONEXISTENT", "No such quota root")
	case unknown != "":
		return no("CANNOT", "No limits of "+unknown)
	}
	s.user.SetQuota(q)
	s.sendQuota()
	return ok("SETQUOTA completed")
}
