package bulk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
)

// maildirName is a file that Export has made: time, UIDVALIDITY, UID, the size of the file
// and that of the message.
var maildirName = regexp.MustCompile(`^(-?\d+)\.V(\d+)U(\d+)\.imap,S=(\d+),W=(\d+)$`)

// infoSeparators are what stands between a name and its letters: the one of this system,
// and what else there is.
var infoSeparators = func() []string {
	if runtime.GOOS == "windows" {
		return []string{";2,", "!2,", ":2,"}
	}
	return []string{":2,", ";2,", "!2,"}
}()

// cutInfo returns the base of a file's name, and the letters.
func cutInfo(name string) (base, letters string) {
	for _, sep := range infoSeparators {
		if base, letters, ok := strings.Cut(name, sep); ok {
			return base, letters
		}
	}
	return name, ""
}

// maildirSink adds messages to a Maildir: a file is complete when it is in cur.
type maildirSink struct {
	d        *disk
	dir      string
	present  imap.UIDSet
	keywords keywords
	more     *journal // keywords beyond the letters; nil: none yet
}

func openMaildirSink(d *disk, dir string, validity uint32) (*maildirSink, error) {
	s := &maildirSink{d: d, dir: dir}
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := d.mkdir(filepath.Join(dir, sub)); err != nil {
			return nil, err
		}
	}
	for _, sub := range []string{"tmp", "new", "cur"} {
		err := eachName(filepath.Join(dir, sub), func(name string, size int64) error { return s.look(sub, name, size, validity) })
		if err != nil {
			return nil, err
		}
	}
	var err error
	s.keywords, err = readKeywords(filepath.Join(dir, keywordsFile))
	return s, err
}

// look looks at a file that is there.
func (s *maildirSink) look(sub, name string, size int64, validity uint32) error {
	base, _ := cutInfo(name)
	m := maildirName.FindStringSubmatch(base)
	if m == nil {
		return nil
	}
	if m[2] != strconv.FormatUint(uint64(validity), 10) {
		return ErrUIDValidity
	}
	uid, err := strconv.ParseUint(m[3], 10, 32)
	if err != nil {
		return nil
	}
	if sub == "tmp" || m[4] != strconv.FormatInt(size, 10) { // left by the end of a process, or of the system
		return s.d.remove(filepath.Join(s.dir, sub, name))
	}
	s.present.AddNum(imap.UID(uid))
	return nil
}

// eachName calls f for each file in a folder, in the order of the folder.
func eachName(dir string, f func(name string, size int64) error) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1000)
		for _, e := range entries {
			if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) { // another program has renamed it
				continue
			}
			if err != nil {
				return err
			}
			if err := f(e.Name(), info.Size()); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *maildirSink) done() imap.UIDSet { return s.present }

// put adds a message.
func (s *maildirSink) put(m *meta, sp *spool) error {
	base := fmt.Sprintf("%d.V%dU%d.imap,S=%d,W=%d", m.date.Unix(), m.validity, m.uid, sp.storedSize(), sp.lines.size)
	letters, more, err := s.letters(m.flags)
	if err == nil && len(more) > 0 {
		err = s.addMore(base, more)
	}
	if err != nil {
		return err
	}
	tmp := filepath.Join(s.dir, "tmp", base)
	if err := s.d.write(tmp, sp.writeLF); err != nil {
		return err
	}
	if err := os.Chtimes(tmp, m.date, m.date); err != nil {
		return err
	}
	return s.d.rename(tmp, filepath.Join(s.dir, "cur", base+infoSeparators[0]+letters))
}

// write writes a new file.
func (d *disk) write(name string, content func(io.Writer) error) error {
	f, err := d.open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}

// flush makes sure of the names.
func (s *maildirSink) flush() error {
	var err error
	if s.more != nil {
		err = s.more.sync()
	}
	return errors.Join(err, s.d.syncFolder(filepath.Join(s.dir, "cur")))
}

func (s *maildirSink) close() error {
	if s.more == nil {
		return nil
	}
	return s.more.Close()
}

// maildirFlags are the flags with a letter, in the order of the letters.
var maildirFlags = []struct {
	letter byte
	flag   imap.Flag
}{{'D', imap.FlagDraft}, {'F', imap.FlagFlagged}, {'R', imap.FlagAnswered}, {'S', imap.FlagSeen}, {'T', imap.FlagDeleted}}

// letters returns the letters of flags, sorted, and the keywords for which there is none.
func (s *maildirSink) letters(flags []imap.Flag) (letters string, more []imap.Flag, err error) {
	var list []byte
	for _, f := range flags {
		i := slices.IndexFunc(maildirFlags, func(m struct {
			letter byte
			flag   imap.Flag
		}) bool {
			return m.flag.Equal(f)
		})
		if i >= 0 {
			list = append(list, maildirFlags[i].letter)
			continue
		}
		n, added := s.keywords.number(f)
		if added {
			if err := s.d.replace(filepath.Join(s.dir, keywordsFile), s.keywords.content()); err != nil {
				return "", nil, err
			}
		}
		if n < 0 {
			more = append(more, f)
			continue
		}
		list = append(list, 'a'+byte(n))
	}
	slices.Sort(list)
	return string(slices.Compact(list)), more, nil
}

// addMore stores the keywords of a message that have no letter.
func (s *maildirSink) addMore(base string, more []imap.Flag) error {
	if s.more == nil {
		j, err := s.d.openJournal(filepath.Join(s.dir, moreKeywordsFile), func(string) error { return nil })
		if err != nil {
			return err
		}
		s.more = j
	}
	var words []string
	for _, f := range more {
		words = append(words, string(f))
	}
	return s.more.add("%s %s\n", base, strings.Join(words, " "))
}

// The files for keywords.
const (
	keywordsFile     = "dovecot-keywords"
	moreKeywordsFile = "imap-keywords"
)

// keywords are the names that the letters from a to z stand for.
type keywords []imap.Flag

// readKeywords reads a dovecot-keywords file: lines of a number and a name.
func readKeywords(name string) (keywords, error) {
	var k keywords
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, err = readLines(f, func(line string) error {
		number, word, ok := strings.Cut(line, " ")
		n, err := strconv.Atoi(number)
		if ok && err == nil && n >= 0 && n < 26 {
			for len(k) <= n {
				k = append(k, "")
			}
			k[n] = imap.Flag(word)
		}
		return nil
	})
	return k, err
}

// number returns which letter a keyword has; it is given one if there is one. -1: none.
func (k *keywords) number(f imap.Flag) (n int, added bool) {
	if n = slices.IndexFunc(*k, f.Equal); n >= 0 {
		return n, false
	}
	if len(*k) == 26 {
		return -1, false
	}
	*k = append(*k, f)
	return len(*k) - 1, true
}

func (k keywords) content() []byte {
	var b []byte
	for n, f := range k {
		if f != "" {
			b = fmt.Appendf(b, "%d %s\n", n, f)
		}
	}
	return b
}

// flagsOfLetters returns the flags of the letters in a file's name.
func (k keywords) flagsOfLetters(letters string) []imap.Flag {
	var flags []imap.Flag
	for _, c := range []byte(letters) {
		for _, m := range maildirFlags {
			if m.letter == c {
				flags = append(flags, m.flag)
			}
		}
		switch n := int(c) - 'a'; {
		case c == 'P': // passed: other programs have it
			flags = append(flags, imap.FlagForwarded)
		case n >= 0 && n < len(k) && k[n] != "":
			flags = append(flags, k[n])
		}
	}
	return flags
}

// timeOf returns the time of a number of seconds.
func timeOf(seconds string) time.Time {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
