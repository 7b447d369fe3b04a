package bulk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
)

// mboxSink adds messages to an mbox.
//
// The journal says what is complete. Its first line is "mbox VALIDITY"; "write UID START"
// precedes each message, and "done UID END" follows it. So what follows the last END may
// be cut off if the last line says "write", and otherwise is not from here.
type mboxSink struct {
	d       *disk
	f       *file
	journal *journal
	out     *bufio.Writer
	present imap.UIDSet
	end     int64
}

// mboxJournal is what a journal says.
type mboxJournal struct {
	validity uint32
	lines    int
	done     imap.UIDSet
	end      int64 // of the last message that is complete
	open     bool  // one was being written then
	size     int64 // of the mbox
}

// errNotOurs is the error of an mbox that something else has been written to.
var errNotOurs = errors.New("bulk: the mbox was not written by Export alone: its journal does not fit")

func openMboxSink(d *disk, path string, validity uint32) (*mboxSink, error) {
	size, there, err := exists(path)
	if err != nil {
		return nil, err
	}
	j := &mboxJournal{size: size}
	s := &mboxSink{d: d}
	if s.journal, err = d.openJournal(path+".journal", j.line); err != nil {
		return nil, err
	}
	switch {
	case j.lines == 0 && there && size > 0, j.lines > 0 && !j.open && size > j.end:
		err = errNotOurs
	case j.lines > 0 && j.validity != validity:
		err = ErrUIDValidity
	}
	if err == nil && j.lines == 0 {
		err = s.journal.add("mbox %d\n", validity)
	}
	if err == nil {
		s.f, err = d.open(path, os.O_RDWR|os.O_CREATE)
	}
	if err == nil {
		err = s.f.truncate(j.end)
	}
	if err == nil && j.open { // from now on, what follows is not from here
		err = s.journal.add("done 0 %d\n", j.end)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.present, s.end, s.out = j.done, j.end, bufio.NewWriterSize(s.f, 64<<10)
	return s, nil
}

// line reads one line of the journal.
func (j *mboxJournal) line(text string) error {
	var uid imap.UID
	var at int64
	j.lines++
	if j.lines == 1 {
		_, err := fmt.Sscanf(text, "mbox %d", &j.validity)
		return journalError(text, err)
	}
	if _, err := fmt.Sscanf(text, "write %d %d", &uid, &at); err == nil {
		j.open = true
		return nil
	}
	_, err := fmt.Sscanf(text, "done %d %d", &uid, &at)
	if err != nil {
		return journalError(text, err)
	}
	if at > j.size { // the disk has lost what the journal says is there
		return errCut
	}
	if j.open, j.end = false, at; uid != 0 {
		j.done.AddNum(uid)
	}
	return nil
}

func journalError(line string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("bulk: journal has the line %q: %w", line, err)
}

func (s *mboxSink) done() imap.UIDSet { return s.present }

// put adds a message.
func (s *mboxSink) put(m *meta, sp *spool) error {
	if err := s.journal.add("write %d %d\n", m.uid, s.end); err != nil {
		return err
	}
	lines := "raw"
	if sp.lines.plain() {
		lines = "crlf"
	}
	fmt.Fprintf(s.out, "From MAILER-DAEMON %s\n", m.date.UTC().Format(time.ANSIC))
	fmt.Fprintf(s.out, "%s%d/%d %d %s %s\n", exportField, m.validity, m.uid, sp.lines.size, lines, m.date.Format(internalDate))
	s.out.WriteString(statusFields(m.flags))
	q := &fromQuoter{w: s.out}
	if err := sp.writeLF(q); err != nil {
		return err
	}
	if err := q.flush(); err != nil {
		return err
	}
	if sp.lines.last != '\n' {
		s.out.WriteByte('\n')
	}
	s.out.WriteByte('\n')
	if err := s.out.Flush(); err != nil {
		return err
	}
	end, err := s.f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	s.end = end
	return s.journal.add("done %d %d\n", m.uid, end)
}

func (s *mboxSink) flush() error { return errors.Join(s.f.sync(), s.journal.sync()) }

func (s *mboxSink) close() error {
	var err error
	if s.f != nil {
		err = s.f.Close()
	}
	return errors.Join(err, s.journal.Close())
}

// exportField begins the first line of the header that Export adds: UIDVALIDITY/UID, the
// size of the message, how its lines end, and its internal date.
const exportField = "X-IMAP-Export: "

// internalDate is the form of an internal date (RFC 9051 §9 "date-time").
const internalDate = "02-Jan-2006 15:04:05 -0700"

// statusFields returns the fields that hold flags in an mbox.
func statusFields(flags []imap.Flag) string {
	status, xstatus := "", ""
	var keywords []string
	for _, f := range flags {
		switch {
		case f.Equal(imap.FlagSeen):
			status = "R"
		case f.Equal(imap.FlagAnswered):
			xstatus += "A"
		case f.Equal(imap.FlagFlagged):
			xstatus += "F"
		case f.Equal(imap.FlagDraft):
			xstatus += "T"
		case f.Equal(imap.FlagDeleted):
			xstatus += "D"
		default:
			keywords = append(keywords, string(f))
		}
	}
	return "Status: " + status + "O\nX-Status: " + xstatus + "\nX-Keywords: " + strings.Join(keywords, " ") + "\n"
}

// flagsOfFields returns the flags of such fields.
func flagsOfFields(status, xstatus, keywords string) []imap.Flag {
	var flags []imap.Flag
	for _, l := range []struct {
		in     string
		letter byte
		flag   imap.Flag
	}{
		{status, 'R', imap.FlagSeen}, {xstatus, 'A', imap.FlagAnswered}, {xstatus, 'F', imap.FlagFlagged},
		{xstatus, 'T', imap.FlagDraft}, {xstatus, 'D', imap.FlagDeleted},
	} {
		if strings.IndexByte(l.in, l.letter) >= 0 {
			flags = append(flags, l.flag)
		}
	}
	for word := range strings.FieldsSeq(keywords) {
		flags = append(flags, imap.Flag(word))
	}
	return flags
}

// exportLine is what the line of exportField says.
type exportLine struct {
	size int64
	raw  bool // lines end as they did
	date time.Time
}

func parseExportLine(text string) (x exportLine, ok bool) {
	words := strings.SplitN(text, " ", 4)
	if len(words) < 4 {
		return x, false
	}
	size, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil || size < 0 || !slices.Contains([]string{"raw", "crlf"}, words[2]) {
		return x, false
	}
	x.size, x.raw = size, words[2] == "raw"
	x.date, err = time.Parse(internalDate, words[3])
	return x, err == nil
}
