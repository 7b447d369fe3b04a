package promises_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// corpusFloors is how many of a hundred cases of a class must give all their facts.
var corpusFloors = map[string]int{"valid": 100, "quirk": 97, "hostile": 100}

// TestCorpus plays server responses from the wild to a client, as the answer to
// its first command, and compares what the client returns with the facts given
// there. A second command must still work. Cases that need not be read must not
// panic, hang or grow. IMAP_CORPUS names another file of such cases.
func TestCorpus(t *testing.T) {
	type score struct{ pass, all int }
	scores := map[string]*score{}
	for _, path := range corpusFiles() {
		dec := json.NewDecoder(openCorpus(t, path))
		dec.UseNumber() // some have 64 bits
		for {
			var row struct {
				ID     string
				Class  string
				Kind   string
				Phase  string
				Wire   string         `json:"wire_b64"`
				Expect map[string]any `json:"expect"`
			}
			if err := dec.Decode(&row); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			wire, _ := base64.StdEncoding.DecodeString(row.Wire)
			s := scores[row.Class]
			if s == nil {
				s = &score{}
				scores[row.Class] = s
			}
			bad := playCase(t, wire, row.Kind, row.Phase, row.Expect)
			if row.Expect["parse"] != "ok" {
				continue
			}
			s.all++
			if len(bad) == 0 {
				s.pass++
			} else {
				t.Logf("%s %s %s\n  %.300q\n  %s", row.Class, row.ID, row.Kind, wire, strings.Join(bad, "\n  "))
			}
		}
	}
	for c, s := range scores {
		t.Logf("%s: %d of %d", c, s.pass, s.all)
		if least := corpusFloors[c]; s.pass*100 < s.all*least {
			t.Errorf("less than %d %% of the %s cases give all their facts", least, c)
		}
	}
}

// corpusFiles returns the files of the corpus.
func corpusFiles() []string {
	if path := os.Getenv("IMAP_CORPUS"); path != "" {
		return []string{path}
	}
	return []string{"testdata/corpus.jsonl.gz", "testdata/corpus-extra.jsonl.gz"}
}

// orderText returns ranges as they were sent.
func orderText(order []response.Range[imap.UID]) string {
	var all []string
	for _, r := range order {
		all = append(all, imap.UIDRange(r.Start, r.Stop).String())
	}
	return strings.Join(all, ",")
}

// inOrder returns the numbers of a set in the order in which they were sent.
func inOrder[N imap.UID | imap.SeqNum](set response.Set[N], order []response.Range[N]) []N {
	if order == nil {
		return slices.AppendSeq([]N{}, set.All())
	}
	nums := []N{}
	for _, r := range order {
		var one response.Set[N]
		one.AddRange(r.Start, r.Stop)
		nums = slices.AppendSeq(nums, one.All())
	}
	return nums
}

func openCorpus(t *testing.T, path string) io.Reader {
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	if !strings.HasSuffix(path, ".gz") {
		return f
	}
	r, err := gzip.NewReader(f)
	require.NoError(t, err)
	return r
}

// playCase plays one case and returns what was wrong.
func playCase(t *testing.T, wire []byte, kind, phase string, expect map[string]any) []string {
	defer boundMemory(t, wire)()
	if phase == "continuation" {
		return playContinuation(wire, expect)
	}
	here, there := net.Pipe()
	go corpusServer(there, wire, kind, phase, expect)
	const limit = 3 * time.Second // some cases promise octets that never come
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var mu sync.Mutex // guards bad and got, as events go on
	var bad []string
	got := map[string]any{}
	wrong := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		bad = append(bad, what)
	}
	note := func(d any) {
		mu.Lock()
		defer mu.Unlock()
		if p, ok := d.(*imap.ParseErrorData); ok {
			bad = append(bad, p.Err.Error())
		}
		if d, ok := d.(response.Data); ok {
			facts(got, d)
		}
	}
	c, err := imap.NewClient(ctx, here, &imap.Options{OnEvent: func(e imap.Event) { note(e) }})
	if err != nil {
		var se *imap.StatusError
		if errors.As(err, &se) {
			statusFacts(got, &se.StatusResponse)
		} else if phase == "greeting" || expect["parse"] == "ok" {
			wrong("greeting: " + err.Error())
		}
		mu.Lock()
		defer mu.Unlock()
		return append(slices.Clone(bad), compare(got, expect)...)
	}
	defer c.Close()
	if phase == "greeting" {
		mu.Lock()
		defer mu.Unlock()
		statusFacts(got, c.Greeting())
		return compare(got, expect)
	}
	switch kind {
	case "fetch", "uidfetch", "search":
		if _, err := c.Select(ctx, "INBOX", nil); err != nil {
			return []string{"select: " + err.Error()}
		}
	}
	mine := map[string]any{}
	for _, err := range corpusCommand(ctx, c, kind, note, mine) {
		var se *imap.StatusError
		if errors.As(err, &se) && kind == "tagged" {
			statusFacts(mine, &se.StatusResponse)
		} else {
			wrong("command: " + err.Error())
		}
	}
	if late := time.Since(began); late > limit+5*time.Second {
		t.Errorf("hangs for %v: %.200q", late, wire)
	}
	if kind != "bye" {
		if err := c.Noop(ctx); err != nil && expect["parse"] == "ok" {
			wrong("second command: " + err.Error())
		}
	}
	if _, ok := expect["caps"]; ok && kind != "enabled" {
		mine["caps"] = c.Caps()
	}
	waitForEvents(&mu, got, expect)
	mu.Lock()
	defer mu.Unlock()
	maps.Copy(got, mine)
	return append(slices.Clone(bad), compare(got, expect)...)
}

// playContinuation reads a case that only makes sense while a client waits for a
// continuation.
func playContinuation(wire []byte, expect map[string]any) []string {
	resp, err := response.NewReader(bytes.NewReader(wire), response.Limits{}).Read()
	if err != nil {
		return []string{err.Error()}
	}
	return compare(map[string]any{"text": string(resp.Text)}, expect)
}

// boundMemory reports a case that takes far more memory than its octets, when the
// function that it returns is called.
func boundMemory(t *testing.T, wire []byte) func() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	return func() {
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20+200*uint64(len(wire)) {
			t.Errorf("%d octets allocate %d: %.200q", len(wire), took, wire)
		}
	}
}

// waitForEvents gives the goroutine that delivers events time to do so.
func waitForEvents(mu *sync.Mutex, got, expect map[string]any) {
	for range 30 {
		mu.Lock()
		missing := len(compare(got, expect)) > 0
		mu.Unlock()
		if !missing {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// corpusCommand runs the command that a case is the answer to.
func corpusCommand(ctx context.Context, c *imap.Client, kind string, note func(any), got map[string]any) (errs []error) {
	all := imap.SeqRange(1, imap.Star)
	switch kind {
	case "fetch", "uidfetch":
		items := imap.FetchItems{Flags: true, Envelope: true, BodyStructure: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
		for m, err := range c.Fetch(ctx, all, items, nil) {
			if err != nil {
				errs = append(errs, err)
			}
			if m != nil {
				note(m)
			}
		}
		return errs
	case "list", "xlist":
		for d, err := range c.List(ctx, "*", nil) {
			if err != nil {
				errs = append(errs, err)
			} else {
				note(d)
			}
		}
		return errs
	case "search":
		found, err := c.Search(ctx, search.All(), nil)
		if err != nil {
			return []error{err}
		}
		nums := inOrder(found.All, found.Order)
		got["nums"], got["count"], got["modseq"] = nums, len(nums), found.ModSeq
		return nil
	}
	a, err := c.Do(ctx, commands.Raw{Command: "NOOP"})
	if err != nil {
		return []error{err}
	}
	for _, d := range a.Data {
		note(d)
	}
	if kind == "tagged" {
		statusFacts(got, a.Status)
	}
	return nil
}

// corpusServer greets, answers the first command with the case, and every other
// one with OK.
func corpusServer(conn net.Conn, wire []byte, kind, phase string, expect map[string]any) {
	defer conn.Close()
	if phase == "greeting" {
		conn.Write(wire)
	} else {
		caps := "IMAP4rev1"
		if kind == "esearch" {
			caps += " ESEARCH"
		}
		fmt.Fprintf(conn, "* PREAUTH [CAPABILITY %s] hello\r\n", caps)
	}
	first := phase != "greeting"
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, cmd, _ := strings.Cut(line, " ")
		if strings.HasPrefix(cmd, "SELECT") {
			fmt.Fprintf(conn, "* 5 EXISTS\r\n%s OK done\r\n", tag)
			continue
		}
		if !first {
			fmt.Fprintf(conn, "%s OK done\r\n", tag)
			continue
		}
		first = false
		out := wire
		if own, _, ok := strings.Cut(string(wire), " "); kind == "tagged" && ok && expect["parse"] == "ok" {
			out = []byte(tag + string(wire[len(own):]))
			conn.Write(out)
			continue
		}
		conn.Write(out)
		fmt.Fprintf(conn, "%s OK done\r\n", tag)
	}
}

// compare returns the facts that got does not have.
func compare(got, expect map[string]any) (bad []string) {
	if expect["parse"] != "ok" {
		return nil
	}
	for k, want := range expect {
		if k == "parse" {
			continue
		}
		if g, ok := got[k]; !ok {
			bad = append(bad, fmt.Sprintf("%s: none, want %v", k, want))
		} else if a, b := norm(k, g), norm(k, want); a != b && !sameTime(a, b) {
			bad = append(bad, fmt.Sprintf("%s: %.200s, want %.200s", k, a, b))
		}
	}
	return bad
}

func norm(k string, v any) string {
	b, _ := json.Marshal(v)
	s := string(b)
	switch k {
	case "flags", "attrs", "caps", "mailbox", "quota_root", "resources", "body_root", "body_types", "enabled":
		s = strings.ToLower(s)
	}
	if s == "null" {
		s = "[]"
	}
	return s
}

func sameTime(a, b string) bool {
	x, err1 := time.Parse(`"`+time.RFC3339+`"`, a)
	y, err2 := time.Parse(`"`+time.RFC3339+`"`, b)
	return err1 == nil && err2 == nil && x.Equal(y)
}

func namespaces(list []response.Namespace) any {
	if list == nil {
		return nil
	}
	out := [][]string{}
	for _, n := range list {
		out = append(out, []string{n.Prefix, n.Delim})
	}
	return out
}

func threads(list []response.Thread[imap.UID]) []any {
	out := []any{}
	for _, t := range list {
		out = append(out, thread(t))
	}
	return out
}

func thread(t response.Thread[imap.UID]) []any {
	out := []any{}
	if t.Num != 0 {
		out = append(out, t.Num)
	}
	for t.Num != 0 && len(t.Children) == 1 {
		t = t.Children[0]
		if t.Num != 0 {
			out = append(out, t.Num)
		}
	}
	return append(out, threads(t.Children)...)
}

func nilString(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func facts(got map[string]any, data response.Data) {
	switch d := data.(type) {
	case *response.StatusResponse:
		statusFacts(got, d)
	case *response.Message:
		messageFacts(got, d)
	case *response.CapabilityData:
		got["caps"] = d.Caps
	case *response.EnabledData:
		got["caps"] = d.Caps
	case *response.FlagsData:
		got["flags"] = d.Flags
	case *response.ExistsData:
		got["messages"] = d.Messages
	case *response.RecentData:
		got["recent"] = d.Messages
	case *response.ExpungeData:
		got["seq"] = d.SeqNum
	case *response.VanishedData:
		got["earlier"] = d.Earlier
		got["vanished"] = d.UIDs.String()
	case *response.MailboxInfo:
		got["attrs"] = append([]response.MailboxAttr{}, d.Attrs...)
		got["delim"] = nil
		if d.Delim != "" {
			got["delim"] = d.Delim
		}
		got["mailbox"] = d.Mailbox
	case *response.MailboxStatus:
		got["mailbox"] = d.Mailbox
		got["messages"], got["recent"], got["uidnext"], got["uidvalidity"] = d.Messages, d.Recent, d.UIDNext, d.UIDValidity
		got["unseen"], got["deleted"], got["status_size"], got["highestmodseq"] = d.Unseen, d.Deleted, d.Size, d.HighestModSeq
		got["appendlimit"], got["mailboxid"] = d.AppendLimit, d.MailboxID
		if d.AppendLimit < 0 {
			got["appendlimit"] = nil
		}
	case *response.NamespaceData:
		got["namespaces"] = map[string]any{"personal": namespaces(d.Personal), "other": namespaces(d.Other), "shared": namespaces(d.Shared)}
	case *response.SearchData:
		nums := inOrder(d.Nums, d.Order)
		got["nums"], got["count"], got["modseq"] = nums, len(nums), d.ModSeq
	case *response.SortData:
		got["nums"], got["modseq"] = d.Nums, d.ModSeq
	case *response.ESearchData:
		got["esearch_tag"], got["esearch_uid"] = d.Tag, d.UID
		got["min"], got["max"], got["count"], got["modseq"], got["all"] = d.Min, d.Max, d.Count, d.ModSeq, d.All.String()
		if d.Order != nil {
			got["all"] = orderText(d.Order)
		}
		got["partial"] = []any{d.PartialRange, nilString(d.Partial.String())}
		var other []string
		for _, u := range d.Unknown {
			other = append(other, u.Name)
		}
		if d.Relevancy != nil { // the facts know no field for it
			other = append(other, "RELEVANCY")
		}
		got["other"] = other
	case *response.QuotaData:
		got["quota_root"] = d.Root
		res := [][]any{}
		for _, q := range d.Resources {
			res = append(res, []any{q.Name, q.Usage, q.Limit})
		}
		got["resources"] = res
	case *response.QuotaRootData:
		got["mailbox"], got["quota_roots"] = d.Mailbox, d.Roots
	case *response.ACLData:
		got["mailbox"], got["acl"] = d.Mailbox, d.Entries
	case *response.MyRightsData:
		got["mailbox"], got["rights"] = d.Mailbox, d.Rights
	case *response.ListRightsData:
		got["mailbox"], got["identifier"], got["rights_list"] = d.Mailbox, d.Identifier, append([]response.Rights{d.Required}, d.Optional...)
	case *response.IDData:
		var p [][]any
		for _, x := range d.Params {
			var v any = x.Value
			if x.Nil {
				v = nil
			}
			p = append(p, []any{x.Name, v})
		}
		got["id_params"] = p
	case *response.ThreadData:
		got["threads"] = threads(d.Threads)
	case *response.MetadataData:
		got["mailbox"] = d.Mailbox
		items := [][]any{}
		for _, x := range d.Items {
			items = append(items, []any{x.Name, string(x.Value)})
		}
		got["metadata"] = items
		got["entries"] = d.Changed
	}
}

func statusFacts(got map[string]any, s *response.StatusResponse) {
	got["status"], got["text"] = s.Type.String(), s.Text
	if s.Code == nil {
		return
	}
	got["code"], got["code_arg"] = string(s.Code.Name()), s.CodeArgs
	switch c := s.Code.(type) {
	case response.PermanentFlagsCode:
		got["flags"] = c.Flags
	case response.CapabilityCode:
		got["caps"] = c.Caps
	case response.UIDNextCode:
		got["uidnext"] = c.UID
	case response.UIDValidityCode:
		got["uidvalidity"] = c.UIDValidity
	case response.CopyUIDCode:
		got["uidvalidity"] = c.UIDValidity
	case response.AppendUIDCode:
		got["uidvalidity"] = c.UIDValidity
	case response.UnseenCode:
		got["unseen"] = c.SeqNum
	case response.HighestModSeqCode:
		got["highestmodseq"] = c.ModSeq
	case response.MailboxIDCode:
		got["mailboxid"] = c.ID
	}
}

func messageFacts(got map[string]any, m *response.Message) {
	got["seq"], got["uid"], got["flags"], got["size"], got["modseq"] = m.SeqNum, m.UID, append([]response.Flag{}, m.Flags...), m.Size, m.ModSeq
	got["uidfetch"] = m.SeqNum == 0
	got["internaldate"] = m.InternalDate.UTC().Format(time.RFC3339)
	if e := m.Envelope; e != nil {
		got["subject_raw"], got["date_raw"], got["message_id"] = e.SubjectRaw, e.DateRaw, e.MessageID
		from := []string{}
		for _, a := range e.From {
			from = append(from, a.Addr())
		}
		got["from"] = from
	}
	if b := m.BodyStructure; b != nil {
		got["body_root"] = b.MediaType()
		leaves := []string{}
		var walk func(b *response.BodyStructure)
		walk = func(b *response.BodyStructure) {
			if !b.IsMultipart() {
				leaves = append(leaves, b.MediaType())
			}
			for _, c := range b.Children {
				walk(c)
			}
		}
		walk(b)
		got["body_parts"], got["body_types"] = len(leaves), leaves
	}
	bodies := []any{}
	for _, s := range m.Sections {
		var n any = len(s.Data)
		if s.Nil {
			n = nil
		}
		got["literal_len"] = n
		got["section"] = s.Section.String()
		if s.RFC822 {
			got["section_item"] = strings.TrimSuffix("RFC822."+string(s.Section.Specifier), ".")
		}
		if s.Partial {
			got["origin"] = s.Origin
		}
		got["binary"] = s.Binary
		bodies = append(bodies, n)
	}
	got["bodies"] = bodies
	if x := m.Ext; x != nil {
		got["gm_thrid"], got["gm_msgid"], got["gm_labels"] = fmt.Sprint(x.GmailThreadID), fmt.Sprint(x.GmailMsgID), append([]string{}, x.GmailLabels...)
		got["emailid"], got["threadid"], got["preview"] = x.EmailID, nilString(x.ThreadID), x.Preview
		got["savedate"] = x.SaveDate.UTC().Format(time.RFC3339)
		names := []string{}
		for _, u := range x.Unknown {
			names = append(names, u.Name)
		}
		got["unknown_items"] = names
	}
}
