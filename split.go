package imap

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	searchkey "github.com/seed-090b04e4/imap/search"
)

// Servers bound the length of a command's line, and some the number of messages that
// one command may deal with (MESSAGELIMIT, RFC 9738). A set of UIDs that is too
// long, or names too many messages, goes out in several commands, and a command that
// the server has cut short is continued. Sets of message sequence numbers are not
// split: the numbers may change between two commands.

// maxSetOctets is the longest set in one command. It leaves 1,000 octets to the
// rest of a line of 8,000 (RFC 7162 §4).
const maxSetOctets = 7000

// fitsLine reports whether a set fits into one command. The length of a set is
// only looked at if it could be too long.
func fitsLine[N UID | SeqNum](set response.Set[N]) bool {
	const longest = len("4294967295:4294967295,")
	return len(set.Ranges())*longest <= maxSetOctets || len(set.AppendTo(nil)) <= maxSetOctets
}

// splitSet returns the sets of the commands that stand for one with set. Each names at
// most limit messages, unless limit is zero.
func splitSet(set UIDSet, limit int) []UIDSet {
	if limit == 0 && fitsLine(set) {
		return []UIDSet{set}
	}
	var all []UIDSet
	for line := range set.Split(maxSetOctets) {
		if limit == 0 {
			all = append(all, line)
			continue
		}
		all = slices.AppendSeq(all, line.Chunks(limit))
	}
	return all
}

// setNeeds returns the capability that a command with the set needs: "$" is of
// SEARCHRES (RFC 5182).
func setNeeds[N UID | SeqNum](set response.Set[N]) []Cap {
	if set.IsSaved() {
		return []Cap{response.CapSearchRes}
	}
	return nil
}

// asUIDs returns set if it is one of UIDs.
func asUIDs[N UID | SeqNum](set response.Set[N]) (UIDSet, bool) {
	uids, ok := any(set).(UIDSet)
	return uids, ok
}

// checkWhole returns an error for a set that goes out in one command, as those of message
// sequence numbers do: if it is too long, or there are no such numbers.
func checkWhole[N UID | SeqNum](c *Client, command string, set response.Set[N]) error {
	if _, ok := asUIDs(set); !ok {
		if err := c.numbersAllowed(command); err != nil {
			return err
		}
	}
	if fitsLine(set) {
		return nil
	}
	return &ArgumentError{Command: command, Argument: "set", Msg: "is too long for one command, and only a set of UIDs can be split"}
}

// noneFor reports whether a set that contains "*" names no message, because there is
// none. Several servers answer BAD then, so that NOOP asks before whether that is so
// still.
func (c *Client) noneFor(ctx context.Context, dynamic bool) (bool, error) {
	empty := func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		m := c.session.mailbox
		return m != nil && m.Messages == 0 && c.session.counted
	}
	if !dynamic || !empty() {
		return false, nil
	}
	if err := c.Noop(ctx); err != nil {
		return false, err
	}
	return empty(), nil
}

// messageLimit returns how many messages the server permits a command to deal with, by
// the capability MESSAGELIMIT and, if the command saves messages, SAVELIMIT
// (RFC 9738). Zero: any number.
func (c *Client) messageLimit(saves bool) int {
	caps := c.Caps()
	values := caps.Values("MESSAGELIMIT")
	if saves {
		values = slices.Concat(values, caps.Values("SAVELIMIT"))
	}
	limit := 0
	for _, v := range values {
		if n, err := strconv.ParseUint(v, 10, 31); err == nil && n > 0 && (limit == 0 || int(n) < limit) {
			limit = int(n)
		}
	}
	return limit
}

// usefulLimit is messageLimit for a set that may be cut by its numbers: about as many
// messages exist as it has. Otherwise it is zero, and the server says where it stops.
func (c *Client) usefulLimit(set UIDSet) int {
	limit := c.messageLimit(false)
	if limit == 0 {
		return 0
	}
	if m := c.Mailbox(); m == nil || set.Dynamic() || set.Len() > 4*int64(m.Messages) {
		return 0
	}
	return limit
}

// limitCollector notes that the server has stopped at its limit. The code is in the
// tagged OK, or in an untagged NO if that has another one (RFC 9738 §3.1).
type limitCollector struct {
	collector
	call *call
	stop *response.MessageLimitCode
}

func (l *limitCollector) begin(w *call) {
	l.call = w
	l.collector.begin(w)
}

func (l *limitCollector) claim(d response.Data) bool {
	if code, ok := limitCode(d); ok {
		l.stop = code
		return true
	}
	return l.collector.claim(d)
}

func limitCode(d response.Data) (*response.MessageLimitCode, bool) {
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.MessageLimitCode); ok {
			return &code, true
		}
	}
	return nil, false
}

// limitError is the error of a command that the server has cut short, if it can't be
// continued.
func limitError(command string, stop *response.MessageLimitCode) error {
	return &StatusError{Command: command, StatusResponse: StatusResponse{
		Type: NO, Code: *stop, Text: "the server has stopped after " + strconv.FormatUint(uint64(stop.Limit), 10) + " messages",
	}}
}

// below returns the UIDs of set that a command which stopped there has not dealt with.
// It returns an error if the server does not say where, or has not got on at all.
func below(command string, set UIDSet, stop *response.MessageLimitCode) (UIDSet, error) {
	if stop.LowestUID == 0 {
		return UIDSet{}, limitError(command, stop)
	}
	if stop.LowestUID == 1 {
		return UIDSet{}, nil
	}
	rest := set.Intersection(UIDRange(1, stop.LowestUID-1))
	if rest.Equal(set) {
		return UIDSet{}, limitError(command, stop)
	}
	return rest, nil
}

// rest is below for the set of a command that has ended, which may be "$".
func (c *Client) rest(ctx context.Context, command string, set UIDSet, l *limitCollector) (UIDSet, error) {
	if set.IsSaved() {
		var err error
		if set, err = c.existing(c.sameSelection(ctx, l.call), set); err != nil {
			return UIDSet{}, err
		}
		if set.Empty() { // it removed them all
			return set, nil
		}
	}
	return below(command, set, l.stop)
}

// split runs a command that changes messages for a set of UIDs, or one for each piece
// of it in the same selection of the mailbox, and goes on where the server stops at its
// limit. An error can come after part of the work was done.
func (c *Client) split(ctx context.Context, set UIDSet, col collector, command func(UIDSet) commands.Command) error {
	queue := splitSet(set, c.usefulLimit(set))
	name := command(queue[0]).Name()
	held := false
	var first *call
	for done := 0; len(queue) > 0; done++ {
		if !held && len(queue)+done > 1 {
			holding, release, err := c.hold(c.sameSelection(ctx, first), name)
			if err != nil {
				return afterChange(done > 0, err)
			}
			defer release() // the loop comes here once
			ctx, held = holding, true
		}
		limited := &limitCollector{collector: col}
		if _, err := c.exec(ctx, request{cmd: command(queue[0]), collect: limited}); err != nil {
			return afterChange(done > 0, err)
		}
		first = limited.call
		if limited.stop == nil {
			queue = queue[1:]
			continue
		}
		rest, err := c.rest(ctx, name, queue[0], limited)
		if err != nil {
			return afterChange(true, err)
		}
		if queue[0] = rest; rest.Empty() {
			queue = queue[1:]
		}
	}
	return nil
}

// sameSelection returns a context for commands that mean the mailbox which w, issued
// with ctx, was meant for.
func (c *Client) sameSelection(ctx context.Context, w *call) context.Context {
	if w == nil || c.pinnedBy(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, pinnedKey{}, &pinned{c: c, want: w.want})
}

// afterChange marks err if something may have been changed before it.
func afterChange(changed bool, err error) error {
	if changed {
		return partlyDone(err)
	}
	return err
}

// runOnce runs a command whose set is not one of UIDs, and which therefore can't be
// continued if the server stops at its limit.
func (c *Client) runOnce(ctx context.Context, cmd commands.Command, col collector) error {
	limited := &limitCollector{collector: col}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: limited}); err != nil {
		return err
	}
	if limited.stop != nil {
		return partlyDone(limitError(cmd.Name(), limited.stop))
	}
	return nil
}

// existing returns those of the UIDs that there are.
func (c *Client) existing(ctx context.Context, uids UIDSet) (UIDSet, error) {
	found, err := c.UIDSearch(ctx, searchkey.UID(uids), nil)
	if err != nil {
		return UIDSet{}, err
	}
	return found.All, nil
}

// stoppedAt returns the limit for which the server refused a command as a whole, as
// it does COPY and APPEND, or zero.
func stoppedAt(err error) int {
	var st *StatusError
	if !errors.As(err, &st) || st.Type != NO {
		return 0
	}
	if code, ok := st.Code.(response.MessageLimitCode); ok {
		return int(code.Limit)
	}
	return 0
}
