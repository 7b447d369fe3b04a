package response

import (
	"syscall"
	"time"
)

// threadTime returns the processor time that the thread has taken, so that
// neither other programs nor the garbage collector count.
func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
