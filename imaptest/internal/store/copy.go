package store

import "github.com/seed-090b04e4/imap/response"

// Copied says where COPY or MOVE put the messages.
type Copied struct {
	UIDValidity uint32
	From, To    []response.UID
}

// Copy copies the messages with the given indices to dest in one step, and with
// move removes them here. Messages that are gone are left out.
func (v *View) Copy(indices []int, dest *Mailbox, move bool) Copied {
	b := v.Box
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	res := Copied{UIDValidity: dest.uidValidity}
	gone := make(map[response.UID]bool)
	for _, i := range indices {
		m := v.entries[i].msg
		if m.expunged {
			continue
		}
		res.From = append(res.From, m.uid)
		res.To = append(res.To, dest.add(m.blob, m.flags, m.date).uid)
		gone[m.uid] = true
	}
	if len(res.To) > 0 {
		dest.notify(MessagesChanged)
	}
	if move {
		b.remove(func(m *Message) bool { return gone[m.uid] })
	}
	return res
}
