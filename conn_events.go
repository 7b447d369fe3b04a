package imap

import (
	"errors"
	"slices"

	"github.com/seed-090b04e4/imap/response"
)

// Event is something that the server sent and no command asked for. It is shared
// and must not be modified. The most important ones are
//
//   - *[ExistsData]: the selected mailbox has that many messages now
//   - *[ExpungeData], *[VanishedData]: messages are gone
//   - *[Message]: flags of a message have changed
//   - *[StatusResponse]: a warning (NO), an ALERT, the BYE before the end
//   - *[MailboxStatus], *[MailboxInfo], *[response.MetadataData]: other mailboxes
//   - *[response.UnknownData]: something that the library does not know
//   - *[ParseErrorData]: something that could not be read
//   - *[Mailbox]: see [SelectOptions].Mark
//   - *[EventsLost]: the receiver was too slow
//
// Changes of the selected mailbox are events also if a command like EXPUNGE made
// them. [Client.Mailbox] may be ahead of the events. See docs/watching.md.
type Event = any

// ParseErrorData is an event: a response to no command could not be read.
type ParseErrorData struct {
	Err *ParseError // what was wrong, with the octets of the response
}

// EventsLost is an event: the receiver was so slow that events were dropped. What
// it knows of the mailbox has to be asked for again.
type EventsLost struct {
	Count int // how many events were dropped
}

// The bounds of what waits for a receiver.
const (
	maxEvents      = 1024
	maxEventOctets = 16 << 20 // of memory
)

// lostLocked makes a row that could not be read an event, as its command has no way
// to return it.
func (c *Client) lostLocked(err error) {
	if bad := (*ParseError)(nil); errors.As(err, &bad) {
		c.events.addLocked(&ParseErrorData{bad}, 0)
	}
}

// subscription is a queue of events for one receiver, guarded by Client.mu.
type subscription struct {
	queue  []queuedEvent
	kept   int64 // cost of queue
	lost   int
	ended  bool
	loop   bool             // over Idle
	accept func(Event) bool // called with Client.mu held; nil: every event
	ready  chan struct{}
}

type queuedEvent struct {
	Event
	cost int64
}

// events hands events to Options.OnEvent and to the loops over Idle.
type events struct {
	c       *Client
	subs    []*subscription
	handler *subscription
	running bool // the goroutine that calls the handler
	held    bool // until TLS protects what the server says
}

func (e *events) init(c *Client) {
	e.c = c
	if c.opts.OnEvent != nil {
		e.handler = e.subscribeLocked()
	}
}

func (e *events) subscribeLocked() *subscription {
	s := &subscription{ready: make(chan struct{}, 1)}
	e.subs = append(e.subs, s)
	return s
}

func (e *events) unsubscribeLocked(s *subscription) {
	for i, t := range e.subs {
		if t == s {
			e.subs = append(e.subs[:i:i], e.subs[i+1:]...)
		}
	}
}

// addLocked queues an event, which came in size octets, for all receivers.
func (e *events) addLocked(ev Event, size int64) {
	if len(e.subs) == 0 {
		return
	}
	cost := int64(minCost)
	switch d := ev.(type) {
	case *ParseErrorData:
		cost += errorCost(d.Err)
	case response.Data:
		if e.c.session.asked(d) {
			return
		}
		cost = costOf(d, size)
	}
	for _, s := range e.subs {
		if s.accept == nil || s.accept(ev) {
			s.addLocked(ev, cost)
		}
	}
	e.runLocked()
}

// runLocked starts the goroutine that calls the handler, if it has to be called.
func (e *events) runLocked() {
	if e.handler != nil && !e.running && !e.held && len(e.handler.queue) > 0 {
		e.running = true
		go e.run()
	}
}

// run calls the handler until no event is left.
func (e *events) run() {
	for {
		e.c.mu.Lock()
		ev, ok := e.handler.takeLocked()
		if !ok {
			e.running = false
			e.c.mu.Unlock()
			return
		}
		e.c.mu.Unlock()
		e.c.opts.OnEvent(ev)
	}
}

// forgetLocked drops what was said before TLS protected it.
func (e *events) forgetLocked() {
	for _, s := range e.subs {
		s.queue, s.kept, s.lost = nil, 0, 0
	}
	e.held = false
}

// closeLocked says that no more events come.
func (e *events) closeLocked() {
	for _, s := range e.subs {
		s.ended = true
		s.signal()
	}
}

// changesMailbox reports whether a change of the mailbox waits.
func (s *subscription) changesMailbox() bool {
	for _, ev := range s.queue {
		switch ev.Event.(type) {
		case *ExistsData, *ExpungeData, *VanishedData:
			return true
		}
	}
	return s.lost > 0
}

// wakeLocked has the receivers look whether the mailbox that they are about is selected.
func (e *events) wakeLocked() {
	for _, s := range e.subs {
		s.signal()
	}
}

// watched reports whether a loop over Idle receives events.
func (e *events) watched() bool {
	return slices.ContainsFunc(e.subs, func(s *subscription) bool { return s.loop })
}

// addLocked queues an event, unless too much waits already.
func (s *subscription) addLocked(ev Event, cost int64) {
	if len(s.queue) >= maxEvents || len(s.queue) > 0 && s.kept+cost > maxEventOctets {
		s.lost++
	} else {
		s.queue = append(s.queue, queuedEvent{ev, cost})
		s.kept += cost
	}
	s.signal()
}

func (s *subscription) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// takeLocked returns the next event.
func (s *subscription) takeLocked() (Event, bool) {
	if len(s.queue) == 0 {
		if s.lost > 0 {
			ev := &EventsLost{s.lost}
			s.lost = 0
			return ev, true
		}
		return nil, false
	}
	ev := s.queue[0]
	s.kept -= ev.cost
	s.queue[0] = queuedEvent{}
	s.queue = s.queue[1:]
	if len(s.queue) == 0 {
		s.queue = nil
	}
	return ev.Event, true
}

// asked reports whether d is part of what a command in flight brings about by
// itself and no event: what SELECT says of the mailbox that it opens, and
// capabilities.
func (s *session) asked(d response.Data) bool {
	switch d := d.(type) {
	case *response.CapabilityData, *response.EnabledData:
		return true
	case *ExistsData, *response.RecentData, *response.FlagsData:
		return s.opening != nil
	case *StatusResponse:
		if d.Type != OK || d.HasCode(CodeAlert) {
			return false
		}
		return s.opening != nil || d.HasCode(response.CodeCapability)
	}
	return false
}
