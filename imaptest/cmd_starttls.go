package imaptest

// cmdStartTLS is STARTTLS (RFC 9051 §6.2.1).
func cmdStartTLS(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	if s.tls != nil {
		return bad("TLS is in use already")
	}
	if s.br.Buffered() > 0 { // plaintext after the command: it was injected
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
