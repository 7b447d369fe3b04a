package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/seed-090b04e4/imap"
)

// writeMbox writes a message in the form mboxrd (RFC 4155, Appendix A): a line
// that looks like the beginning of a message gets a ">".
func writeMbox(w io.Writer, body *imap.Body) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "From MAILER-DAEMON %s\n", body.Message.InternalDate.UTC().Format(time.ANSIC))
	in := bufio.NewReaderSize(body, 64<<10)
	for begin := true; ; {
		piece, err := in.ReadSlice('\n')
		if begin && bytes.HasPrefix(bytes.TrimLeft(piece, ">"), []byte("From ")) {
			out.WriteByte('>')
		}
		begin = err == nil
		if begin || errors.Is(err, io.EOF) && len(piece) > 0 { // the end of a line
			piece = append(bytes.TrimRight(piece, "\r\n"), '\n')
		}
		out.Write(piece)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	out.WriteString("\n")
	return out.Flush()
}
