package account

import "sync"

// revoked is what became of the request for a borrowed connection.
type revoked uint8

const (
	revokedNot   revoked = iota // the borrower needs it
	revokedLater                // it will be returned soon
	revokedNow                  // it is the caller's; the borrower will not touch it any more
)

// lease is the right of a Sync or Watch to its connection. While the body of its
// loop runs, the connection is not used, and may be taken: the body may be waiting
// for one. The pass then begins again on another one.
type lease struct {
	mu       sync.Mutex
	inBody   bool
	wasTaken bool
}

// begin is called when a connection is borrowed.
func (l *lease) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wasTaken = false
}

// yielding is called before and after the body of the loop runs. It reports whether
// the connection was taken.
func (l *lease) yielding(on bool) (taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if on {
		l.wasTaken = false
	}
	l.inBody = on
	return l.wasTaken
}

// revoke takes the connection, if the body of the loop is running.
func (l *lease) revoke() revoked {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.inBody || l.wasTaken {
		return revokedNot
	}
	l.wasTaken = true
	return revokedNow
}
