package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
)

// mboxSource reads an mbox: one that Export wrote, or that of another program in any of
// the usual forms.
type mboxSource struct {
	f      *os.File
	in     *bufio.Reader
	at     int64 // where in reads
	number int
	begin  []byte // the From line that has been read
	size   int64
}

func openMboxSource(path string) (*mboxSource, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	s := &mboxSource{f: f, size: info.Size()}
	return s, s.rewind()
}

// rewind goes to the first message.
func (s *mboxSource) rewind() error {
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s.in, s.at, s.number, s.begin = bufio.NewReaderSize(s.f, 64<<10), 0, 0, nil
	_, _, err := s.skip(true)
	return err
}

func (s *mboxSource) close() error { return s.f.Close() }

// fromLine is a line that begins a message. Programs write all kinds of things before the
// date, and zones within it and after it.
var fromLine = regexp.MustCompile(`^From .*((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} +\d{1,2}:\d\d(?::\d\d)?)((?: +[A-Za-z]{1,5}| +[-+]\d{4})*) +(\d{4})( +[-+]\d{4})?[ \r]*\n?$`)

// skip reads up to the next message and its From line, and returns where the text before
// it ends, without the empty line that separates the two, and how long that line is. The
// From line comes after an empty line, or is the very next one if fresh is set.
func (s *mboxSource) skip(fresh bool) (end, blank int64, err error) {
	s.begin = nil
	for whole := true; ; {
		line, err := s.in.ReadSlice('\n')
		first := whole // line begins at the beginning of one
		whole = err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return 0, 0, err
		}
		if first && fresh && bytes.HasPrefix(line, []byte(from)) && fromLine.Match(line) {
			s.begin = bytes.Clone(line)
			end = s.at - blank
			s.at += int64(len(line))
			return end, blank, nil
		}
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return s.at - blank, blank, nil
		}
		s.at += int64(len(line))
		blank = 0
		if fresh = first && whole && len(bytes.TrimRight(line, "\r\n")) == 0; fresh {
			blank = int64(len(line))
		}
	}
}

// next returns the next message, or nil.
func (s *mboxSource) next() (*item, error) {
	for s.begin != nil {
		begin, start := s.begin, s.at
		end, blank, err := s.skip(false)
		if err != nil {
			return nil, err
		}
		s.number++
		it, err := s.item(begin, start, end, end+blank)
		if it != nil || err != nil {
			return it, err
		}
	}
	return nil, nil
}

// maxHeader is how much of a header is looked through for the fields of an mbox.
const maxHeader = 256 << 10

// item makes an item of the text between two From lines, or none if it is no message.
func (s *mboxSource) item(begin []byte, start, end, whole int64) (*item, error) {
	it := &item{key: "#" + strconv.Itoa(s.number), name: strconv.Itoa(s.number), stored: whole - start + int64(len(begin))}
	head := make([]byte, min(maxHeader, end-start))
	if _, err := s.f.ReadAt(head, start); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	text := mboxText{f: s.f, start: start, end: end}
	if ok, err := text.exported(head, it); ok || err != nil {
		return it, err
	}
	kept, fields := splitFields(head)
	text.head, text.lenient = kept, true
	text.start += int64(len(head))
	if fields["x-imap"]+fields["x-imapbase"] != "" && strings.Contains(string(kept), "FOLDER INTERNAL DATA") {
		return nil, nil // what Dovecot and UW IMAP keep in the first message
	}
	it.flags = append(it.flags, flagsOfFields(fields["status"], fields["x-status"], fields["x-keywords"]+" "+fields["x-mozilla-keys"])...)
	it.addFlags(mozillaFlags(strings.TrimSpace(fields["x-mozilla-status"])))
	it.date = dateOfFromLine(begin)
	return it, it.measure(text.open)
}

// exported fills in an item that Export wrote. It returns false if the message is not of
// Export, or has been changed since.
func (t mboxText) exported(head []byte, it *item) (bool, error) {
	lines := bytes.SplitN(head, []byte("\n"), 5)
	if len(lines) < 5 {
		return false, nil
	}
	mark, ours := strings.CutPrefix(string(lines[0]), exportField)
	status, ok1 := strings.CutPrefix(string(lines[1]), "Status: ")
	xstatus, ok2 := strings.CutPrefix(string(lines[2]), "X-Status: ")
	keywords, ok3 := strings.CutPrefix(string(lines[3]), "X-Keywords: ")
	x, ok := parseExportLine(mark)
	if !ours || !ok1 || !ok2 || !ok3 || !ok {
		return false, nil
	}
	it.flags, it.date = flagsOfFields(status, xstatus, keywords), x.date
	t.start += int64(len(head) - len(lines[4]))
	t.raw = x.raw
	if err := it.measure(t.open); err != nil || it.size == x.size {
		return true, err
	}
	t.end-- // a LF that the message does not have
	if err := it.measure(t.open); err != nil || it.size == x.size {
		return true, err
	}
	it.flags = nil
	return false, nil
}

// mboxText is the text of a message in an mbox.
type mboxText struct {
	f          *os.File
	head       []byte // comes before the rest
	start, end int64  // of the rest
	raw        bool   // lines end as they are
	lenient    bool   // LF is CRLF, but for what is CRLF already
}

// open returns the text as a message.
func (t mboxText) open() (io.ReadCloser, error) {
	in := io.MultiReader(bytes.NewReader(t.head), io.NewSectionReader(t.f, t.start, max(0, t.end-t.start)))
	return pipe(in, func(w io.Writer) converter {
		if !t.raw {
			w = &crlfWriter{w: w, lenient: t.lenient}
		}
		return &fromUnquoter{w: w}
	}), nil
}

// splitFields takes the fields of an mbox out of a header, or the beginning of one, and
// returns the rest of the text.
func splitFields(text []byte) (rest []byte, fields map[string]string) {
	return splitNamed(text, "status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase",
		"x-mozilla-status", "x-mozilla-status2", "x-mozilla-keys")
}

// splitNamed takes the named fields out of a header.
func splitNamed(text []byte, names ...string) (rest []byte, fields map[string]string) {
	fields = make(map[string]string)
	taken := ""
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n') + 1
		if n == 0 {
			n = len(text)
		}
		line := text[:n]
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte(":"))
			if taken = strings.ToLower(string(name)); !slices.Contains(names, taken) {
				taken = ""
			}
			line = line[min(len(line), len(name)+1):]
		}
		if taken == "" {
			rest = append(rest, text[:n]...)
		} else {
			fields[taken] += strings.TrimRight(string(line), "\r\n")
		}
		text = text[n:]
	}
	return append(rest, text...), fields
}

// mozillaFlags returns the flags of an X-Mozilla-Status field, which is hexadecimal.
func mozillaFlags(field string) (flags []imap.Flag) {
	bits, err := strconv.ParseUint(field, 16, 32)
	if err != nil {
		return nil
	}
	for bit, flag := range map[uint64]imap.Flag{1: imap.FlagSeen, 2: imap.FlagAnswered, 4: imap.FlagFlagged, 8: imap.FlagDeleted, 0x1000: imap.FlagForwarded} {
		if bits&bit != 0 {
			flags = append(flags, flag)
		}
	}
	return flags
}

// dateOfFromLine returns the date of a From line: UTC if it has no offset.
func dateOfFromLine(line []byte) time.Time {
	m := fromLine.FindSubmatch(line)
	if m == nil {
		return time.Time{}
	}
	text := strings.Join(strings.Fields(string(m[1])+" "+string(m[3])), " ")
	zone := strings.TrimSpace(string(m[4]))
	for word := range strings.FieldsSeq(string(m[2])) {
		if word[0] == '+' || word[0] == '-' {
			zone = word
		}
	}
	if zone == "" {
		zone = "+0000"
	}
	for _, layout := range []string{"Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04 2006 -0700"} {
		if t, err := time.Parse(layout, text+" "+zone); err == nil {
			return t
		}
	}
	return time.Time{}
}
