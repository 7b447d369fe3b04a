package imaptest

import (
	"compress/flate"
	"io"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// cmdCompress is COMPRESS (RFC 4978).
func cmdCompress(s *session, a *args) reply {
	a.sp()
	name := a.keyword()
	if !a.end() {
		return a.reply()
	}
	switch {
	case s.deflated:
		return no("COMPRESSIONACTIVE", "DEFLATE is active already")
	case name != "DEFLATE":
		return bad("COMPRESS: unknown algorithm")
	}
	s.tagged(a.tag, ok("DEFLATE active"))
	s.flush()
	w, err := flate.NewWriter(s.conn, flate.BestSpeed)
	if err != nil {
		s.ioErr = err
		return none()
	}
	// What the client has sent after its command is compressed already. Clients flush
	// as they like, with Z_PARTIAL_FLUSH too, after which compress/flate keeps data back.
	r := inflate.NewReader(io.MultiReader(io.LimitReader(s.br, int64(s.br.Buffered())), s.conn))
	s.deflated, s.deflater = true, w
	s.setConn(struct {
		io.Reader
		io.Writer
	}{r, w})
	return none()
}
