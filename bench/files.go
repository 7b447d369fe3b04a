package main

import (
	"bytes"
	"errors"
	"os"
)

// files writes literals to files as a Maildir has them: one for each message, with
// LF for CRLF. A file has no name once it is open, so that a run leaves no files.
type files struct {
	file *os.File
	lf   []byte
	cr   bool // the last piece ended with CR
	err  error
}

// next ends the file in hand and begins another. write returns its error.
func (f *files) next() {
	var ended error
	if f.file != nil {
		ended = f.file.Close()
	}
	file, err := os.CreateTemp("", "imap-bench-message")
	if err == nil {
		err = os.Remove(file.Name())
	}
	f.file, f.cr, f.err = file, false, errors.Join(f.err, ended, err)
}

// write appends b to the file in hand.
func (f *files) write(b []byte) error {
	if f.err != nil {
		return f.err
	}
	f.lf = f.lf[:0]
	if f.cr && (len(b) == 0 || b[0] != '\n') {
		f.lf = append(f.lf, '\r')
	}
	if f.cr = len(b) > 0 && b[len(b)-1] == '\r'; f.cr {
		b = b[:len(b)-1]
	}
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			break
		}
		f.lf = append(f.lf, b[:i]...)
		if i+1 == len(b) || b[i+1] != '\n' {
			f.lf = append(f.lf, '\r')
		}
		b = b[i+1:]
	}
	f.lf = append(f.lf, b...)
	_, f.err = f.file.Write(f.lf)
	return f.err
}
