package imaptest

import (
	"errors"
	"strings"
)

// cmdIdle is IDLE (RFC 2177): changes are sent at once, until the client says
// DONE.
func cmdIdle(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.line("+ idling")
	s.flush()
	line, err := s.waitForLine(true)
	switch {
	case errors.Is(err, errDetached):
		s.line("* BYE Mailbox was deleted or renumbered by another session")
		return reply{last: true}
	case err != nil:
		s.ioErr = err
		return none()
	case !strings.EqualFold(string(line), "DONE"):
		return bad("IDLE: expected DONE")
	}
	return ok("IDLE completed")
}

var errDetached = errors.New("imaptest: the selected mailbox is no more")

// waitForLine reads a line, and meanwhile sends what changes. With idle, messages may
// be removed.
func (s *session) waitForLine(idle bool) ([]byte, error) {
	type input struct {
		line []byte
		err  error
	}
	said := make(chan input, 1)
	s.srv.wg.Go(func() { // ends with the connection at the latest
		line, err := s.scanLine()
		said <- input{line, err}
	})
	var wake, others chan struct{}
	if s.view != nil {
		wake = s.view.Wake
	}
	if s.notify != nil {
		others = s.notify.watcher.Wake
	}
	for {
		if s.view != nil && s.view.Detached() {
			return nil, errDetached
		}
		if s.notify != nil {
			s.notifyOthers()
		}
		if s.view != nil {
			s.sync(idle || s.notify.immediate(), false)
		}
		s.flush()
		select {
		case <-wake:
		case <-others:
		case in := <-said:
			return in.line, in.err
		}
	}
}
