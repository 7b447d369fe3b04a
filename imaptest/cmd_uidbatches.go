package imaptest

import "strconv"

const (
	minBatch   = 500     // RFC 10022 §3.1.3
	maxBatched = 100_000 // messages in the answer to one command (RFC 10022 §3.1.4)
)

// cmdUIDBatches is UIDBATCHES (RFC 10022): ranges of UIDs with so many messages each,
// the newest first, down to UID 1.
func cmdUIDBatches(s *session, a *args) reply {
	a.sp()
	size := int(a.number())
	first, last := 1, 0
	if a.eat(' ') {
		first = int(a.number())
		a.want(':')
		last = int(a.number())
	}
	if !a.end() {
		return a.reply()
	}
	n := s.view.Len()
	switch ranged := last > 0; {
	case size == 0 || first == 0:
		return bad("UIDBATCHES: batches are numbered from 1, and have messages")
	case ranged && last < first:
		return reply{kind: "BAD", code: "CLIENTBUG", text: "The range of batches is reversed"}
	case size < minBatch:
		return no("TOOFEW", "Minimum batch size is "+strconv.Itoa(minBatch))
	case ranged && (last-first+1) > max(maxBatched/size, 1), !ranged && n > maxBatched:
		return no("TOOMANY", "Too many messages in the answer")
	case !ranged:
		last = n/size + 1
	}
	o := s.newOut("* UIDBATCHES (TAG ").str(a.tag).raw(")")
	sep := " "
	for i := first; i <= last && (i-1)*size < n; i++ {
		newest, oldest := n-1-(i-1)*size, n-i*size
		o.raw(sep).num(uint64(s.view.UIDAt(newest))).raw(":")
		if oldest <= 0 {
			o.num(1)
		} else {
			o.num(uint64(s.view.UIDAt(oldest-1)) + 1)
		}
		sep = ","
	}
	o.send()
	return ok("UIDBATCHES completed")
}
