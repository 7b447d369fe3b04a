package imaptest

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// searchKey reports whether a message matches.
type searchKey func(*candidate) bool

// candidate is a message that is looked at.
type candidate struct {
	store.Snapshot
	index, total int
	last         response.UID // of the mailbox
}

// keyReader reads search keys.
type keyReader struct {
	s   *session
	a   *args
	req *searchRequest
}

// atSet reports whether a key is next that chooses messages by their numbers.
func (p keyReader) atSet() bool {
	c := p.a.peek()
	if c == '*' || c == '$' || c >= '0' && c <= '9' {
		return true
	}
	rest := p.a.line[min(p.a.pos, len(p.a.line)):]
	return slices.ContainsFunc([]string{"UID ", "UIDAFTER ", "UIDBEFORE "}, func(name string) bool {
		return p.a.ok() && ascii.HasPrefixFold(rest, name)
	})
}

func never(*candidate) bool  { return false }
func always(*candidate) bool { return true }

// key reads one search key (RFC 9051 §9 "search-key").
func (p keyReader) key() searchKey {
	a := p.a
	if a.deep++; a.deep > p.s.srv.opts.MaxNesting {
		a.fail(bad("SEARCH: nested too deeply"))
		return never
	}
	defer func() { a.deep-- }()
	switch c := a.peek(); {
	case c == '(':
		var keys []searchKey
		a.want('(')
		keys = append(keys, p.key())
		for a.ok() && !a.eat(')') {
			a.sp()
			keys = append(keys, p.key())
		}
		return allOf(keys)
	case c == '*' || c == '$' || c >= '0' && c <= '9':
		if p.s.uidOnly && c != '$' { // RFC 9586 §3.5
			a.fail(uidRequired())
		}
		return p.set(false)
	}
	name := a.keyword()
	if f, is := flagKeys[name]; is {
		return flagKey(f)
	}
	if f, is := flagKeys[strings.TrimPrefix(name, "UN")]; is && strings.HasPrefix(name, "UN") {
		return notKey(flagKey(f))
	}
	for _, group := range []func(keyReader, string) searchKey{
		keyReader.logicKey, keyReader.textKeys, keyReader.dateKey, keyReader.numberKey, keyReader.extensionKey,
	} {
		if k := group(p, name); k != nil {
			return k
		}
	}
	a.fail(bad("SEARCH: unknown key %q", name))
	return never
}

var flagKeys = map[string]response.Flag{
	"ANSWERED": response.FlagAnswered, "DELETED": response.FlagDeleted, "DRAFT": response.FlagDraft,
	"FLAGGED": response.FlagFlagged, "SEEN": response.FlagSeen,
}

func (p keyReader) logicKey(name string) searchKey {
	a := p.a
	switch name {
	case "ALL":
		return always
	case "NOT":
		a.sp()
		return notKey(p.key())
	case "OR":
		a.sp()
		x := p.key()
		a.sp()
		y := p.key()
		return func(c *candidate) bool { return x(c) || y(c) }
	case "NEW":
		return func(c *candidate) bool { return c.Recent && !response.ContainsFlag(c.Flags, response.FlagSeen) }
	case "OLD":
		return func(c *candidate) bool { return !c.Recent }
	case "RECENT":
		return func(c *candidate) bool { return c.Recent }
	case "KEYWORD", "UNKEYWORD":
		a.sp()
		k := flagKey(response.Flag(a.atom()))
		if name == "UNKEYWORD" {
			return notKey(k)
		}
		return k
	case "UID":
		a.sp()
		return p.set(true)
	}
	return nil
}

// set reads a set of messages.
func (p keyReader) set(uid bool) searchKey {
	set := p.a.set()
	if !p.a.ok() {
		return never
	}
	if set.saved {
		uids := make(map[response.UID]bool)
		for _, u := range p.s.savedResult {
			uids[u] = true
		}
		return func(c *candidate) bool { return uids[c.UID] }
	}
	if p.req.update && !uid { // what the numbers mean now (RFC 5267 §4.3)
		return p.fixed(set)
	}
	merged := set.forEachStar()
	return func(c *candidate) bool {
		num, star := uint32(c.index+1), uint32(c.total)
		if uid {
			num, star = uint32(c.UID), uint32(c.last)
		}
		for _, r := range merged(star) {
			if r.lo <= num && num <= r.hi {
				return true
			}
		}
		return false
	}
}

// fixed matches the messages that the numbers of a set mean now.
func (p keyReader) fixed(set numSet) searchKey {
	idx, _ := p.s.indices(set, false)
	uids := make(map[response.UID]bool, len(idx))
	for _, i := range idx {
		uids[p.s.view.UIDAt(i)] = true
	}
	return func(c *candidate) bool { return uids[c.UID] }
}

// text reads a string in the request's charset.
func (p keyReader) text() string {
	p.a.sp()
	return p.decode(p.a.astring())
}

func (p keyReader) decode(raw string) string {
	switch cs := strings.ToUpper(p.req.charset); {
	case cs == "UTF-8" || cs == "" && p.s.utf8:
		if !utf8.ValidString(raw) {
			p.a.fail(bad("SEARCH: a string is not UTF-8"))
		}
		return raw
	case cs == "" || cs == "US-ASCII":
		if !ascii7([]byte(raw)) {
			p.a.fail(bad("SEARCH: 8-bit characters without a charset"))
		}
		return raw
	}
	r, err := charset.Reader(p.req.charset, strings.NewReader(raw))
	if err != nil {
		return raw
	}
	out, err := io.ReadAll(r)
	if err != nil {
		p.a.fail(bad("SEARCH: a string is not in its charset"))
	}
	return string(out)
}

func knownCharset(name string) bool {
	if strings.EqualFold(name, "US-ASCII") {
		return true
	}
	_, err := charset.Reader(name, bytes.NewReader(nil))
	return err == nil
}

func (p keyReader) textKeys(name string) searchKey {
	switch name {
	case "BCC", "CC", "FROM", "TO":
		return addressKey(name, p.text())
	case "SUBJECT":
		return headerKey(name, p.text())
	case "HEADER":
		p.a.sp()
		field := p.a.astring()
		return headerKey(field, p.text())
	case "BODY":
		needle := p.text()
		return func(c *candidate) bool { return bodyContains(c.Blob.Tree(), needle) }
	case "TEXT":
		return textKey(p.text())
	}
	return nil
}

// headerKey matches messages with a field of that name that contains text.
func headerKey(field, text string) searchKey {
	return func(c *candidate) bool {
		for _, f := range c.Blob.Tree().Fields {
			if strings.EqualFold(f.Name, field) && contains(mime.DecodeHeader(f.Value), text) {
				return true
			}
		}
		return false
	}
}

// addressKey matches messages with an address in that field of the envelope
// (RFC 9051 §6.4.4) that contains text: comments are no part of it.
func addressKey(field, text string) searchKey {
	return func(c *candidate) bool {
		for _, f := range c.Blob.Tree().Fields {
			if strings.EqualFold(f.Name, field) && contains(mime.AddressText(mime.ParseAddresses(f.Value)), text) {
				return true
			}
		}
		return false
	}
}

// textKey matches messages whose header or body contains text.
func textKey(text string) searchKey {
	return func(c *candidate) bool {
		tree := c.Blob.Tree()
		for _, f := range tree.Fields {
			if contains(f.Name+": "+mime.DecodeHeader(f.Value), text) {
				return true
			}
		}
		return bodyContains(tree, text)
	}
}

func bodyContains(tree *mime.Part, needle string) bool {
	return !tree.Walk(func(p *mime.Part) bool {
		if p != tree { // headers of parts are part of the body
			for _, f := range p.Fields {
				if contains(f.Name+": "+mime.DecodeHeader(f.Value), needle) {
					return false
				}
			}
		}
		return !p.IsText() || !contains(p.Text(), needle)
	})
}

func (p keyReader) dateKey(name string) searchKey {
	sent := strings.HasPrefix(name, "SENT")
	saved := strings.HasPrefix(name, "SAVED") && p.s.srv.has(response.CapSaveDate)
	base := strings.TrimPrefix(name, "SENT")
	if saved {
		base = strings.TrimPrefix(name, "SAVED")
	}
	if base != "BEFORE" && base != "ON" && base != "SINCE" {
		return nil
	}
	p.a.sp()
	want := p.a.date()
	return func(c *candidate) bool {
		t := c.Date
		switch {
		case sent:
			var good bool
			if t, good = c.Blob.Tree().Date(); !good {
				return false
			}
		case saved:
			t = c.Saved
		}
		y, m, d := t.Date() // without regard to time and zone
		day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		switch base {
		case "BEFORE":
			return day.Before(want)
		case "ON":
			return day.Equal(want)
		}
		return !day.Before(want)
	}
}

func (p keyReader) numberKey(name string) searchKey {
	switch name {
	case "LARGER", "SMALLER":
		p.a.sp()
		n := p.a.number64()
		return func(c *candidate) bool {
			size := uint64(len(c.Blob.Raw))
			return name == "LARGER" && size > n || name == "SMALLER" && size < n
		}
	case "OLDER", "YOUNGER": // RFC 5032
		if !p.s.srv.has(response.CapWithin) {
			return nil
		}
		p.a.sp()
		limit := time.Duration(p.a.number()) * time.Second
		now := time.Now()
		return func(c *candidate) bool {
			age := now.Sub(c.Date)
			return name == "OLDER" && age >= limit || name == "YOUNGER" && age <= limit
		}
	case "UIDAFTER", "UIDBEFORE": // RFC 9738
		if p.s.srv.numberOf("MESSAGELIMIT") == 0 {
			return nil
		}
		p.a.sp()
		uid := response.UID(p.a.number())
		if p.a.ok() && uid == 0 {
			p.a.bad("a UID")
		}
		return func(c *candidate) bool {
			return name == "UIDAFTER" && c.UID > uid || name == "UIDBEFORE" && c.UID < uid
		}
	case "MODSEQ": // RFC 7162 §3.1.5
		if !p.s.srv.has(response.CapCondStore) {
			return nil
		}
		p.a.sp()
		if p.a.peek() == '"' {
			p.a.quoted()
			p.a.sp()
			p.a.atom()
			p.a.sp()
		}
		n := p.a.number64()
		p.req.modSeq = true
		return func(c *candidate) bool { return c.ModSeq >= n }
	}
	return nil
}

func (p keyReader) extensionKey(name string) searchKey {
	has := p.s.srv.has
	switch {
	case name == "FUZZY" && has("SEARCH=FUZZY"): // RFC 6203: what matches exactly, matches
		p.a.sp()
		p.req.fuzzy = true
		return p.key()
	case name == "SAVEDATESUPPORTED" && has(response.CapSaveDate):
		return always
	case name == "EMAILID" && has(response.CapObjectID):
		p.a.sp()
		id := p.a.atom()
		return func(c *candidate) bool { return c.Blob.EmailID == id }
	case name == "THREADID" && has(response.CapObjectID):
		p.a.sp()
		id := p.a.atom()
		return func(c *candidate) bool { return c.Blob.Thread() == id }
	case name == "X-GM-MSGID" && has(response.CapGmailExt1):
		p.a.sp()
		id := p.a.number64()
		return func(c *candidate) bool { return c.Blob.Num == id }
	case name == "X-GM-THRID" && has(response.CapGmailExt1):
		p.a.sp()
		id := p.a.number64()
		return func(c *candidate) bool { return threadNum(c.Blob) == id }
	case name == "X-GM-LABELS" && has(response.CapGmailExt1):
		p.a.sp()
		label := p.a.label()
		return func(c *candidate) bool {
			for _, l := range p.s.labels(c.Blob) {
				if strings.EqualFold(l, label) {
					return true
				}
			}
			return false
		}
	case name == "X-GM-RAW" && has(response.CapGmailExt1):
		return p.s.rawQuery(p.text())
	}
	return nil
}
