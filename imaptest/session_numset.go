package imaptest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// numSet is a sequence-set of a command: what its numbers mean depends on the
// command and on the mailbox.
type numSet struct {
	ranges []numRange
	saved  bool // "$", the result of the last SEARCH that saved it
}

type numRange struct{ lo, hi uint32 } // zero is "*"

const maxRanges = 100_000

func parseRanges(text string) ([]numRange, bool) {
	var out []numRange
	for piece := range strings.SplitSeq(text, ",") {
		first, second, isRange := strings.Cut(piece, ":")
		lo, ok1 := parseNum(first)
		hi, ok2 := lo, true
		if isRange {
			hi, ok2 = parseNum(second)
		}
		if !ok1 || !ok2 || len(out) >= maxRanges {
			return nil, false
		}
		out = append(out, numRange{lo, hi})
	}
	return out, true
}

func parseNum(s string) (uint32, bool) {
	if s == "*" {
		return 0, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil && n > 0 && s[0] != '+'
}

// fix gives "*" its value and puts the ends in order.
func (r numRange) fix(star uint32) numRange {
	if r.lo == 0 {
		r.lo = star
	}
	if r.hi == 0 {
		r.hi = star
	}
	return numRange{min(r.lo, r.hi), max(r.lo, r.hi)}
}

// indices returns the indices of the messages of the set, ascending, and false
// if a message sequence number is beyond the mailbox (RFC 9051 §9 "seq-number").
func (s *session) indices(set numSet, uid bool) ([]int, bool) {
	v := s.view
	if set.saved {
		var out []int
		for _, u := range s.savedResult {
			if i := v.IndexOf(u); i < v.Len() && v.UIDAt(i) == u {
				out = append(out, i)
			}
		}
		return out, true
	}
	n := uint32(v.Len())
	star := n
	if uid && n > 0 {
		star = uint32(v.UIDAt(int(n) - 1))
	}
	var out []int
	for _, r := range set.merged(star) {
		if uid {
			for i := v.IndexOf(response.UID(r.lo)); i < int(n) && uint32(v.UIDAt(i)) <= r.hi; i++ {
				out = append(out, i)
			}
			continue
		}
		if r.hi > n || r.lo == 0 {
			return nil, false
		}
		for i := r.lo; i <= r.hi; i++ {
			out = append(out, int(i-1))
		}
	}
	return out, true
}

// forEachStar returns merged, which remembers its last result.
func (set numSet) forEachStar() func(star uint32) []numRange {
	var last []numRange
	var of uint32
	return func(star uint32) []numRange {
		if last == nil || star != of {
			last, of = set.merged(star), star
		}
		return last
	}
}

// merged returns the ranges in ascending order without overlaps.
func (set numSet) merged(star uint32) []numRange {
	all := make([]numRange, len(set.ranges))
	for i, r := range set.ranges {
		all[i] = r.fix(star)
	}
	slices.SortFunc(all, func(a, b numRange) int { return cmp.Compare(a.lo, b.lo) })
	out := all[:0]
	for _, r := range all {
		if n := len(out); n > 0 && r.lo <= out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			continue
		}
		out = append(out, r)
	}
	return out
}

// messages reads nothing: it resolves the set, or answers the command.
func (s *session) messages(a *args, set numSet) ([]int, *reply) {
	idx, good := s.indices(set, a.uid)
	if !good {
		r := bad("%s: no such message", a.name)
		return nil, &r
	}
	return idx, nil
}

// containsUID reports whether the set has the UID; star is the largest in use.
func (set numSet) containsUID(u, star response.UID) bool {
	for _, r := range set.ranges {
		if r = r.fix(uint32(star)); r.lo <= uint32(u) && uint32(u) <= r.hi {
			return true
		}
	}
	return false
}

// uidSet returns the UIDs as a set.
func uidSet(uids []response.UID) string {
	var set response.UIDSet
	set.AddNum(uids...)
	return set.String()
}

// orderedSet writes UIDs in the order given, as COPYUID needs them: only runs
// that ascend become ranges.
func orderedSet(uids []response.UID) string {
	var b []byte
	for i := 0; i < len(uids); {
		j := i
		for j+1 < len(uids) && uids[j+1] == uids[j]+1 {
			j++
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(uids[i]), 10)
		if j > i {
			b = append(b, ':')
			b = strconv.AppendUint(b, uint64(uids[j]), 10)
		}
		i = j + 1
	}
	return string(b)
}

// numbers returns the UIDs or the sequence numbers of messages.
func numbers(v *store.View, indices []int, uid bool) []response.UID {
	out := make([]response.UID, len(indices))
	for n, i := range indices {
		if uid {
			out[n] = v.UIDAt(i)
		} else {
			out[n] = response.UID(i + 1)
		}
	}
	return out
}
