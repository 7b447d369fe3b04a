package bulk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap"
)

// importJournal says what has been imported. Its first line is "import VALIDITY MAILBOX";
// "try UIDNEXT KEY…" precedes each command, and "done UID KEY" follows for each message,
// or "refused 0 KEY".
// Keys of messages in an mbox are numbers, which are kept as ranges.
type importJournal struct {
	*journal
	numbers imap.UIDSet         // keys that are done: "#" and a number
	names   map[string]struct{} // other keys that are done
	tried   map[string]uint64   // UIDNEXT before, of those that were tried and are not done
	uids    imap.UIDSet         // of the messages that are done
}

// errOtherMailbox is the error of a journal of another mailbox.
var errOtherMailbox = errors.New("bulk: the journal is of an import into another mailbox: see ImportOptions.Journal")

func (d *disk) openImportJournal(name, mailbox string, validity uint32) (*importJournal, error) {
	j := &importJournal{names: make(map[string]struct{}), tried: make(map[string]uint64)}
	first := true
	var err error
	j.journal, err = d.openJournal(name, func(line string) error {
		if first {
			first = false
			return checkFirst(line, mailbox, validity)
		}
		return j.line(line)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if first {
		if err := j.add("import %d %s\n", validity, strconv.Quote(mailbox)); err != nil {
			return nil, errors.Join(err, j.Close())
		}
	}
	return j, nil
}

func checkFirst(line, mailbox string, validity uint32) error {
	var have uint32
	var name string
	if _, err := fmt.Sscanf(line, "import %d %q", &have, &name); err != nil {
		return journalError(line, err)
	}
	switch {
	case name != mailbox:
		return errOtherMailbox
	case have != validity:
		return ErrUIDValidity
	}
	return nil
}

// line reads a line.
func (j *importJournal) line(text string) error {
	words := strings.Fields(text)
	if len(words) < 3 || !slices.Contains([]string{"try", "done", "refused"}, words[0]) {
		return journalError(text, errors.ErrUnsupported)
	}
	n, err := strconv.ParseUint(words[1], 10, 32)
	if err != nil {
		return journalError(text, err)
	}
	for _, key := range words[2:] {
		switch words[0] {
		case "try":
			j.tried[key] = max(n, 1)
		case "done":
			j.note(key, imap.UID(n))
		default:
			delete(j.tried, key)
		}
	}
	return nil
}

// note takes note of a message that is done.
func (j *importJournal) note(key string, uid imap.UID) {
	delete(j.tried, key)
	if uid != 0 {
		j.uids.AddNum(uid)
	}
	if n, ok := keyNumber(key); ok {
		j.numbers.AddNum(n)
		return
	}
	j.names[key] = struct{}{}
}

func keyNumber(key string) (imap.UID, bool) {
	text, ok := strings.CutPrefix(key, "#")
	n, err := strconv.ParseUint(text, 10, 32)
	return imap.UID(n), ok && err == nil
}

// done reports whether a message has been imported.
func (j *importJournal) done(key string) bool {
	if n, ok := keyNumber(key); ok {
		return j.numbers.Contains(n)
	}
	_, ok := j.names[key]
	return ok
}

// try takes note of messages that are about to be sent. What it says is on the disk
// before that.
func (j *importJournal) try(group []*item, next imap.UID) error {
	var b strings.Builder
	for _, it := range group {
		b.WriteByte(' ')
		b.WriteString(it.key)
	}
	if err := j.add("try %d%s\n", next, &b); err != nil {
		return err
	}
	return j.sync()
}

// refused takes note of a message that was not stored.
func (j *importJournal) refused(it *item) error {
	delete(j.tried, it.key)
	return j.add("refused 0 %s\n", it.key)
}

// stored takes note of a message that was stored.
func (j *importJournal) stored(it *item, uid imap.UID) error {
	j.note(it.key, uid)
	return j.add("done %d %s\n", uid, it.key)
}
