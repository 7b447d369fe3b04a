package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/seed-090b04e4/imap"
)

// disk is what is done to files, so that tests can end the program before and after
// each step.
type disk struct {
	step func(what string) // called before and after each
	sync bool              // have the disk write what the system has cached
}

func (d disk) rename(from, to string) error {
	d.step("rename")
	err := os.Rename(from, to)
	d.step("renamed")
	return err
}

func (d disk) remove(name string) error {
	d.step("remove")
	err := os.Remove(name)
	d.step("removed")
	return err
}

// syncFiles has the disk write files, several at a time: that costs little more than one
// of them.
func (d disk) syncFiles(names []string) error {
	if !d.sync {
		return nil
	}
	next := make(chan string)
	errs := make([]error, min(syncsAtOnce, len(names)))
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			for name := range next {
				if err := syncFile(name); err != nil && errs[i] == nil {
					errs[i] = err
				}
			}
		})
	}
	for _, name := range names {
		next <- name
	}
	close(next)
	running.Wait()
	return errors.Join(errs...)
}

// syncDir has the names in a folder written.
func (d disk) syncDir(name string) error {
	if !d.sync {
		return nil
	}
	return syncFile(name)
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// escape makes the name of a mailbox into one of a folder. No two are the same, also
// where the file system takes upper and lower case for one.
func escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == ' ' && i > 0 && i < len(name)-1 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// letters are the flags of Maildir, in the order of the letters.
var letters = []struct {
	letter byte
	flag   imap.Flag
}{{'D', imap.FlagDraft}, {'F', imap.FlagFlagged}, {'R', imap.FlagAnswered}, {'S', imap.FlagSeen}, {'T', imap.FlagDeleted}}

// suffixOf returns the letters of flags.
func suffixOf(flags []imap.Flag) string {
	var b strings.Builder
	for _, l := range letters {
		if slices.ContainsFunc(flags, l.flag.Equal) {
			b.WriteByte(l.letter)
		}
	}
	return b.String()
}

// flagsOf returns the flags of letters.
func flagsOf(suffix string) []imap.Flag {
	var flags []imap.Flag
	for _, l := range letters {
		if strings.IndexByte(suffix, l.letter) >= 0 {
			flags = append(flags, l.flag)
		}
	}
	return flags
}

// minus returns the letters of a that are not in b.
func minus(a, b string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(b, r) {
			return -1
		}
		return r
	}, a)
}

// file is a message in a Maildir.
type file struct {
	path   string
	base   string // its name up to the colon
	suffix string // its letters
}

// scan returns the files of a Maildir by their base names. An entry that is looked
// at while another program renames it may be missed in one folder and found in the
// other: cur is read again after new.
func scan(dir string) (map[string]*file, error) {
	files := map[string]*file{}
	for _, sub := range []string{"cur", "new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			f := &file{path: filepath.Join(dir, sub, e.Name())}
			info := ""
			f.base, info, _ = strings.Cut(e.Name(), ":2,")
			f.suffix = suffixOf(flagsOf(info))
			files[f.base] = f
		}
	}
	return files, nil
}

// place returns the path for a base name with letters.
func place(dir, base, suffix string) string {
	return filepath.Join(dir, "cur", base+":2,"+suffix)
}
