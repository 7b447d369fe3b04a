package account

import "time"

// Stats is what an account is doing, and what it has met since it was opened.
type Stats struct {
	Open    int // connections that are open, those in use included
	Idle    int // of them those that are not in use
	Waiting int // calls that wait for a connection
	Limit   int // connections that the account may have now

	ThrottledUntil time.Time // when something may be sent again; zero or past: now
	RetryAt        time.Time // when the next attempt to connect is allowed; zero or past: now
	Failures       int       // attempts to connect that failed in a row

	Connects    int64 // logins that succeeded
	Refused     int64 // attempts to connect that failed
	Lost        int64 // connections that ended by themselves
	Passes      int64 // comparisons of a mailbox with a State
	Differences int64 // full comparisons that found what QRESYNC or CONDSTORE had not reported
	Demotions   int64 // how often a level was given up because of that
}

type counters struct {
	connects, failures, lost       int64
	passes, differences, demotions int64
}

// Stats returns what the account is doing.
func (a *Account) Stats() Stats {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := Stats{
		Waiting: a.queue.len(), Limit: a.gate.limitNow(time.Now(), a.cfg.MaxConns),
		ThrottledUntil: a.gate.throttled, RetryAt: a.gate.notBefore, Failures: a.gate.failures,
		Connects: a.stats.connects, Refused: a.stats.failures, Lost: a.stats.lost,
		Passes: a.stats.passes, Differences: a.stats.differences, Demotions: a.stats.demotions,
	}
	for _, cn := range a.conns {
		if cn.c == nil {
			continue
		}
		s.Open++
		if !cn.lent {
			s.Idle++
		}
	}
	return s
}
