package response

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The files of testdata/quirks are rows as servers have been seen to send them,
// or may, each followed by what a client must learn from it, three spaces to
// the right. "S: " begins a line of the server's; where there are octets that
// an editor would spoil, the whole line is a string in Go's notation. "#"
// begins a comment.

// quirk is a row with what is to be learned from it.
type quirk struct {
	at    string // file and line
	wire  string
	facts []string
}

func quirks(t testing.TB) (list []quirk) {
	t.Helper()
	paths, err := filepath.Glob("testdata/quirks/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		last := ""
		for i, line := range strings.Split(readFile(t, path), "\n") {
			kind := line[:min(len(line), 3)]
			switch kind {
			case "S: ":
				if last != kind {
					list = append(list, quirk{at: fmt.Sprintf("%s:%d", filepath.Base(path), i+1)})
				}
				line = line[3:]
				if text, err := strconv.Unquote(line); err == nil {
					line = text
				}
				list[len(list)-1].wire += line + "\r\n"
			case "   ":
				q := &list[len(list)-1]
				q.facts = append(q.facts, line[3:])
			default:
				require.True(t, line == "" || strings.HasPrefix(line, "#"), "%s:%d: %s", path, i+1, line)
			}
			last = kind
		}
	}
	return list
}

// TestQuirksOfServers reads each row between two others. Of a message it must
// give the facts that stand there; of anything else these are all there is. An
// error may be told only where one stands.
func TestQuirksOfServers(t *testing.T) {
	for _, q := range quirks(t) {
		list := responses(t, "* 22 EXISTS\r\n"+q.wire+"* 23 EXISTS\r\n")
		if !assert.Len(t, list, 3, "%s\n%s", q.at, q.wire) {
			continue
		}
		assert.Equal(t, &ExistsData{23}, list[2].Data, q.at)
		got := facts(list[1])
		if list[1].Err != nil || !strings.HasPrefix(q.wire[2:], "1 ") {
			assert.Subset(t, q.facts, got[:1], "%s\n%s", q.at, q.wire)
		}
		for _, want := range q.facts {
			assert.Contains(t, got, want, "%s\n%s\n%v", q.at, q.wire, list[1].Err)
		}
	}
}

func TestQuirksReadTheSameWhereverTheyAreCut(t *testing.T) {
	t.Parallel()
	for _, q := range quirks(t) {
		requireSameWhenCut(t, q.wire+"* 23 EXISTS\r\n", 7)
	}
}

// TestReadingAgainIsBounded has a row of nothing but items that are read again.
func TestReadingAgainIsBounded(t *testing.T) {
	for _, item := range [...]string{`ENVELOPE (x) `, `ENVELOPE ("x) `, `BODYSTRUCTURE ("a"b") `, `BODYSTRUCTURE ("\" `} {
		row := "* 1 FETCH (" + strings.Repeat(item, 20_000) + "UID 7)"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		resp := one(t, row)
		runtime.ReadMemStats(&after)
		assert.NotNil(t, resp.Err, item)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100*len(row)), item)
	}
}

// facts returns what a response says, each thing as a line.
func facts(resp Response) (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	m, ok := resp.Data.(*Message)
	switch {
	case resp.Err != nil && resp.Err.Guess:
		add("guess %s", resp.Err.Item)
	case resp.Err != nil && resp.Err.Item != "":
		add("lost %s", resp.Err.Item)
	case resp.Err != nil && ok:
		add("bad row")
	case resp.Err != nil:
		add("%s", strings.TrimSpace("bad "+resp.Err.Response))
	case !ok:
		add("%s", dumpResponse(resp))
	}
	if !ok {
		return list
	}
	if m.Has(ItemUID) {
		add("uid %d", m.UID)
	}
	if len(m.Flags) > 0 {
		add("flags %s", strings.Trim(dump(m.Flags), "[]"))
	}
	if m.Has(ItemSize) {
		add("size %d", m.Size)
	}
	if m.ModSeq > 0 {
		add("modseq %d", m.ModSeq)
	}
	if m.Has(ItemInternalDate) {
		add("internaldate %s", dateOrNone(m.InternalDate))
	}
	if e := m.Envelope; e != nil {
		add("date %s", dateOrNone(e.Date))
		for name, text := range map[string]string{"subject": e.Subject, "in-reply-to": e.InReplyTo, "message-id": e.MessageID} {
			add("%s %q", name, text)
		}
		for name, l := range map[string][]Address{"from": e.From, "sender": e.Sender, "reply-to": e.ReplyTo, "to": e.To, "cc": e.Cc, "bcc": e.Bcc} {
			add("%s %s", name, addressFacts(l))
		}
	}
	m.BodyStructure.Walk(func(p Part) WalkAction {
		add("%s", partFacts(p))
		return WalkOn
	})
	for _, s := range m.Sections {
		text := fmt.Sprintf("section [%s]", s.Section)
		if s.Partial {
			text += fmt.Sprintf("<%d>", s.Origin)
		}
		if s.Nil {
			add("%s NIL", text)
			continue
		}
		add("%s %q", text, s.Data)
	}
	if m.Ext != nil {
		list = append(list, extFacts(m)...)
	}
	return list
}

func dateOrNone(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.RFC3339)
}

func addressFacts(list []Address) string {
	var out []string
	for _, a := range list {
		text := "<" + a.Mailbox + "@" + a.Host + ">"
		if a.Name != "" {
			text = strconv.Quote(a.Name) + " " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func partFacts(p Part) string {
	b := strings.TrimSuffix("part "+p.String(), " ")
	if len(p.Number) == 0 {
		b = "body"
	}
	add := func(format string, args ...any) { b += fmt.Sprintf(" "+format, args...) }
	add("%s", p.MediaType())
	for _, param := range p.Params {
		add("%s=%q", param.Name, param.Value)
	}
	for _, text := range [...]string{p.ID(), p.Description(), p.Encoding} {
		if text != "" {
			add("%s", text)
		}
	}
	if !p.IsMultipart() {
		add("%d octets", p.Size)
	}
	if p.Lines != 0 {
		add("%d lines", p.Lines)
	}
	if p.Envelope != nil {
		add("subject %q", p.Envelope.Subject)
	}
	if p.MD5() != "" {
		add("md5 %s", p.MD5())
	}
	if p.Disposition != "" {
		add("%s", p.Disposition)
	}
	for _, param := range p.DispositionParams {
		add("%s=%q", param.Name, param.Value)
	}
	if len(p.Language()) > 0 {
		add("language %s", strings.Join(p.Language(), ","))
	}
	if p.Location() != "" {
		add("location %s", p.Location())
	}
	return b
}

func extFacts(m *Message) (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	x := m.Ext
	if m.Has(ItemSaveDate) {
		add("savedate %s", dateOrNone(x.SaveDate))
	}
	if m.Has(ItemPreview) && !x.PreviewNil {
		add("preview %q", x.Preview)
	}
	add("emailid %q", x.EmailID)
	add("threadid %q", x.ThreadID)
	add("gm-msgid %d", x.GmailMsgID)
	add("gm-thrid %d", x.GmailThreadID)
	if m.Has(ItemGmailLabels) {
		add("labels %q", x.GmailLabels)
	}
	for _, s := range x.BinarySizes {
		add("binary.size %v %d", s.Part, s.Size)
	}
	for _, u := range x.Unknown {
		add("unknown %s %s", u.Name, u.Value)
	}
	return list
}
