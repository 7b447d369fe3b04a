package imaptest

import (
	"compress/flate"
	"io"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// cmdStartTLS is STARTTLS (RFC 9051 §6.2.1).
func cmdStartTLS(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	if s.tls != nil {
		return bad("TLS is in use already")
	}
	if s.br.Buffered() > 0 { // plaintext behind the command: somebody injects
		r := bad("STARTTLS: nothing may follow in the clear")
		r.last = true
		return r
	}
	s.tagged(a.tag, ok("Begin TLS negotiation now"))
	for _, e := range s.effects() {
		if e.injected != nil {
			s.write(e.injected())
		}
	}
	if !s.handshake() {
		return reply{last: true}
	}
	return none()
}

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
	// what the client has sent behind its command is compressed already
	r := flate.NewReader(io.MultiReader(io.LimitReader(s.br, int64(s.br.Buffered())), s.conn))
	s.deflated, s.deflater = true, w
	s.setConn(struct {
		io.Reader
		io.Writer
	}{r, w})
	return none()
}

// cmdEnable is ENABLE (RFC 9051 §6.3.1).
func cmdEnable(s *session, a *args) reply {
	var names []string
	for a.eat(' ') {
		names = append(names, a.keyword())
	}
	if len(names) == 0 {
		a.bad("a capability")
	}
	if !a.end() {
		return a.reply()
	}
	done := ""
	for _, name := range names {
		if s.srv.has(response.Cap(name)) && s.enable(name) {
			done += " " + name
		}
	}
	s.line("* ENABLED" + done)
	return ok("ENABLE completed")
}

// enable switches an extension on and reports whether that can be done.
func (s *session) enable(name string) bool {
	switch strings.ToUpper(name) {
	case "CONDSTORE":
		s.condstore = true
	case "QRESYNC":
		s.condstore, s.qresync = true, true
	case "UTF8=ACCEPT":
		s.utf8 = true
	case "IMAP4REV2":
		s.rev2, s.utf8 = true, true
	default:
		return false
	}
	return true
}

// cmdNamespace is NAMESPACE (RFC 9051 §6.3.10).
func cmdNamespace(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	prefix := ""
	if p := s.srv.opts.Profile; p != nil {
		prefix = p.Prefix
		if p.Namespace != "" {
			s.line("* NAMESPACE " + p.Namespace)
			return ok("NAMESPACE completed")
		}
	}
	s.newOut("* NAMESPACE ((").str(prefix).raw(" ").str(s.srv.opts.Delimiter).raw(")) NIL NIL").send()
	return ok("NAMESPACE completed")
}

// cmdIdle is IDLE (RFC 2177): changes are told at once, until the client says
// DONE.
func cmdIdle(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.line("+ idling")
	s.flush()
	type input struct {
		line []byte
		err  error
	}
	said := make(chan input, 1)
	s.srv.wg.Go(func() { // ends with the connection at the latest
		line, err := s.scanLine()
		said <- input{line, err}
	})
	var wake chan struct{}
	if s.view != nil {
		wake = s.view.Wake
	}
	for {
		if s.view != nil && s.view.Detached() {
			s.line("* BYE Mailbox was deleted or renumbered by somebody else")
			return reply{last: true}
		}
		if s.view != nil {
			s.sync(true, false)
			s.flush()
		}
		select {
		case <-wake:
		case in := <-said:
			if in.err == nil && strings.EqualFold(string(in.line), "DONE") {
				return ok("IDLE completed")
			}
			if in.err != nil {
				s.ioErr = in.err
				return none()
			}
			return bad("IDLE: expected DONE")
		}
	}
}
