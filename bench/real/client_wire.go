package real

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// wire is what the line, TLS and the server take by themselves: it sends one FETCH
// for everything and drops the answer. It does the jobs in which a client does
// nothing else than wait for octets.
type wire struct{}

func (wire) prepare(context.Context, *task) error { return nil }

func (wire) run(_ context.Context, t *task, out *outcome) error {
	request, ok := map[string]string{
		jobHeaders:    "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)",
		jobBodies:     "UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])",
		jobAttachment: "UID FETCH 1 (UID BODY.PEEK[2])",
	}[t.Job]
	if !ok {
		return errUnsupported
	}
	cfg, err := tlsConfig(t)
	if err != nil {
		return err
	}
	conn, err := tls.Dial("tcp", t.Addr, cfg)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 256<<10)
	if _, err := r.ReadSlice('\n'); err != nil { // the greeting
		return err
	}
	fmt.Fprintf(conn, "a LOGIN %q %q\r\n", t.User, t.Password)
	if err := drop(r, "a ", nil); err != nil {
		return err
	}
	fmt.Fprintf(conn, "b EXAMINE %q\r\nc %s\r\n", t.Mailbox, request)
	if err := drop(r, "b ", nil); err != nil {
		return err
	}
	return drop(r, "c ", out)
}

var errUnsupported = errors.New("not done by this client")

// drop reads up to the answer with the tag.
func drop(r *bufio.Reader, tag string, out *outcome) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if bytes.HasPrefix(line, []byte(tag)) {
			if !bytes.HasPrefix(line[len(tag):], []byte("OK")) {
				return fmt.Errorf("%s", bytes.TrimSpace(line))
			}
			return nil
		}
		if out != nil && bytes.HasPrefix(line, []byte("* ")) && bytes.Contains(line, []byte(" FETCH ")) {
			out.Messages++
		}
		line = bytes.TrimRight(line, "\r\n")
		if open := bytes.LastIndexByte(line, '{'); open >= 0 && bytes.HasSuffix(line, []byte("}")) {
			n, err := strconv.ParseInt(string(line[open+1:len(line)-1]), 10, 64)
			if err != nil {
				continue
			}
			if out != nil {
				out.Octets += n
			}
			if _, err := io.CopyN(io.Discard, r, n); err != nil {
				return err
			}
		}
	}
}
