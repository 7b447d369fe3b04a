package commands_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// everyCommand returns each command with s and n in every parameter that can
// hold them.
func everyCommand(s string, n int64) []Command {
	source := literal.Source{R: strings.NewReader(s), Size: int64(len(s))}
	flags := []response.Flag{response.Flag(s), response.FlagSeen}
	at := time.Unix(n, 0).In(time.FixedZone(s, int(int32(n))))
	set, sset := response.UIDs(response.UID(n)), response.Seqs(response.SeqNum(n))
	part := []int{int(n), 1}
	key := search.Or(search.And(search.Text(s), search.Keyword(response.Flag(s))), search.Header(s, s), search.Not(search.EmailID(s)),
		search.Larger(n), search.Since(at), search.UID(set), search.Seq(sset), search.ModSeq(uint64(n)))
	return []Command{
		Capability{}, Noop{}, Logout{}, Unauthenticate{}, StartTLS{}, Idle{}, Namespace{}, Close{}, Unselect{}, CancelUpdate{Tags: []string{s}}, Check{}, Expunge{},
		Authenticate{s, []byte(s), true}, Login{s, s}, Compress{s}, Enable{[]response.Cap{"X", response.Cap(s)}},
		ID{[]response.IDParam{{Name: "name", Value: s}, {Name: s, Value: "x"}}},
		Select{Mailbox: s, CondStore: true, QResync: &QResync{uint32(n), uint64(n), set, sset, set}},
		Select{Mailbox: RawMailbox(s), ReadOnly: true},
		Create{s, []response.MailboxAttr{response.MailboxAttr(s), response.MailboxAttr(`\` + s)}},
		Create{s, []response.MailboxAttr{response.MailboxAttr(`\` + s)}},
		Delete{s}, Rename{s, s}, Subscribe{s}, Unsubscribe{RawMailbox(s)},
		List{s, []string{s, s}, ListSelect{Remote: true}, ListReturn{MyRights: true, Metadata: []string{"/" + s}, Status: response.StatusItems(n)}},
		SetACL{s, s, RightsOp(n), "lr"}, SetACL{s, s, RightsAdd, response.Rights(s)}, DeleteACL{s, s}, GetACL{s}, ListRights{s, s}, MyRights{s},
		LSub{s, s}, Status{s, response.StatusItems(n), []string{s}}, Status{s, response.StatusMessages, nil},
		Append{s, []AppendMessage{{Flags: flags, InternalDate: at, Literal: source, Binary: true}, {Literal: source, Binary: true}}},
		Append{s, []AppendMessage{{Flags: []response.Flag{response.Flag(`\` + s)}, InternalDate: at, Literal: source, Binary: true}}},
		Append{s, []AppendMessage{{Flags: flags, Catenate: []CatPart{{Text: source}, {URL: s}, CatURL(response.URL{Mailbox: s, UID: response.UID(n), Access: s})}}}},
		ESearch{In: []SearchSource{{MailboxFilter(s), nil}, {FilterSubtreeOne, []string{s}}}, Key: search.Not(search.Text(s)), Return: SearchReturn{Count: true}, Charset: "UTF-8"},
		Notify{true, []NotifyGroup{{MailboxFilter(s), nil, nil, FetchItems{}}}}, Notify{false, []NotifyGroup{{FilterSubtree, []string{s, s}, []NotifyEvent{NotifyEvent(s)}, FetchItems{}}}},
		Notify{true, []NotifyGroup{{FilterSelected, nil, []NotifyEvent{NotifyMessageNew}, FetchItems{Sections: []FetchSection{HeaderFields(s)}}}}},
		UIDReplace{response.UID(n), s, AppendMessage{Flags: flags, InternalDate: at, Literal: source, Binary: true}}, SeqReplace{response.SeqNum(n), s, AppendMessage{Literal: source, Binary: true}},
		UIDFetch{Set: set, Items: FetchItems{Other: []string{s, "X[" + s + "]"}, Sections: []FetchSection{{
			Section: response.Section{Part: part, Specifier: response.Specifier(s), Fields: []string{s}}, Partial: &Partial{n, n},
		}}}, ChangedSince: uint64(n), Vanished: true},
		UIDFetch{Set: set, Items: FetchItems{Other: []string{s}}},
		UIDFetch{Set: set, Items: FetchItems{Sections: []FetchSection{HeaderFields(s, "x")}}},
		SeqFetch{Set: sset, Items: FetchItems{BinarySizes: [][]int{part}, Sections: []FetchSection{{Section: response.Section{Part: part}, Binary: true}}}},
		SeqStore{Set: sset, Op: StoreOp(n), Flags: flags, UnchangedSince: uint64(n)},
		UIDStore{Set: set, Op: StoreAdd, GmailLabels: []string{s, `\` + s}}, UIDStore{Set: set, Op: StoreSet, GmailLabels: []string{s}},
		SeqCopy{Set: sset, Mailbox: s}, UIDCopy{Set: set, Mailbox: s}, UIDMove{Set: response.Saved[response.UID](), Mailbox: s}, UIDExpunge{UIDs: set},
		Search{UID: true, Key: key, Charset: s, Return: SearchReturn{Other: []string{s}, Partial: &PartialRange{n, n}}},
		Search{Key: search.Text(s), Charset: s}, Search{Key: search.Text(s)}, Search{Key: key}, Search{Key: search.Raw(s, ArgString(s))},
		Sort{Keys: []SortKey{{Field: SortField(s), Reverse: true}}, Key: key, Charset: s}, Sort{Keys: []SortKey{{Field: SortTo}}, Key: search.Text(s), Charset: s},
		Thread{Algorithm: ThreadAlgorithm(s), Key: search.Subject(s)}, Thread{Algorithm: ThreadReferences, Key: search.Not(search.Subject(s)), Charset: s},
		GetQuota{s}, GetQuotaRoot{s}, GetQuotaRoot{RawMailbox(s)}, SetQuota{s, []QuotaLimit{{s, n}, {"X-" + s, n}}}, SetQuota{s, []QuotaLimit{{"X", n}}},
		GetMetadata{s, []string{"/" + s, "/x"}, MetadataDepth(n), n}, GetMetadata{s, []string{"/" + s}, DepthInfinity, 0},
		SetMetadata{s, []response.MetadataItem{{Name: "/x", Value: []byte(s)}, {Name: "/" + s}}}, SetMetadata{RawMailbox(s), []response.MetadataItem{{Name: "/x", Value: []byte(s)}}},
		Language{[]string{s, "de"}}, Comparator{[]string{s}}, GetJMAPAccess{}, UIDBatches{Size: int(n)}, UIDBatches{int(n), int(n), int(n)}, RList{s, s, n%2 == 0}, XList{s, s},
		GenURLAuth{[]string{s, "/a"}, s}, GenURLAuth{URLs: []string{s}}, ResetKey{s, []string{s}}, ResetKey{Mailbox: RawMailbox(s)},
		URLFetch{URLs: []string{s}}, URLFetch{[]string{s, s}, URLItems{Structure: true, Binary: n%2 == 0}},
		Raw{Command: s}, Raw{Command: "X", Args: []Arg{ArgString(s), ArgAString(s), ArgMailbox(s), ArgLiteral([]byte(s)), ArgNumber(uint64(n))}},
		Raw{Command: "X", Args: []Arg{ArgList(ArgAtom(s), ArgFlag(response.Flag(s)), ArgDate(at), ArgDateTime(at), ArgUIDs(set), ArgSecret(ArgString(s)))}},
		Raw{Command: "X", Args: []Arg{ArgLiteralFrom(source, true), ArgSecret(ArgAString(s)), ArgKey(search.Fuzzy(search.Text(s)))}},
	}
}

// free are the commands of everyCommand whose number of words depends on s by
// design.
func free(c Command) bool {
	switch c := c.(type) {
	case Raw:
		return c.Command != "X"
	case ID: // NIL, or names that are taken
		return true
	case UIDFetch:
		return len(c.Items.Other) > 0
	case Search, ESearch: // with or without CHARSET
		return true
	case Select, List, SeqStore, Status, ResetKey: // n or s decides what is there
		return true
	}
	return false
}

var announcement = regexp.MustCompile(`\{(\d+)(\+?)\}\r\n$`)

// stream returns the bytes of the command as the server gets them, and checks
// that the parts end where the grammar lets them.
func stream(t *testing.T, e *Encoder) []byte {
	var out bytes.Buffer
	for i, p := range e.Parts() {
		run := e.Bytes(p)
		out.Write(run)
		m := announcement.FindSubmatch(run)
		if i < len(e.Parts())-1 && m == nil || p.Sync && len(m[2]) != 0 || p.Source != nil && !p.Sync && len(m[2]) == 0 {
			t.Fatalf("part %d of %d ends in %q, sync %t", i, len(e.Parts()), run, p.Sync)
		}
		if p.Source == nil {
			continue
		}
		if string(m[1]) != fmt.Sprint(p.Source.Size) {
			t.Fatalf("announced %s, sent %d", m[1], p.Source.Size)
		}
		p.Source.R.(io.Seeker).Seek(0, io.SeekStart)
		io.CopyN(&out, p.Source.R, p.Source.Size)
	}
	return out.Bytes()
}

// FuzzInjection checks that no value of any parameter makes a command anything
// but exactly one command with as many words as it should have.
func FuzzInjection(f *testing.F) {
	for _, s := range []string{
		"abc", "", "a b", "\r\nA2 LOGOUT", "x\r\n", "{5}\r\nhello", "{5+}\r\n", "~{1}", `"`, `\`, `\"`, `a" "b`, "a\x00b", "\x00raw", "ü", "\xff",
		"(", ")", "()", "a) (b", "]", "[", "a] b", "%*", "*", "nil", "INBOX", "&", "&-", "&AOQ-", "$", `\Seen`, "UID X", "X (A B)", "\t", "\x7f",
		"HEADER.FIELDS", "MIME", "UTF-8", strings.Repeat("a", 513), strings.Repeat("b", 4097),
	} {
		f.Add(s, int64(len(s)), uint8(len(s)))
	}
	f.Add("abc", int64(-1), uint8(0))
	f.Add("abc", int64(1<<62), uint8(5))
	f.Fuzz(func(t *testing.T, s string, n int64, bits uint8) {
		d := Dialect{LiteralPlus: bits&1 != 0, LiteralMinus: bits&2 != 0, UTF8: bits&4 != 0, Rev2: bits&8 != 0, Binary: bits&16 != 0}
		plain := everyCommand("a", 5)
		var e Encoder
		for i, c := range everyCommand(s, n) {
			e.Reset(d)
			err := e.Command(c)
			trace := e.AppendTrace(nil)
			if bytes.ContainsAny(trace, "\r\n") {
				t.Fatalf("trace of several lines: %q", trace)
			}
			if err != nil {
				continue
			}
			out := stream(t, &e)
			got, err := scanLine(out)
			if err != nil {
				t.Fatalf("%s: %v\n%q", c.Name(), err, out)
			}
			if free(c) {
				continue
			}
			e.Reset(d)
			if e.Command(plain[i]) != nil {
				continue
			}
			want, err := scanLine(stream(t, &e))
			if err != nil || len(got) != len(want) {
				t.Fatalf("%s: %d words, want %d (%v)\n%q", c.Name(), len(got), len(want), err, out)
			}
		}
	})
}

// FuzzQuoting checks that a string arrives as it was given.
func FuzzQuoting(f *testing.F) {
	f.Add("a\"b\\", uint8(0))
	f.Add("ü\r\n", uint8(4))
	f.Fuzz(func(t *testing.T, s string, bits uint8) {
		var e Encoder
		e.Reset(Dialect{LiteralPlus: bits&1 != 0, LiteralMinus: bits&2 != 0, UTF8: bits&4 != 0})
		err := e.Command(Raw{Command: "X", Args: []Arg{ArgString(s), ArgAString(s), ArgMailbox(RawMailbox(s))}})
		if strings.ContainsRune(s, 0) != (err != nil) {
			t.Fatalf("%q: %v", s, err)
		}
		if err != nil {
			return
		}
		got, err := scanLine(stream(t, &e))
		if err != nil || len(got) != 4 {
			t.Fatalf("%q: %v, %v", s, got, err)
		}
		for _, tok := range got[1:] {
			if tok.text != s {
				t.Errorf("%q became %q", s, tok.text)
			}
		}
	})
}
