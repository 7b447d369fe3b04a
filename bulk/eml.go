package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/maildate"
)

// emlName is a file that Export has made.
var emlName = regexp.MustCompile(`^(\d+)-(\d+)\.eml$`)

// indexFile has a line for each file. It is there before the file is.
const indexFile = "index.jsonl"

// emlEntry is a line of the index.
type emlEntry struct {
	UIDValidity uint32      `json:"uidvalidity"`
	UID         imap.UID    `json:"uid"`
	Size        int64       `json:"size"`
	Date        time.Time   `json:"date"`
	Flags       []imap.Flag `json:"flags,omitempty"`
}

func (e *emlEntry) name() string { return fmt.Sprintf("%d-%d.eml", e.UIDValidity, e.UID) }

// emlSink adds files to a folder: one is complete when it has its name.
type emlSink struct {
	d       *disk
	dir     string
	index   *journal
	present imap.UIDSet
}

func openEMLSink(d *disk, dir string, validity uint32) (*emlSink, error) {
	s := &emlSink{d: d, dir: dir}
	if err := d.mkdir(dir); err != nil {
		return nil, err
	}
	var err error
	s.index, err = d.openJournal(filepath.Join(dir, indexFile), func(line string) error {
		var e emlEntry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return journalError(line, err)
		}
		if e.UIDValidity != validity {
			return ErrUIDValidity
		}
		size, there, err := exists(filepath.Join(dir, e.name()))
		if there && size == e.Size {
			s.present.AddNum(e.UID)
		}
		return err
	})
	return s, err
}

func (s *emlSink) done() imap.UIDSet { return s.present }

// put adds a message.
func (s *emlSink) put(m *meta, sp *spool) error {
	e := &emlEntry{UIDValidity: m.validity, UID: m.uid, Size: sp.lines.size, Date: m.date, Flags: m.flags}
	tmp := filepath.Join(s.dir, e.name()+".tmp")
	err := s.d.write(tmp, func(w io.Writer) error {
		_, err := sp.WriteTo(w)
		return err
	})
	if err != nil {
		return err
	}
	if err := os.Chtimes(tmp, m.date, m.date); err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err == nil {
		err = s.index.add("%s\n", line)
	}
	if err != nil {
		return err
	}
	return s.d.rename(tmp, filepath.Join(s.dir, e.name()))
}

func (s *emlSink) flush() error { return errors.Join(s.index.sync(), s.d.syncFolder(s.dir)) }
func (s *emlSink) close() error { return s.index.Close() }

// emlSource reads the files that the index names, in its order, and then the others.
type emlSource struct {
	dir   string
	index *os.File // nil: none
	lines *json.Decoder
	seen  map[uint32]*imap.UIDSet // of the index, by UIDVALIDITY
	other []string
	at    int
}

func openEMLSource(dir string) (*emlSource, error) {
	s := &emlSource{dir: dir}
	f, err := os.Open(filepath.Join(dir, indexFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		s.index = f
	}
	return s, s.rewind()
}

func (s *emlSource) rewind() error {
	s.seen, s.other, s.at, s.lines = make(map[uint32]*imap.UIDSet), nil, 0, nil
	if s.index == nil {
		return s.listOthers()
	}
	_, err := s.index.Seek(0, io.SeekStart)
	s.lines = json.NewDecoder(s.index)
	return err
}

func (s *emlSource) close() error {
	if s.index == nil {
		return nil
	}
	return s.index.Close()
}

// listOthers lists the files that are not in the index.
func (s *emlSource) listOthers() error {
	err := eachName(s.dir, func(name string, _ int64) error {
		if !strings.EqualFold(filepath.Ext(name), ".eml") {
			return nil
		}
		if m := emlName.FindStringSubmatch(name); m != nil {
			validity, err1 := strconv.ParseUint(m[1], 10, 32)
			uid, err2 := strconv.ParseUint(m[2], 10, 32)
			if seen := s.seen[uint32(validity)]; err1 == nil && err2 == nil && seen != nil && seen.Contains(imap.UID(uid)) {
				return nil
			}
		}
		s.other = append(s.other, name)
		return nil
	})
	slices.Sort(s.other)
	return err
}

// next returns the next message, or nil.
func (s *emlSource) next() (*item, error) {
	for s.lines != nil {
		var e emlEntry
		err := s.lines.Decode(&e)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			s.lines = nil
			if err := s.listOthers(); err != nil {
				return nil, err
			}
			break
		}
		if err != nil {
			return nil, fmt.Errorf("bulk: %s: %w", indexFile, err)
		}
		seen := s.seen[e.UIDValidity]
		if seen == nil {
			seen = new(imap.UIDSet)
			s.seen[e.UIDValidity] = seen
		}
		size, there, err := exists(filepath.Join(s.dir, e.name()))
		if err != nil {
			return nil, err
		}
		if !there || seen.Contains(e.UID) {
			continue
		}
		seen.AddNum(e.UID)
		return s.item(e.name(), size, &e)
	}
	if s.at == len(s.other) {
		return nil, nil
	}
	name := s.other[s.at]
	s.at++
	size, there, err := exists(filepath.Join(s.dir, name))
	if err != nil || !there {
		return nil, err
	}
	return s.item(name, size, nil)
}

// item makes an item of a file.
func (s *emlSource) item(name string, size int64, e *emlEntry) (*item, error) {
	it := &item{key: "=" + url.PathEscape(name), name: name, stored: size}
	text := fileText{path: filepath.Join(s.dir, name), lenient: true}
	if e != nil {
		it.date, it.flags = e.Date, e.Flags
		text.raw = size == e.Size
		return it, it.measure(text.open)
	}
	if err := it.measure(text.open); err != nil {
		return nil, err
	}
	var err error
	it.date, err = dateOfHeader(text.path)
	return it, err
}

// dateOfHeader returns what the Date field of a file says, or the time of the file.
func dateOfHeader(path string) (time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, maxHeader))
	if err != nil {
		return time.Time{}, err
	}
	for line := range bytes.Lines(head) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(string(name), "Date") {
			if t, ok := maildate.Parse(bytes.TrimSpace(value)); ok {
				return t, nil
			}
		}
	}
	info, err := f.Stat()
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}
