package account

import (
	"sync"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// maxInbox is how many events are kept for a Watch; beyond, all that is known is
// that something happened.
const maxInbox = 1024

// inbox collects what the server says on its own about the selected mailbox, while a
// Watch uses the connection. Events are hints: they say what to ask for. So it does
// no harm if one comes late, or twice.
type inbox struct {
	mu     sync.Mutex // guards what follows
	wake   func()     // called when the first event has come; nil: no Watch
	events []imap.Event
	lost   bool
}

// add keeps an event, if there is a Watch and it is of use.
func (b *inbox) add(ev imap.Event) {
	switch ev := ev.(type) {
	case *imap.ExistsData, *imap.ExpungeData, *imap.VanishedData, *imap.Message, *imap.EventsLost, *imap.ParseErrorData:
	case *imap.MailboxStatus, *imap.MailboxInfo: // by NOTIFY
	case *imap.StatusResponse:
		if !ev.HasCode("UIDVALIDITY") && !ev.HasCode(response.CodeNotificationOverflow) {
			return
		}
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wake == nil {
		return
	}
	if len(b.events) >= maxInbox {
		b.lost = true
		return
	}
	b.events = append(b.events, ev)
	if len(b.events) == 1 {
		b.wake()
	}
}

// watch has wake called for events from now on; nil: no longer.
func (b *inbox) watch(wake func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wake = wake
	b.events, b.lost = nil, false
}

// clear drops what was collected.
func (b *inbox) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events, b.lost = nil, false
}

// take returns what was collected. lost says that it is not all.
func (b *inbox) take() (events []imap.Event, lost bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	events, lost = b.events, b.lost
	b.events, b.lost = nil, false
	return events, lost
}

// waiting reports whether something was collected.
func (b *inbox) waiting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events) > 0 || b.lost
}
