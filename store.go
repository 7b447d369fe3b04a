package imap

import (
	"cmp"
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// StoreOptions are the settings of STORE.
type StoreOptions struct {
	Silent         bool     // ask the server not to send the new flags; it may do so all the same
	UnchangedSince uint64   // leave messages with a larger mod-sequence alone; zero: none; needs CONDSTORE (RFC 7162 §3.1.3)
	GmailLabels    []string // labels to change in place of flags; needs X-GM-EXT-1
}

// UIDStore changes flags of messages (RFC 9051 §6.4.6): op is StoreAdd, StoreRemove
// or StoreSet. UIDs that do not exist are passed over. If one of several commands
// for a long set fails, the result has what came before, beside the error.
func (c *Client) UIDStore(ctx context.Context, uids UIDSet, op StoreOp, flags []Flag, opts *StoreOptions) (*StoreResult[UID], error) {
	return store(ctx, c, commands.UIDStore{Set: uids, Op: op, Flags: flags}, opts)
}

// Store is [Client.UIDStore] with message sequence numbers.
func (c *Client) Store(ctx context.Context, seqs SeqSet, op StoreOp, flags []Flag, opts *StoreOptions) (*StoreResult[SeqNum], error) {
	return store(ctx, c, commands.SeqStore{Set: seqs, Op: op, Flags: flags}, opts)
}

func store[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Store[N], opts *StoreOptions) (*StoreResult[N], error) {
	if cmd.Set.Empty() {
		return &StoreResult[N]{}, nil
	}
	needs := setNeeds(cmd.Set)
	if opts != nil {
		cmd.Silent, cmd.UnchangedSince, cmd.GmailLabels = opts.Silent, opts.UnchangedSince, opts.GmailLabels
		needs = append(needs, opts.needs()...)
	}
	if err := c.require(cmd.Name(), needs...); err != nil {
		return nil, err
	}
	col := &storeCollector{c: c}
	var err error
	if uids, ok := asUIDs(cmd.Set); ok {
		col.owned = func(m *Message) bool { return m.UID == 0 || uids.Contains(m.UID) || uids.Dynamic() }
		err = c.split(ctx, uids, col, func(piece UIDSet) commands.Command {
			cmd := cmd
			cmd.Set, _ = any(piece).(response.Set[N])
			return cmd
		})
	} else {
		col.owned = func(m *Message) bool { return cmd.Set.Contains(N(m.SeqNum)) || cmd.Set.Dynamic() }
		if err = checkWhole(c, cmd.Name(), cmd.Set); err == nil {
			err = c.runOnce(ctx, cmd, col)
		}
	}
	c.mu.Lock() // the answer to an abandoned command still comes
	res := &StoreResult[N]{Messages: col.messages, Modified: as[N](col.modified.Clone()), HighestModSeq: col.highest}
	c.mu.Unlock()
	if err != nil && len(res.Messages) == 0 && res.Modified.Empty() {
		return nil, err
	}
	return res, cmp.Or(err, col.bad)
}

// needs returns the capabilities that a STORE needs.
func (o *StoreOptions) needs() (caps []Cap) {
	if o.UnchangedSince != 0 {
		caps = append(caps, CapCondStore)
	}
	if o.GmailLabels != nil {
		caps = append(caps, CapGmailExt1)
	}
	return caps
}

// storeCollector takes the new flags of the messages that were changed.
type storeCollector struct {
	noCollector
	c        *Client
	owned    func(*Message) bool
	messages []*Message
	seen     SeqSet // what has come
	seenBy   UIDSet // the same, with UIDONLY
	modified UIDSet
	highest  uint64
	bad      error // MODIFIED could not be read
}

func (s *storeCollector) claim(d response.Data) bool {
	s.highest = highest(d, s.highest)
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.ModifiedCode); ok {
			s.modified.AddSet(code.Nums)
			return true
		}
		if st.HasCode(response.CodeModified) {
			s.bad = &ParseError{Response: "MODIFIED", Raw: []byte(st.CodeArgs), Rule: "sequence-set"}
			return true
		}
	}
	return false
}

func (s *storeCollector) owns(m *Message) bool {
	return (s.asked(m) || m.Items&(response.ItemFlags|response.ItemModSeq) != 0 && len(m.Sections) == 0) && s.owned(m)
}

// asked reports whether m has nothing beyond what an answer to STORE has: otherwise it
// belongs to a FETCH for the same message, if there is one.
func (s *storeCollector) asked(m *Message) bool {
	return m.Items&^(unsolicited|response.ItemGmailLabels) == 0
}

// has reports whether the message has come already.
func (s *storeCollector) has(m *Message) bool {
	if m.SeqNum == 0 {
		return s.seenBy.Contains(m.UID)
	}
	return s.seen.Contains(m.SeqNum)
}

func (s *storeCollector) row(m *Message, err error, _ bool) {
	if err != nil {
		s.c.lostLocked(err)
		return
	}
	s.messages = append(s.messages, m)
	switch {
	case m.SeqNum != 0 && len(s.seen.Ranges()) < maxSeen:
		s.seen.AddNum(m.SeqNum)
	case m.SeqNum == 0 && m.UID != 0 && len(s.seenBy.Ranges()) < maxSeen:
		s.seenBy.AddNum(m.UID)
	}
}
