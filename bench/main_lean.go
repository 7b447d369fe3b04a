//go:build lean

package main

import (
	"fmt"
	"os"
)

// main of a client's own program.
func main() {
	if err := clientMain(); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}
