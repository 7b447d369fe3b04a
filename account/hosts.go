package account

import (
	"context"
	"sync"
)

// maxLogins is how many accounts of this process log in to one host at a time.
const maxLogins = 10

// hosts is what the accounts of this process share about the servers that they are
// on, so that a thousand of them do not come back at once. An entry exists while
// an account is open.
var hosts = struct {
	sync.Mutex
	byAddr map[string]*host
}{byAddr: map[string]*host{}}

// host is a server. It is guarded by the lock of hosts.
type host struct {
	addr    string
	users   int // accounts that are open
	logins  int // in progress
	waiting []chan struct{}
}

func enterHost(addr string) *host {
	hosts.Lock()
	defer hosts.Unlock()
	h := hosts.byAddr[addr]
	if h == nil {
		h = &host{addr: addr}
		hosts.byAddr[addr] = h
	}
	h.users++
	return h
}

func (h *host) leave() {
	hosts.Lock()
	defer hosts.Unlock()
	if h.users--; h.users == 0 {
		delete(hosts.byAddr, h.addr)
	}
}

func (h *host) accounts() int {
	hosts.Lock()
	defer hosts.Unlock()
	return h.users
}

// begin waits for the turn to log in. If it returns nil, end must be called.
func (h *host) begin(ctx context.Context) error {
	hosts.Lock()
	if h.logins < maxLogins {
		h.logins++
		hosts.Unlock()
		return nil
	}
	turn := make(chan struct{})
	h.waiting = append(h.waiting, turn)
	hosts.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	hosts.Lock()
	defer hosts.Unlock()
	for i, w := range h.waiting {
		if w == turn {
			h.waiting = append(h.waiting[:i:i], h.waiting[i+1:]...)
			return ctx.Err()
		}
	}
	h.endLocked() // the turn came at the same moment
	return ctx.Err()
}

func (h *host) end() {
	hosts.Lock()
	defer hosts.Unlock()
	h.endLocked()
}

func (h *host) endLocked() {
	if len(h.waiting) > 0 {
		close(h.waiting[0])
		h.waiting = h.waiting[1:]
		return
	}
	h.logins--
}
