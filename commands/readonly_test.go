package commands_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// readsOnly encodes a command for a read-only session, and reports whether it may be
// sent there, and as what.
func readsOnly(t *testing.T, cmd Command) (string, bool) {
	t.Helper()
	var e Encoder
	e.Reset(Dialect{LiteralPlus: true, ReadOnly: true})
	require.NoError(t, e.Command(cmd), "%#v", cmd)
	var b strings.Builder
	for _, p := range e.Parts() {
		b.Write(e.Bytes(p))
	}
	return strings.TrimSuffix(b.String(), "\r\n"), e.ReadsOnly()
}

// TestEveryCommandIsClassified holds which commands of this package change something,
// and fails for a command type that the table does not have.
func TestEveryCommandIsClassified(t *testing.T) {
	items := FetchItems{Flags: true}
	message := AppendMessage{Literal: literal.Source{R: strings.NewReader("x"), Size: 1}}
	type list = []Command
	table := map[string]struct{ reads, changes list }{
		"Append":         {changes: list{Append{Mailbox: "x", Messages: []AppendMessage{message}}}},
		"Authenticate":   {reads: list{Authenticate{Mechanism: "PLAIN"}, Authenticate{"PLAIN", []byte("x"), true}}},
		"Capability":     {reads: list{Capability{}}},
		"Check":          {changes: list{Check{}}},
		"Close":          {changes: list{Close{}}},
		"Compress":       {reads: list{Compress{}}},
		"Copy":           {changes: list{UIDCopy{Set: uids("1"), Mailbox: "x"}, SeqCopy{Set: seqs("1"), Mailbox: "x"}}},
		"Create":         {changes: list{Create{Mailbox: "x"}}},
		"Delete":         {changes: list{Delete{"x"}}},
		"DeleteACL":      {changes: list{DeleteACL{Mailbox: "x", Identifier: "y"}}},
		"ESearch":        {reads: list{ESearch{In: []SearchSource{{FilterMailboxes, []string{"x"}}}}}},
		"Enable":         {reads: list{Enable{Caps: []response.Cap{"CONDSTORE"}}}},
		"Expunge":        {changes: list{Expunge{}}},
		"GetACL":         {reads: list{GetACL{"x"}}},
		"GetMetadata":    {reads: list{GetMetadata{Mailbox: "x", Entries: []string{"/private/comment"}}}},
		"CancelUpdate":   {reads: list{CancelUpdate{Tags: []string{"A1"}}}},
		"GenURLAuth":     {changes: list{GenURLAuth{URLs: []string{"/x"}}}},
		"ResetKey":       {changes: list{ResetKey{}, ResetKey{Mailbox: "x"}}},
		"URLFetch":       {reads: list{URLFetch{URLs: []string{"/x"}}, URLFetch{URLs: []string{"/x"}, Items: URLItems{Binary: true}}}},
		"Language":       {reads: list{Language{}, Language{[]string{"de"}}}},
		"Comparator":     {reads: list{Comparator{[]string{"i;basic"}}}},
		"GetJMAPAccess":  {reads: list{GetJMAPAccess{}}},
		"UIDBatches":     {reads: list{UIDBatches{Size: 500}, UIDBatches{500, 1, 2}}},
		"RList":          {reads: list{RList{}, RList{Subscribed: true}}},
		"XList":          {reads: list{XList{}}},
		"GetQuota":       {reads: list{GetQuota{}}},
		"GetQuotaRoot":   {reads: list{GetQuotaRoot{"x"}}},
		"ID":             {reads: list{ID{}}},
		"Idle":           {reads: list{Idle{}}},
		"LSub":           {reads: list{LSub{"", "*"}}},
		"List":           {reads: list{List{Patterns: []string{"*"}}}},
		"ListRights":     {reads: list{ListRights{Mailbox: "x", Identifier: "y"}}},
		"Login":          {reads: list{Login{"u", "p"}}},
		"Logout":         {reads: list{Logout{}}},
		"Move":           {changes: list{UIDMove{Set: uids("1"), Mailbox: "x"}, SeqMove{Set: seqs("1"), Mailbox: "x"}}},
		"MyRights":       {reads: list{MyRights{"x"}}},
		"Namespace":      {reads: list{Namespace{}}},
		"Noop":           {reads: list{Noop{}}},
		"Rename":         {changes: list{Rename{"x", "y"}}},
		"Replace":        {changes: list{UIDReplace{Num: 1, Mailbox: "x", Message: message}, SeqReplace{Num: 1, Mailbox: "x", Message: message}}},
		"Search":         {reads: list{Search{}, Search{UID: true}}},
		"Select":         {reads: list{Select{Mailbox: "x"}, Select{Mailbox: "x", ReadOnly: true}}},
		"SetACL":         {changes: list{SetACL{Mailbox: "x", Identifier: "y", Op: RightsAdd, Rights: "l"}}},
		"SetMetadata":    {changes: list{SetMetadata{Mailbox: "x", Items: []response.MetadataItem{{Name: "/private/comment"}}}}},
		"SetQuota":       {changes: list{SetQuota{Root: "x"}}},
		"Sort":           {reads: list{Sort{Keys: []SortKey{{Field: SortDate}}}, Sort{UID: true, Keys: []SortKey{{Field: SortDate}}}}},
		"StartTLS":       {reads: list{StartTLS{}}},
		"Status":         {reads: list{Status{Mailbox: "x", Items: response.StatusMessages}}},
		"Store":          {changes: list{UIDStore{Set: uids("1"), Op: StoreAdd, Flags: []response.Flag{"x"}}, SeqStore{Set: seqs("1"), Op: StoreAdd, Flags: []response.Flag{"x"}}}},
		"Subscribe":      {changes: list{Subscribe{"x"}}},
		"Thread":         {reads: list{Thread{Algorithm: "REFERENCES"}, Thread{UID: true, Algorithm: "REFERENCES"}}},
		"UIDExpunge":     {changes: list{UIDExpunge{UIDs: uids("1")}}},
		"Unauthenticate": {reads: list{Unauthenticate{}}},
		"Unselect":       {reads: list{Unselect{}}},
		"Unsubscribe":    {changes: list{Unsubscribe{"x"}}},
		"Fetch": {
			reads: list{
				UIDFetch{Set: uids("1"), Items: items}, SeqFetch{Set: seqs("1:*"), Items: items}, UIDFetch{Set: response.Saved[response.UID](), Items: items},
				UIDFetch{Set: uids("1"), Items: items, ChangedSince: 5, Vanished: true},
				UIDFetch{Set: uids("1"), Items: FetchItems{
					UID: true, Flags: true, InternalDate: true, Size: true, Envelope: true, BodyStructure: true, Body: true, ModSeq: true,
					SaveDate: true, EmailID: true, ThreadID: true, Preview: true, GmailMsgID: true, GmailThreadID: true, GmailLabels: true,
					BinarySizes: [][]int{{1, 2}}, RFC822Header: true,
					Other:    []string{"ANNOTATION (/comment (value.priv value.shared))", "BODY.PEEK[1.MIME]", "BINARY.PEEK[1]<0.5>"},
					Sections: []FetchSection{WholeMessage(), {MarkSeen: true}, {Binary: true, MarkSeen: true, Section: response.Section{Part: []int{1}}, Partial: &Partial{0, 9}}, HeaderFields("a]b)", "c\"d("), Header()},
				}},
				UIDFetch{Set: uids("1"), Items: FetchItems{PreviewLazy: true}},
			},
			changes: list{
				UIDFetch{Set: uids("1"), Items: FetchItems{RFC822: true}},
				UIDFetch{Set: uids("1"), Items: FetchItems{RFC822Text: true}},
				UIDFetch{Set: uids("1"), Items: FetchItems{Flags: true, Other: []string{"BODY[]"}}},
				UIDFetch{Set: uids("1"), Items: FetchItems{Other: []string{"body[text]"}}},
				UIDFetch{Set: uids("1"), Items: FetchItems{Other: []string{"BINARY[1]"}}},
				UIDFetch{Set: uids("1"), Items: FetchItems{Other: []string{"X-UNKNOWN"}}},
				SeqFetch{Set: seqs("1"), Items: FetchItems{Other: []string{"ANNOTATION (BODY[])"}, RFC822: true}},
			},
		},
		"Notify": {
			reads: list{
				Notify{},
				Notify{Groups: []NotifyGroup{{Filter: FilterSelected, Events: []NotifyEvent{NotifyMessageNew, NotifyMessageExpunge}, Fetch: FetchItems{Sections: []FetchSection{{MarkSeen: true}}}}}},
			},
			changes: list{
				Notify{Groups: []NotifyGroup{{Filter: FilterSelected, Events: []NotifyEvent{NotifyMessageNew, NotifyMessageExpunge}, Fetch: FetchItems{Other: []string{"BODY[]"}}}}},
				Notify{Groups: []NotifyGroup{{Filter: FilterSelected, Events: []NotifyEvent{NotifyMessageNew, NotifyMessageExpunge}, Fetch: FetchItems{RFC822: true}}}},
			},
		},
		"Raw": {
			reads: list{
				Raw{Command: "noop"}, Raw{Command: "xlist", Args: []Arg{ArgString(""), ArgString("*")}}, Raw{Command: "uid search", Args: []Arg{ArgKey(nil)}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgAtom("fast")}}, Raw{Command: "UID FETCH", Args: []Arg{ArgNumber(1), ArgList(ArgAtom("UID"), ArgAtom("FLAGS"))}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgAtom("FLAGS"), ArgList(ArgAtom("CHANGEDSINCE"), ArgNumber(5))}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgList(ArgAtom("PREVIEW"), ArgList(ArgAtom("LAZY")), ArgAtom("FLAGS"))}},
				Raw{Command: "EXAMINE", Args: []Arg{ArgMailbox("x")}}, Raw{Command: "GETQUOTAROOT", Args: []Arg{ArgMailbox("x")}},
			},
			changes: list{
				Raw{Command: "SELECT", Args: []Arg{ArgMailbox("x")}}, Raw{Command: "store"}, Raw{Command: "uid expunge"}, Raw{Command: "UID"},
				Raw{Command: "X-VENDOR"}, Raw{Command: "UID X-VENDOR"}, Raw{Command: "UID UID SEARCH"}, Raw{Command: "NOOP-X"}, Raw{Command: "RESETKEY"}, Raw{Command: "GENURLAUTH"},
				Raw{Command: "SETQUOTA"}, Raw{Command: "SETANNOTATION"}, Raw{Command: "XAPPLEPUSHSERVICE"}, Raw{Command: "CREATE", Args: []Arg{ArgMailbox("x")}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgAtom("rfc822")}}, Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgList(ArgAtom("FLAGS"), ArgAtom("RFC822.Text"))}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgList(ArgAtom("PREVIEW"), ArgList(ArgAtom("LAZY")), ArgAtom("RFC822"))}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgList(ArgList(ArgAtom("RFC822")))}}, Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgAtom("FLAGS"), ArgAtom("RFC822")}},
				Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgAtom("FLAGS"), ArgList(ArgAtom("RFC822"))}}, Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgList()}},
				Raw{Command: "FETCH", Args: []Arg{ArgString("1 FLAGS"), ArgAtom("RFC822")}}, Raw{Command: "FETCH", Args: []Arg{ArgLiteral([]byte("1 (FLAGS)")), ArgAtom("RFC822")}},
				Raw{Command: "FETCH"}, Raw{Command: "FETCH", Args: []Arg{ArgNumber(1)}}, Raw{Command: "FETCH", Args: []Arg{ArgNumber(1), ArgString("BODY[]")}},
			},
		},
	}
	found := commandTypes(t)
	for name := range table {
		require.Contains(t, found, name, "no such command type")
	}
	for name := range found {
		row, ok := table[name]
		require.True(t, ok && len(row.reads)+len(row.changes) > 0, "the command %s is not classified: does it change anything on the server?", name)
		for _, cmd := range row.reads {
			sent, reads := readsOnly(t, cmd)
			require.True(t, reads, sent)
			require.NotContains(t, sent, "BODY[")
			require.NotContains(t, sent, "BINARY[")
			require.False(t, strings.HasPrefix(sent, "SELECT"), sent)
		}
		for _, cmd := range row.changes {
			sent, reads := readsOnly(t, cmd)
			require.False(t, reads, sent)
		}
	}
}

// commandTypes returns the names of the types of this package that are commands: those
// with a method Effects.
func commandTypes(t *testing.T) map[string]bool {
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	types := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Effects" {
				continue
			}
			recv := f.Recv.List[0].Type
			if generic, ok := recv.(*ast.IndexExpr); ok {
				recv = generic.X
			}
			types[recv.(*ast.Ident).Name] = true
		}
	}
	require.Greater(t, len(types), 40)
	return types
}

// disguise says that it is a NOOP.
type disguise struct{ real Command }

func (disguise) Name() string        { return "NOOP" }
func (disguise) Effects() Effects    { return MayExpunge }
func (d disguise) Encode(e *Encoder) { d.real.Encode(e) }

// TestWhatIsSentCounts and not what a command says of itself.
func TestWhatIsSentCounts(t *testing.T) {
	_, reads := readsOnly(t, disguise{Expunge{}})
	require.False(t, reads)
	_, reads = readsOnly(t, disguise{Noop{}})
	require.True(t, reads)
}

// TestReadOnlyEncoding turns SELECT into EXAMINE, and asks with PEEK.
func TestReadOnlyEncoding(t *testing.T) {
	readOnly := Dialect{ReadOnly: true}
	check(t, []golden{
		{readOnly, Select{Mailbox: "x", CondStore: true}, "EXAMINE x (CONDSTORE)"},
		{readOnly, UIDFetch{Set: uids("1"), Items: FetchItems{Sections: []FetchSection{{MarkSeen: true}}}}, "UID FETCH 1 (BODY.PEEK[])"},
		{readOnly, UIDFetch{Set: uids("1"), Items: FetchItems{Sections: []FetchSection{{Binary: true, MarkSeen: true}}}}, "UID FETCH 1 (BINARY.PEEK[])"},
	})
}

// FuzzReadsOnly looks for a FETCH that sets \Seen and is let through.
func FuzzReadsOnly(f *testing.F) {
	for _, seed := range []string{"BODY[]", "FLAGS BODY[]", "PREVIEW (LAZY) RFC822", "BODY.PEEK[HEADER.FIELDS (A)] BODY[]", "ANNOTATION (a (b)) BINARY[1]"} {
		f.Add(seed, "x] BODY[ \"")
	}
	f.Fuzz(func(t *testing.T, item, field string) {
		var e Encoder
		e.Reset(Dialect{LiteralPlus: true, ReadOnly: true})
		if e.Command(UIDFetch{Set: uids("1"), Items: FetchItems{Other: []string{item}, Sections: []FetchSection{HeaderFields(field)}}}) != nil || !e.ReadsOnly() {
			return
		}
		for _, word := range strings.FieldsFunc(strings.ToUpper(item), func(r rune) bool { return strings.ContainsRune(" ()", r) }) {
			if strings.HasPrefix(word, "BODY[") || strings.HasPrefix(word, "BINARY[") || word == "RFC822" || word == "RFC822.TEXT" {
				if !strings.Contains(item, "ANNOTATION") && !strings.Contains(strings.ToUpper(item), "PREVIEW") {
					t.Fatalf("%q was let through", item)
				}
			}
		}
	})
}
