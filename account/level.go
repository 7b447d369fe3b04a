package account

import (
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
)

// Level is how a pass finds out what has changed. It is chosen at each SELECT, by
// what the server then says rather than by what it offers.
type Level uint8

// The levels.
const (
	// LevelPlain compares the flags of all known messages.
	LevelPlain Level = iota + 1
	// LevelCondStore asks for changes since a mod-sequence (RFC 7162 §3.1), and finds
	// removals by counting, and by comparing UIDs if the count differs.
	LevelCondStore
	// LevelQResync has SELECT report changes and removals (RFC 7162 §3.2).
	LevelQResync
)

// String returns the name of the level.
func (l Level) String() string {
	switch l {
	case LevelPlain:
		return "plain"
	case LevelCondStore:
		return "CONDSTORE"
	case LevelQResync:
		return "QRESYNC"
	}
	return fmt.Sprintf("level %d", l)
}

const (
	avoidFor     = 7 * 24 * time.Hour // how long a level that failed is not tried again
	compareEvery = 24 * time.Hour     // how often everything is compared at LevelCondStore
)

// demotion is a level that failed.
type demotion struct {
	avoid Level
	until time.Time
}

// demote gives up a level of a mailbox, because of reason.
func (w *work) demote(l Level, reason string) {
	until := time.Now().Add(avoidFor)
	w.st.Avoid, w.st.Until = l, until
	w.a.mu.Lock()
	w.a.levels[w.st.Mailbox] = demotion{l, until}
	w.a.stats.demotions++
	w.a.mu.Unlock()
	w.a.cfg.Logger.Warn("account: level given up", "host", w.a.ep.host, "mailbox", w.st.Mailbox, "level", l.String(), "reason", reason)
}

// allowed returns the best level that may be tried.
func (w *work) allowed(cn *conn) Level {
	best := LevelPlain
	switch caps := cn.c.Caps(); {
	case cn.vanished:
		best = LevelQResync
	case caps.Has(imap.CapCondStore), caps.Has(imap.CapQResync):
		best = LevelCondStore
	}
	w.a.mu.Lock()
	d := w.a.levels[w.st.Mailbox]
	w.a.mu.Unlock()
	now := time.Now()
	if w.st.Avoid > 0 && now.After(w.st.Until) {
		w.st.Avoid, w.st.Until = 0, time.Time{}
	}
	for _, d := range []demotion{d, {w.st.Avoid, w.st.Until}} {
		if d.avoid > LevelPlain && now.Before(d.until) {
			best = min(best, d.avoid-1)
		}
	}
	return best
}
