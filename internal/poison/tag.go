//go:build imap_poison

package poison

func init() { on.Store(true) }
