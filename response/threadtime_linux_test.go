package response

import (
	"syscall"
	"time"
)

// threadTime returns the processor time that the thread has taken, so that
// neither other programs nor the garbage collector count, and zero if that means
// nothing.
func threadTime() time.Duration {
	if raceEnabled {
		return 0 // it measures the race detector
	}
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
