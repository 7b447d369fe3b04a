package bulk

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
)

// Store is where messages are kept outside of a server: see [Mbox], [Maildir] and [EML].
type Store struct {
	format format
	path   string
}

type format uint8

const (
	formatMbox format = iota + 1
	formatMaildir
	formatEML
)

// Mbox is a file with all messages, in the form mboxrd: lines that begin with "From "
// after any number of ">" get one more, and lines end in LF. Flags are in the fields
// Status, X-Status and X-Keywords that Dovecot, Mutt and others use; a field
// X-IMAP-Export holds what an mbox has no other place for. Import takes these off again.
//
// Beside the file, Export keeps path.journal, from which it knows what is complete, and
// path.spool while it runs.
func Mbox(path string) Store { return Store{formatMbox, filepath.Clean(path)} }

// Maildir is a folder with one file for each message below cur, in the form that Dovecot
// has: flags and keywords are letters in the file's name, and the names of the keywords
// in the file dovecot-keywords; those beyond the 26 letters are in the file
// imap-keywords. The name holds UIDVALIDITY and UID. Lines end in LF. The internal date
// is in the name and the time of the file, without its zone.
func Maildir(dir string) Store { return Store{formatMaildir, filepath.Clean(dir)} }

// EML is a folder with one file for each message, UIDVALIDITY-UID.eml, which has its
// octets as they are on the server. The file index.jsonl has flags and dates.
func EML(dir string) Store { return Store{formatEML, filepath.Clean(dir)} }

// String returns the form and the path.
func (s Store) String() string {
	return [...]string{"no store", "mbox", "Maildir", "EML"}[s.format] + " " + s.path
}

// errNoStore is the error of the zero Store.
var errNoStore = errors.New("bulk: no store: see Mbox, Maildir and EML")

// ErrUIDValidity says that the files are of another mailbox, or that the mailbox has been
// replaced by another one: its UIDVALIDITY is not that of the files. Nothing was done;
// Export to another place, or remove the journal of an Import.
var ErrUIDValidity = errors.New("bulk: the files belong to a mailbox with another UIDVALIDITY")

// ErrIncomplete says that all has been done but for the messages in Report.Failures.
var ErrIncomplete = errors.New("bulk: some messages could not be copied")

// Progress is how far a call has come. Totals are those of the work at its beginning.
type Progress struct {
	Messages, TotalMessages int   // without those that an earlier call has done
	Octets, TotalOctets     int64 // of messages; with Import, of the files
}

// Report is what a call has done.
type Report struct {
	Messages int         // that were copied
	Octets   int64       // of these
	Present  int         // that an earlier call had copied
	Gone     imap.UIDSet // that were removed on the server while Export ran
	Failures []Failure   // that could not be copied
	Dropped  []imap.Flag // flags that the server does not keep, which Import left out
}

// Failure is a message that could not be copied.
type Failure struct {
	UID  imap.UID // with Export
	File string   // with Import: its name, or the number of the message in an mbox
	Err  error
}

// outcome returns the error for what has failed.
func (r *Report) outcome() error {
	if len(r.Failures) == 0 {
		return nil
	}
	first := r.Failures[0]
	return fmt.Errorf("%w: %d, the first %s%w", ErrIncomplete, len(r.Failures), first.name(), first.Err)
}

func (f Failure) name() string {
	if f.File != "" {
		return f.File + ": "
	}
	return fmt.Sprintf("UID %d: ", f.UID)
}
