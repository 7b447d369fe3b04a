// Command extensions writes docs/EXTENSIONS.md: every capability that an IMAP server can
// announce, what of the library speaks it, and where that was verified. It is run in the
// module's root:
//
//	go run ./internal/extensions
//
// The rows are in table.go. What was verified is taken from docs/SERVERS.md, which a run
// of the behaviour suite writes, and what imaptest does from its source.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	page, err := page(".")
	if err == nil {
		err = os.WriteFile(pageName("."), page, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "extensions:", err)
		os.Exit(1)
	}
}

func pageName(top string) string { return filepath.Join(top, "docs", "EXTENSIONS.md") }
