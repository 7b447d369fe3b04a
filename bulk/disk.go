package bulk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// disk is what is done to files. Tests have it fail at each step, as if the process ended
// there.
type disk struct {
	fault  func(step string, octets int) (int, error) // before each step: how much of it is still done
	noSync bool                                       // do not wait for the disk
}

func (d *disk) step(what string, octets int) (int, error) {
	if d.fault == nil {
		return octets, nil
	}
	return d.fault(what, octets)
}

// file is a file that is written.
type file struct {
	*os.File
	d *disk
}

func (d *disk) open(name string, flag int) (*file, error) {
	if _, err := d.step("open", 0); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &file{f, d}, nil
}

// Write writes to the file.
func (f *file) Write(p []byte) (int, error) {
	n, failed := f.d.step("write", len(p))
	n, err := f.File.Write(p[:n])
	if failed != nil {
		err = failed
	}
	return n, err
}

// ReadFrom hides that of os.File, which would pass Write by.
func (f *file) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{f}, r)
}

func (f *file) truncate(size int64) error {
	if _, err := f.d.step("truncate", 0); err != nil {
		return err
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	_, err := f.Seek(size, io.SeekStart)
	return err
}

func (f *file) sync() error {
	if _, err := f.d.step("sync", 0); err != nil {
		return err
	}
	if f.d.noSync {
		return nil
	}
	return f.Sync()
}

// syncFolder has the names in a folder written, on systems that can do that.
func (d *disk) syncFolder(name string) error {
	if _, err := d.step("sync", 0); err != nil || d.noSync || runtime.GOOS == "windows" {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

func (d *disk) rename(from, to string) error {
	if _, err := d.step("rename", 0); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (d *disk) remove(name string) error {
	if _, err := d.step("remove", 0); err != nil {
		return err
	}
	return os.Remove(name)
}

func (d *disk) mkdir(name string) error {
	if _, err := d.step("mkdir", 0); err != nil {
		return err
	}
	return os.MkdirAll(name, 0o700)
}

// replace writes a whole file, so that it has the old content or the new one.
func (d *disk) replace(name string, content []byte) error {
	f, err := d.open(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return d.rename(name+".new", name)
}

// journal is a file of lines to which lines are added. A line without its end, which the
// end of a process leaves, does not count.
type journal struct {
	*file
}

// openJournal opens a journal and calls line for each of its lines, until that returns an
// error.
func (d *disk) openJournal(name string, line func(string) error) (*journal, error) {
	f, err := d.open(name, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	end, err := readLines(f, line)
	if err == nil {
		err = f.truncate(end)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &journal{f}, nil
}

// errCut, if line returns it, says that its line and all after it do not count.
var errCut = errors.New("bulk: the journal is cut here")

// readLines calls line for each complete line, and returns where the last one ends.
func readLines(r io.Reader, line func(string) error) (end int64, err error) {
	in := bufio.NewReader(r)
	for {
		text, err := in.ReadString('\n')
		if err == nil {
			err = line(text[:len(text)-1])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, errCut) {
			return end, nil
		}
		if err != nil {
			return end, err
		}
		end += int64(len(text))
	}
}

// add adds lines, with one write.
func (j *journal) add(format string, args ...any) error {
	_, err := fmt.Fprintf(j, format, args...)
	return err
}

// exists reports whether there is a file of that name, and its size.
func exists(name string) (size int64, ok bool, err error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return info.Size(), true, nil
}
