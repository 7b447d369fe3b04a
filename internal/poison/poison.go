// Package poison says whether memory that is to be used again is overwritten instead,
// so that tests find a program that keeps what is not valid any more: see
// FetchOptions.Reuse.
package poison

import "sync/atomic"

var on atomic.Bool

// On reports whether it is overwritten: if the program is built with the tag
// imap_poison, or after Set(true).
func On() bool { return on.Load() }

// Set switches it for loops that begin from now on, and returns a function that
// switches back.
func Set(to bool) (undo func()) {
	before := on.Swap(to)
	return func() { on.Store(before) }
}
