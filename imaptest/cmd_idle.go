package imaptest

import "strings"

// cmdIdle is IDLE (RFC 2177): changes are sent at once, until the client says
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
			s.line("* BYE Mailbox was deleted or renumbered by another session")
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
