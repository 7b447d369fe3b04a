//go:build !linux

package response

import "time"

// threadTime returns zero, as the processor time of a thread is not known.
func threadTime() time.Duration { return 0 }
