package response

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// TestCorpus reads server responses from the file that IMAP_CORPUS names and
// compares what the parser makes of them with the facts given there.
func TestCorpus(t *testing.T) {
	path := os.Getenv("IMAP_CORPUS")
	if path == "" {
		t.Skip("IMAP_CORPUS names no file of server responses")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	type score struct{ pass, all int }
	scores := map[string]*score{}
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
		bad := runCase(wire, row.Expect)
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
	for c, s := range scores {
		t.Logf("%s: %d of %d", c, s.pass, s.all)
	}
}

func runCase(wire []byte, expect map[string]any) (bad []string) {
	r := NewReader(io.MultiReader(bytes.NewReader(wire), strings.NewReader("A1 OK done\r\n")), Limits{})
	got := map[string]any{}
	for {
		resp, err := r.Read()
		if err != nil {
			bad = append(bad, "read: "+err.Error())
			break
		}
		if resp.Kind == Tagged && resp.Tag == "A1" {
			break
		}
		if resp.Literal != nil {
			m := resp.Data.(*Message)
			s := &m.Sections[len(m.Sections)-1]
			s.Data, _ = resp.Literal.ReadAll(nil)
			continue
		}
		if resp.Err != nil {
			bad = append(bad, resp.Err.Error())
		}
		facts(got, resp)
	}
	if expect["parse"] != "ok" {
		return bad
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

func namespaces(list []Namespace) any {
	if list == nil {
		return nil
	}
	out := [][]string{}
	for _, n := range list {
		out = append(out, []string{n.Prefix, string(n.Delim)})
	}
	return out
}

func threads(list []Thread) []any {
	out := []any{}
	for _, t := range list {
		out = append(out, thread(t))
	}
	return out
}

func thread(t Thread) []any {
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

func facts(got map[string]any, resp Response) {
	if s := resp.Status; s != nil {
		statusFacts(got, s)
	}
	switch d := resp.Data.(type) {
	case *Status:
		statusFacts(got, d)
	case *Message:
		messageFacts(got, d)
	case *CapabilityData:
		got["caps"] = d.Caps
	case *EnabledData:
		got["caps"] = d.Caps
	case *FlagsData:
		got["flags"] = d.Flags
	case *ExistsData:
		got["messages"] = d.Messages
	case *RecentData:
		got["recent"] = d.Messages
	case *ExpungeData:
		got["seq"] = d.SeqNum
	case *VanishedData:
		got["earlier"] = d.Earlier
		got["vanished"] = d.UIDs.String()
	case *ListData:
		got["attrs"] = append([]MailboxAttr{}, d.Attrs...)
		got["delim"] = nil
		if d.Delim != 0 {
			got["delim"] = string(d.Delim)
		}
		got["mailbox"] = d.Mailbox
	case *StatusData:
		got["mailbox"] = d.Mailbox
		got["messages"], got["recent"], got["uidnext"], got["uidvalidity"] = d.Messages, d.Recent, d.UIDNext, d.UIDValidity
		got["unseen"], got["deleted"], got["status_size"], got["highestmodseq"] = d.Unseen, d.Deleted, d.Size, d.HighestModSeq
		got["appendlimit"], got["mailboxid"] = d.AppendLimit, d.MailboxID
	case *NamespaceData:
		got["namespaces"] = map[string]any{"personal": namespaces(d.Personal), "other": namespaces(d.Other), "shared": namespaces(d.Shared)}
	case *SearchData:
		nums := []UID{}
		for n := range d.Nums.All() {
			nums = append(nums, n)
		}
		got["nums"], got["count"], got["modseq"] = nums, len(nums), d.ModSeq
	case *SortData:
		got["nums"], got["modseq"] = d.Nums, d.ModSeq
	case *ESearchData:
		got["esearch_tag"], got["esearch_uid"] = d.Tag, d.UID
		got["min"], got["max"], got["count"], got["modseq"], got["all"] = d.Min, d.Max, d.Count, d.ModSeq, d.All.String()
		got["partial"] = []any{d.PartialRange, nilString(d.Partial.String())}
		for _, u := range d.Unknown {
			got["other"] = append([]string{}, u.Name)
		}
	case *QuotaData:
		got["quota_root"] = d.Root
		res := [][]any{}
		for _, q := range d.Resources {
			res = append(res, []any{q.Name, q.Usage, q.Limit})
		}
		got["resources"] = res
	case *QuotaRootData:
		got["mailbox"], got["quota_roots"] = d.Mailbox, d.Roots
	case *ACLData:
		got["mailbox"], got["acl"] = d.Mailbox, d.Entries
	case *MyRightsData:
		got["mailbox"], got["rights"] = d.Mailbox, d.Rights
	case *ListRightsData:
		got["mailbox"], got["identifier"], got["rights_list"] = d.Mailbox, d.Identifier, append([]string{d.Required}, d.Optional...)
	case *IDData:
		var p [][]any
		for _, x := range d.Params {
			var v any = x.Value
			if x.Nil {
				v = nil
			}
			p = append(p, []any{x.Name, v})
		}
		got["id_params"] = p
	case *ThreadData:
		got["threads"] = threads(d.Threads)
	case *MetadataData:
		got["mailbox"] = d.Mailbox
		items := [][]any{}
		for _, x := range d.Items {
			items = append(items, []any{x.Name, string(x.Value)})
		}
		got["metadata"] = items
		got["entries"] = d.Changed
	}
}

func statusFacts(got map[string]any, s *Status) {
	got["status"], got["text"] = s.Type.String(), s.Text
	if s.Code == nil {
		return
	}
	got["code"], got["code_arg"] = string(s.Code.Name()), s.CodeArgs
	switch c := s.Code.(type) {
	case PermanentFlagsCode:
		got["flags"] = c.Flags
	case CapabilityCode:
		got["caps"] = c.Caps
	case UIDNextCode:
		got["uidnext"] = c.UID
	case UIDValidityCode:
		got["uidvalidity"] = c.UIDValidity
	case CopyUIDCode:
		got["uidvalidity"] = c.UIDValidity
	case AppendUIDCode:
		got["uidvalidity"] = c.UIDValidity
	case UnseenCode:
		got["unseen"] = c.SeqNum
	case HighestModSeqCode:
		got["highestmodseq"] = c.ModSeq
	case MailboxIDCode:
		got["mailboxid"] = c.ID
	}
}

func messageFacts(got map[string]any, m *Message) {
	got["seq"], got["uid"], got["flags"], got["size"], got["modseq"] = m.SeqNum, m.UID, append([]Flag{}, m.Flags...), m.Size, m.ModSeq
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
		var walk func(b *BodyStructure)
		walk = func(b *BodyStructure) {
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
