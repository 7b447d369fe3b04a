package account_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// appendOf returns an OpAppend of a message.
func appendOf(subject string) account.Op {
	raw := "Subject: " + strings.ReplaceAll(subject+"\nMessage-ID: <"+subject+"@x>\n\n"+strings.Repeat("text\n", 200), "\n", "\r\n")
	return account.Op{Kind: account.OpAppend, Add: []imap.Flag{imap.FlagSeen}, Body: func() (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(raw)), int64(len(raw)), nil
	}}
}

// copies returns how many messages have the subject, in all mailboxes.
func (w *world) copies(subject string) int {
	n := 0
	for _, name := range w.User("user").Mailboxes() {
		for _, m := range w.User("user").Mailbox(name).Messages() {
			if strings.Contains(string(m.Raw), "Subject: "+subject+"\r\n") {
				n++
			}
		}
	}
	return n
}

func TestAppendOKLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.OnSession(1, imaptest.Bye{On: imaptest.Nth{Command: "APPEND"}, Late: true})}})
		w.inbox(3)
		res, err := w.open(t).Apply(t.Context(), "INBOX", appendOf("draft"))
		require.NoError(t, err)
		assert.Equal(t, []account.Result{{Done: true, To: map[imap.UID]imap.UID{0: 4}, ToValidity: w.inbox(0).UIDValidity()}}, res)
		assert.Equal(t, 1, w.copies("draft"))
		assert.Equal(t, 1, w.count("APPEND"))
	})
}

func TestAppendNeverArrived(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.OnSession(1, imaptest.Bye{On: imaptest.Nth{Command: "APPEND"}})}})
		res, err := w.open(t).Apply(t.Context(), "INBOX", appendOf("draft"))
		require.NoError(t, err)
		assert.True(t, res[0].Done)
		assert.Equal(t, 1, w.copies("draft"))
	})
}

// A copy that was there before is not taken for ours: the user wants two.
func TestAppendTwinAlreadyThere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		for range 2 {
			w.Fault(imaptest.Bye{On: imaptest.Nth{Command: "APPEND"}, Late: true})
			res, err := a.Apply(t.Context(), "INBOX", appendOf("draft"))
			require.NoError(t, err)
			assert.True(t, res[0].Done)
			w.ClearFaults()
		}
		assert.Equal(t, 2, w.copies("draft"))
	})
}

// A program that was killed while an operation was in flight asks what became of it.
func TestOutcomeAfterACrash(t *testing.T) {
	for _, arrived := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, nil)
			a := w.open(t)
			ops := []account.Op{appendOf("draft")}
			require.NoError(t, a.Plan(t.Context(), "INBOX", ops))
			ops[0].Intent.Tried = true
			stored, err := json.Marshal(ops[0].Intent)
			require.NoError(t, err)
			if arrived {
				_, err := a.Apply(t.Context(), "INBOX", appendOf("draft"))
				require.NoError(t, err)
			}
			again := appendOf("draft")
			require.NoError(t, json.Unmarshal(stored, &again.Intent))
			res, err := a.Apply(t.Context(), "INBOX", again)
			require.NoError(t, err)
			assert.True(t, res[0].Done)
			assert.Equal(t, 1, w.copies("draft"))
		})
	}
}

// TestEveryCut cuts the connection after every so many octets of each operation. No
// message is lost or doubled, whatever the server can.
func TestEveryCut(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"all": nil, "no MOVE": {"MOVE"}, "no UIDPLUS": {"UIDPLUS"}, "no ESEARCH": {"ESEARCH", "CONDSTORE", "QRESYNC"}} {
		for _, kind := range []account.OpKind{account.OpMove, account.OpCopy, account.OpAppend, account.OpFlags, account.OpExpunge} {
			t.Run(name+" "+kind.String(), func(t *testing.T) {
				for cut := 1250; cut < 2450; cut += 37 {
					bubble(t, func(t *testing.T) { everyCut(t, without, kind, cut) })
					if t.Failed() {
						t.Fatalf("cut after %d octets", cut)
					}
				}
			})
		}
	}
}

func everyCut(t *testing.T, without []imap.Cap, kind account.OpKind, cut int) {
	w := newWorld(t, &imaptest.Options{Without: without, Faults: []imaptest.Fault{imaptest.OnSession(1, imaptest.CutAfter{Bytes: cut})}})
	box := w.inbox(5)
	_, err := w.User("user").Create("Archive")
	require.NoError(t, err)
	w.User("user").Mailbox("Archive").Deliver(box.Messages()[1].Raw) // a twin of long ago
	box.AddFlags(5, imap.FlagDeleted)                                // by another client
	op := account.Op{Kind: kind, UIDs: imap.UIDs(2, 4), To: "Archive", Add: []imap.Flag{imap.FlagFlagged}, Remove: []imap.Flag{imap.FlagSeen}}
	if kind == account.OpAppend {
		op = appendOf("new")
	}
	res, err := w.open(t).Apply(t.Context(), "INBOX", op)
	require.NoError(t, err)
	_, there := box.Message(5)
	assert.True(t, there, "what others have marked is theirs")
	for i := range 5 {
		assert.GreaterOrEqual(t, w.copies(fmt.Sprintf("message %d", i)), map[bool]int{true: 0, false: 1}[kind == account.OpExpunge])
	}
	assert.Zero(t, w.count("EXPUNGE")+w.count("CLOSE"))
	if !res[0].Done {
		if assert.Error(t, res[0].Err) && without != nil {
			assert.ErrorIs(t, res[0].Err, imap.ErrUnsupported)
		}
		return
	}
	switch kind {
	case account.OpMove:
		assert.Equal(t, 2, w.copies("message 1"), "with the twin")
		assert.Equal(t, 1, w.copies("message 3"))
		assert.Equal(t, 3, box.Len())
	case account.OpCopy:
		assert.Equal(t, 3, w.copies("message 1"), "with the twin")
		assert.Equal(t, 2, w.copies("message 3"))
	case account.OpAppend:
		assert.Equal(t, 1, w.copies("new"))
	case account.OpFlags:
		m, _ := box.Message(2)
		assert.Equal(t, []imap.Flag{imap.FlagFlagged}, m.Flags)
	case account.OpExpunge:
		assert.Equal(t, 3, box.Len())
	}
}

func TestConflictWithWhatTheUserSaw(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		w := newWorld(t, opts)
		box := w.inbox(2)
		a := w.open(t)
		op := account.Op{Kind: account.OpFlags, UIDs: imap.UIDs(1), Seen: []imap.Flag{}, Add: []imap.Flag{imap.FlagSeen}}
		res, err := a.Apply(t.Context(), "INBOX", op, op)
		require.NoError(t, err)
		assert.True(t, res[0].Done)
		assert.True(t, res[1].Done, "ours is made already")
		box.AddFlags(1, "$theirs")
		res, err = a.Apply(t.Context(), "INBOX", op)
		require.NoError(t, err)
		var conflict *account.ConflictError
		require.ErrorAs(t, res[0].Err, &conflict)
		assert.Equal(t, []imap.Flag{"$theirs", imap.FlagSeen}, conflict.Theirs)
	})
}

func TestReplaceKeepsForeignKeyword(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		box := w.inbox(1)
		box.SetFlags(1, "$theirs", imap.FlagSeen)
		res, err := w.open(t).Apply(t.Context(), "INBOX", account.Op{Kind: account.OpFlags, UIDs: imap.UIDs(1), Add: []imap.Flag{"$ours"}, Remove: []imap.Flag{imap.FlagSeen}})
		require.NoError(t, err)
		assert.True(t, res[0].Done)
		m, _ := box.Message(1)
		assert.ElementsMatch(t, []imap.Flag{"$theirs", "$ours"}, m.Flags)
	})
}

func TestOperationsOnVoidUIDsAreRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		box := w.inbox(2)
		a := w.open(t)
		ops := []account.Op{{Kind: account.OpExpunge, UIDs: imap.UIDs(1)}}
		require.NoError(t, a.Plan(t.Context(), "INBOX", ops))
		box.SetUIDValidity(4711)
		res, err := a.Apply(t.Context(), "INBOX", ops...)
		require.NoError(t, err)
		assert.ErrorIs(t, res[0].Err, account.ErrUIDValidity)
		assert.Equal(t, 2, box.Len())
	})
}
