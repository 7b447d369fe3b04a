//go:build !unix

package main

import "time"

// Without rusage there is no CPU time: only wall times and allocations are reported.
func cpuTime() time.Duration { return 0 }

func peakRSS() int64 { return 0 }
