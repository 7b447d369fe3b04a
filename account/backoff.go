package account

import "time"

// Backoff is how long to wait between attempts to connect: Min after the first
// failure, twice as long after each further one, at most Max. Each time is drawn
// between half of that and all of it, so that many clients do not come back at
// once. A connection ends the series only after it has lasted for a minute: a
// server that accepts logins and then hangs up is still backed off from.
type Backoff struct {
	Min time.Duration // default 2 seconds
	Max time.Duration // default 5 minutes
}

func (b Backoff) withDefaults() Backoff {
	b.Min = orDefault(b.Min, 2*time.Second)
	b.Max = max(orDefault(b.Max, 5*time.Minute), b.Min)
	return b
}

// after returns the time to wait after the n-th failure in a row, from 1. random
// is uniform in [0, 1).
func (b Backoff) after(n int, random float64) time.Duration {
	d := b.Min
	for ; n > 1 && d < b.Max; n-- {
		d *= 2
	}
	d = min(d, b.Max)
	return d/2 + time.Duration(random*float64(d/2))
}

const (
	survival = time.Minute // how long a connection must last to end a series of failures

	firstSpread     = 2 * time.Second  // within which to reconnect after a connection that lasted
	firstSpreadHerd = 60 * time.Second // the same if many accounts are on one host
	herd            = 50               // how many accounts that are
)

// reconnect returns the time to wait before the first attempt after a connection
// that had lasted is lost. accounts is how many there are on the host.
func reconnect(accounts int, random float64) time.Duration {
	spread := firstSpread
	if accounts > herd {
		spread = firstSpreadHerd
	}
	return time.Duration(random * float64(spread))
}
