//go:build !lean

package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine describes what was measured on, without names.
func machine() string {
	cpu, memory := "unknown processor", ""
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				cpu = strings.TrimSpace(v)
				break
			}
		}
	}
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb int
		if _, err := fmt.Sscanf(string(b), "MemTotal: %d kB", &kb); err == nil {
			memory = fmt.Sprintf(", %d GiB", (kb+1<<19)>>20)
		}
	}
	kernel := runtime.GOOS
	if b, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		release, _, _ := strings.Cut(strings.TrimSpace(string(b)), "-")
		kernel = "Linux " + release
	}
	return fmt.Sprintf("%s, %d cores%s, %s, %s/%s, %s", cpu, runtime.NumCPU(), memory, kernel, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
