package bulk

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap"
)

// maildirSource reads a Maildir: one that Export wrote, or any other.
type maildirSource struct {
	dir      string
	files    []maildirFile
	at       int
	keywords keywords
	more     map[string][]imap.Flag // keywords beyond the letters, by base name
}

// maildirFile is a file, by its name with cur or new. Those of Export are sorted by UID.
type maildirFile struct {
	path string
	uid  uint32 // zero: of another program
}

func openMaildirSource(dir string) (*maildirSource, error) {
	s := &maildirSource{dir: dir}
	for _, sub := range []string{"cur", "new"} {
		err := eachName(filepath.Join(dir, sub), func(name string, _ int64) error {
			f := maildirFile{path: sub + "/" + name}
			base, _ := cutInfo(name)
			if m := maildirName.FindStringSubmatch(base); m != nil {
				uid, err := strconv.ParseUint(m[3], 10, 32)
				if err == nil {
					f.uid = uint32(uid)
				}
			}
			s.files = append(s.files, f)
			return nil
		})
		if err != nil && !(sub == "new" && errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
	}
	slices.SortFunc(s.files, func(a, b maildirFile) int {
		return cmp.Or(cmp.Compare(a.uid, b.uid), cmp.Compare(filepath.Base(a.path), filepath.Base(b.path)))
	})
	var err error
	if s.keywords, err = readKeywords(filepath.Join(dir, keywordsFile)); err != nil {
		return nil, err
	}
	return s, s.readMore()
}

// readMore reads the keywords that have no letter.
func (s *maildirSource) readMore() error {
	f, err := os.Open(filepath.Join(s.dir, moreKeywordsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	s.more = make(map[string][]imap.Flag)
	_, err = readLines(f, func(line string) error {
		words := strings.Fields(line)
		var flags []imap.Flag
		for _, w := range words[min(1, len(words)):] {
			flags = append(flags, imap.Flag(w))
		}
		if len(flags) > 0 {
			s.more[words[0]] = flags
		}
		return nil
	})
	return err
}

func (s *maildirSource) rewind() error {
	s.at = 0
	return nil
}

func (s *maildirSource) close() error { return nil }

// next returns the next message, or nil.
func (s *maildirSource) next() (*item, error) {
	if s.at == len(s.files) {
		return nil, nil
	}
	path := filepath.Join(s.dir, filepath.FromSlash(s.files[s.at].path))
	s.at++
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	base, letters := cutInfo(filepath.Base(path))
	it := &item{key: "=" + url.PathEscape(base), name: base, stored: info.Size(), flags: s.keywords.flagsOfLetters(letters), date: info.ModTime()}
	it.addFlags(s.more[base])
	text := fileText{path: path, lenient: true}
	if m := maildirName.FindStringSubmatch(base); m != nil {
		it.date = timeOf(m[1])
		text.raw, text.lenient = m[4] == m[5], false
		if err := it.measure(text.open); err != nil {
			return nil, err
		}
		if strconv.FormatInt(it.size, 10) == m[5] {
			return it, nil
		}
		text.raw, text.lenient = false, true // it has been changed
	}
	return it, it.measure(text.open)
}

// fileText is the text of a message in a file of its own.
type fileText struct {
	path    string
	raw     bool // lines end as they are
	lenient bool // LF is CRLF, but for what is CRLF already
}

// open returns the text as a message.
func (t fileText) open() (io.ReadCloser, error) {
	f, err := os.Open(t.path)
	if err != nil || t.raw {
		return f, err
	}
	p := pipe(f, func(w io.Writer) converter { return unflushed{&crlfWriter{w: w, lenient: t.lenient}} })
	p.closer = f
	return p, nil
}

// unflushed is a converter that holds nothing back.
type unflushed struct{ io.Writer }

func (unflushed) flush() error { return nil }
