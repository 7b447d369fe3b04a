package imaptest

import (
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// How many messages one command may process: MESSAGELIMIT and SAVELIMIT (RFC 9738).
// COPY and APPEND of more are refused; other commands process those with the
// highest UIDs, the highest first, and report the lowest that they came to.

// numberOf returns the number in a capability like MESSAGELIMIT=1000, zero if the
// server does not have it.
func (srv *Server) numberOf(name string) int {
	for _, c := range srv.opts.Capabilities {
		if n, v, has := strings.Cut(string(c), "="); has && strings.EqualFold(n, name) {
			limit, err := strconv.Atoi(v)
			if err == nil {
				return limit
			}
		}
	}
	return 0
}

// limited cuts a command's messages, in ascending order, down to those that it may
// process. The code is empty if these are all.
func (s *session) limited(idx []int) (kept []int, code string) {
	limit := s.srv.numberOf("MESSAGELIMIT")
	if limit == 0 || len(idx) <= limit {
		return idx, ""
	}
	kept = idx[len(idx)-limit:]
	return kept, limitCode(limit, s.view.UIDAt(kept[0]))
}

// tooMany refuses a command that has to process all of its messages or none.
// SAVELIMIT counts for those that store messages.
func (s *session) tooMany(n int, stores bool, lowest func(limit int) response.UID) reply {
	limit := s.srv.numberOf("MESSAGELIMIT")
	if limit == 0 && stores {
		limit = s.srv.numberOf("SAVELIMIT")
	}
	if limit == 0 || n <= limit {
		return reply{}
	}
	var uid response.UID
	if lowest != nil {
		uid = lowest(limit)
	}
	return no(limitCode(limit, uid), "Too many messages, try a smaller subset")
}

// lowestOf is for tooMany: the lowest UID that a command would come to.
func (s *session) lowestOf(idx []int) func(limit int) response.UID {
	return func(limit int) response.UID { return s.view.UIDAt(idx[len(idx)-limit]) }
}

func limitCode(limit int, lowest response.UID) string {
	code := "MESSAGELIMIT " + strconv.Itoa(limit)
	if lowest != 0 {
		code += " " + strconv.FormatUint(uint64(lowest), 10)
	}
	return code
}

// withLimit adds the code of limited to an answer, or sends it before one that has
// a code already.
func (s *session) withLimit(r reply, code string) reply {
	switch {
	case code == "":
	case r.kind == "OK" && r.code == "":
		r.code = code
	default:
		s.line("* NO [" + code + "] Not all messages were processed")
	}
	return r
}
