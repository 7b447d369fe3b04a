// Package wire moves octets between a connection and the engine of a client.
//
// An [Input] reads for one goroutine at a time: with the time limit for answers,
// interruptible, with a budget for what is read only to be dropped, and inflated
// after COMPRESS. An [Output] collects what is to be sent, so that commands that
// are issued together leave in one segment, and compresses it after COMPRESS.
// Neither knows what the octets mean.
package wire

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// Errors of an [Input] and an [Output].
var (
	// ErrInterrupted is returned by a read that [Input.Interrupt] broke off.
	// Nothing is lost: the read can be repeated.
	ErrInterrupted = errors.New("imap: read interrupted")

	// ErrTimeout says that the peer said nothing, or took nothing, for longer
	// than the time limit. It is also an os.ErrDeadlineExceeded.
	ErrTimeout = fmt.Errorf("imap: no progress within the time limit: %w", os.ErrDeadlineExceeded)
)

// BudgetError says that one of the limits of an [Input] was exceeded.
type BudgetError struct {
	What  string // what is limited
	Limit int64  // in its unit
}

// Error names the limit.
func (e *BudgetError) Error() string {
	return "imap: limit exceeded: " + e.What + ": " + strconv.FormatInt(e.Limit, 10)
}

// Limits of an [Input].
type Limits struct {
	// Timeout is how long an answer that is due may make no progress. Zero or
	// negative: any time.
	Timeout time.Duration
	// Discard is how many octets may be read only to be dropped, and DiscardTime
	// how long that may take.
	Discard     int64
	DiscardTime time.Duration
}

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
