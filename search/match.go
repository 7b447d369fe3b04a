package search

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/mimeword"
	"github.com/seed-090b04e4/imap/response"
)

// ErrServerOnly says that a key can't be evaluated without the server: it looks at bodies,
// or needs what only the server knows.
var ErrServerOnly = errors.New("search: only the server can evaluate this key")

// Match reports whether a message matches the key, for what a server can't search for. m
// must have been fetched with the items of [Key.MatchItems].
//
// It evaluates exactly what the RFC defines without the server: flags, dates, sizes, UIDs
// and header fields, whose text is decoded (RFC 2047) and compared without regard to case
// and to how characters are composed. Other keys (Body, Text, sequence numbers, those of
// extensions) are [ErrServerOnly], also if another part of the key decides.
func (k Key) Match(m *response.Message) (bool, error) {
	if _, err := k.MatchItems(); err != nil {
		return false, err
	}
	return k.match(m), nil
}

// MatchItems returns what has to be fetched of a message for [Key.Match]. The error is
// [ErrServerOnly].
func (k Key) MatchItems() (commands.FetchItems, error) {
	items := commands.FetchItems{UID: true}
	var fields []string
	if err := k.gather(&items, &fields); err != nil {
		return commands.FetchItems{}, err
	}
	if len(fields) > 0 {
		items.Sections = []commands.FetchSection{commands.HeaderFields(fields...)}
	}
	return items, nil
}

// Local splits a key into what a server can be asked that knows US-ASCII alone, and the
// rest, which [Key.Match] may evaluate: the key matches what both match.
func (k Key) Local() (server, rest Key) {
	all := []Key{k}
	if k.n != nil && k.n.kind == kindAnd {
		all = k.n.keys
	}
	var here, there []Key
	for _, one := range all {
		if one.ASCII() {
			there = append(there, one)
		} else {
			here = append(here, one)
		}
	}
	return And(there...), And(here...)
}

// leaf is how a kind of key is evaluated: what it needs, and whether a message matches.
type leaf struct {
	need  func(n *node, items *commands.FetchItems, fields *[]string)
	match func(n *node, m *response.Message) bool
}

func needFlags(_ *node, items *commands.FetchItems, _ *[]string) { items.Flags = true }
func needDate(_ *node, items *commands.FetchItems, _ *[]string)  { items.InternalDate = true }
func needSize(_ *node, items *commands.FetchItems, _ *[]string)  { items.Size = true }
func needSent(_ *node, items *commands.FetchItems, _ *[]string)  { items.Envelope = true }
func needUID(*node, *commands.FetchItems, *[]string)             {}

func needField(n *node, _ *commands.FetchItems, fields *[]string) {
	if !slices.ContainsFunc(*fields, func(f string) bool { return ascii.EqualFold(f, n.fieldName()) }) {
		*fields = append(*fields, n.fieldName())
	}
}

// fieldName returns the header field that a key looks at.
func (n *node) fieldName() string {
	if n.name == "HEADER" {
		return n.field
	}
	return n.name[:1] + strings.ToLower(n.name[1:])
}

func hasFlag(f response.Flag, want bool) leaf {
	return leaf{needFlags, func(_ *node, m *response.Message) bool { return m.HasFlag(f) == want }}
}

// onDay compares calendar dates, without regard to time and zone (RFC 9051 §6.4.4).
func onDay(need func(*node, *commands.FetchItems, *[]string), of func(*response.Message) time.Time, fits func(order int) bool) leaf {
	return leaf{need, func(n *node, m *response.Message) bool {
		t := of(m)
		return !t.IsZero() && fits(strings.Compare(t.Format(time.DateOnly), n.day.Format(time.DateOnly)))
	}}
}

func arrived(m *response.Message) time.Time { return m.InternalDate }

func sent(m *response.Message) time.Time {
	if m.Envelope == nil {
		return time.Time{}
	}
	return m.Envelope.Date
}

// leaves are the keys that are evaluated, by name.
var leaves = func() map[string]leaf {
	before := func(order int) bool { return order < 0 }
	on := func(order int) bool { return order == 0 }
	since := func(order int) bool { return order >= 0 }
	field := leaf{needField, (*node).matchField}
	list := map[string]leaf{
		"BEFORE": onDay(needDate, arrived, before), "ON": onDay(needDate, arrived, on), "SINCE": onDay(needDate, arrived, since),
		"SENTBEFORE": onDay(needSent, sent, before), "SENTON": onDay(needSent, sent, on), "SENTSINCE": onDay(needSent, sent, since),
		"LARGER":  {needSize, func(n *node, m *response.Message) bool { return m.Size > n.number }},
		"SMALLER": {needSize, func(n *node, m *response.Message) bool { return m.Size < n.number }},
		"KEYWORD": {needFlags, func(n *node, m *response.Message) bool { return m.HasFlag(response.Flag(n.value)) }},
		"UNKEYWORD": {needFlags, func(n *node, m *response.Message) bool {
			return !m.HasFlag(response.Flag(n.value))
		}},
		"UID":  {needUID, func(n *node, m *response.Message) bool { return n.uids.Contains(m.UID) }},
		"FROM": field, "TO": field, "CC": field, "BCC": field, "SUBJECT": field, "HEADER": field,
	}
	for name, f := range map[string]response.Flag{
		"ANSWERED": response.FlagAnswered, "DELETED": response.FlagDeleted, "DRAFT": response.FlagDraft,
		"FLAGGED": response.FlagFlagged, "SEEN": response.FlagSeen,
	} {
		list[name], list["UN"+name] = hasFlag(f, true), hasFlag(f, false)
	}
	return list
}()

// gather adds what is needed of a message.
func (k Key) gather(items *commands.FetchItems, fields *[]string) error {
	if k.n == nil {
		return nil
	}
	switch k.n.kind {
	case kindLeaf:
		l, ok := leaves[k.n.name]
		if !ok || k.n.uids.Dynamic() || k.n.needs != "" || k.n.effects == unknownEffects {
			return ErrServerOnly
		}
		l.need(k.n, items, fields)
	case kindWrap:
		if k.n.name != "NOT" {
			return ErrServerOnly
		}
	}
	for _, sub := range k.n.keys {
		if err := sub.gather(items, fields); err != nil {
			return err
		}
	}
	return nil
}

// match evaluates a key for which gather returns no error.
func (k Key) match(m *response.Message) bool {
	if k.n == nil {
		return true
	}
	matches := func(sub Key) bool { return sub.match(m) }
	switch k.n.kind {
	case kindAnd:
		return !slices.ContainsFunc(k.n.keys, func(sub Key) bool { return !sub.match(m) })
	case kindOr:
		return slices.ContainsFunc(k.n.keys, matches)
	case kindWrap:
		return !k.n.keys[0].match(m)
	}
	return leaves[k.n.name].match(k.n, m)
}

// matchField looks for a text in the fields of that name.
func (n *node) matchField(m *response.Message) bool {
	want := foldText(n.value)
	for i := range m.Sections {
		for _, value := range fieldValues(m.Sections[i].Data, n.fieldName()) {
			if strings.Contains(foldText(string(mimeword.AppendDecoded(nil, value))), want) {
				return true
			}
		}
	}
	return false
}

// fieldValues returns the values of the fields with a name, unfolded.
func fieldValues(header []byte, name string) (values [][]byte) {
	in := false
	for line := range bytes.Lines(header) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			if in {
				values[len(values)-1] = append(values[len(values)-1], line...)
			}
			continue
		}
		have, value, ok := bytes.Cut(line, []byte(":"))
		if in = ok && ascii.EqualFold(bytes.TrimRight(have, " \t"), name); in {
			values = append(values, bytes.Clone(bytes.TrimSpace(value)))
		}
	}
	return values
}

// foldText returns what is compared of a text: without case, and characters decomposed
// (RFC 5051).
func foldText(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFKD.String(cases.Fold().String(norm.NFKD.String(s)))
}
