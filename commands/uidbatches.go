package commands

// UIDBatches is UIDBATCHES (RFC 10022 §3): which ranges of UIDs have about Size messages
// each. It is answered with a *[response.UIDBatchesData], with [response.CodeTooFew] if
// Size is below the server's minimum, or with [response.CodeTooMany] for more batches
// than it returns at once. It needs the capability UIDBATCHES.
type UIDBatches struct {
	Size        int // messages in a batch, at least 1; servers take 500 and more
	First, Last int // only these batches, from 1, which has the newest messages; zero: all
}

// Name implements [Command].
func (UIDBatches) Name() string { return "UIDBATCHES" }

// Effects implements [Command].
func (UIDBatches) Effects() Effects { return Selected | MayExpunge }

// Encode implements [Command].
func (c UIDBatches) Encode(e *Encoder) {
	const most = 1<<32 - 1
	e.word(c.Name())
	e.SP()
	if c.Size < 1 || int64(c.Size) > most {
		e.failNumber("batch size", uint64(max(c.Size, 0)), "is not a positive 32-bit number")
	}
	e.Number(uint64(c.Size))
	if c.First == 0 && c.Last == 0 {
		return
	}
	if c.First < 1 || c.Last < c.First || int64(c.Last) > most {
		e.Fail("batches", "are no ascending range of positive 32-bit numbers")
	}
	e.SP()
	e.Number(uint64(c.First))
	e.word(":")
	e.Number(uint64(c.Last))
}
