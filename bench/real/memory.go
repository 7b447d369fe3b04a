package real

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// peakOf returns the largest resident size of a process in octets, zero if it is
// not known.
func peakOf(process string) int64 {
	b, err := os.ReadFile(filepath.Join("/proc", process, "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(b, []byte("VmHWM:"))
	if f := bytes.Fields(rest); len(f) > 0 {
		kb, err := strconv.ParseInt(string(f[0]), 10, 64)
		if err == nil {
			return kb << 10
		}
	}
	return 0
}
