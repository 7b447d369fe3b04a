package promises_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// uidOnly returns a client with UIDONLY enabled and INBOX open, of a server that says
// OK to everything, and what it has sent.
func uidOnly(t *testing.T, caps string) (*imap.Client, func() []string) {
	t.Helper()
	var peer *scripted.Peer
	c := connect(t, nil, func(p *scripted.Peer) {
		peer = p
		p.Send("* PREAUTH [CAPABILITY " + caps + " UIDONLY] ready")
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("ENABLE"):
				p.Send("* ENABLED UIDONLY QRESYNC", c.Tag+" OK done")
			case c.Is("SELECT"), c.Is("EXAMINE"):
				p.Send("* 3 EXISTS", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 9] next", c.Tag+" OK done")
			case c.Is("IDLE"):
				p.Send("+ idling")
				p.Line()
				p.OK(c)
			case c.Is("COMPRESS"), c.Is("STARTTLS"):
				p.Sendf("%s NO not now", c.Tag)
			default:
				p.OK(c)
			}
			return true
		})
	})
	_, err := c.Enable(t.Context(), response.CapUIDOnly)
	require.NoError(t, err)
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c, func() []string { return peer.Log() }
}

// TestUIDOnlyForEveryMethod calls every method of the Client with UIDONLY enabled: those
// that take or return message sequence numbers are errors before anything is sent, and
// no other one sends any (RFC 9586 §3).
func TestUIDOnlyForEveryMethod(t *testing.T) {
	typ := reflect.TypeFor[*imap.Client]()
	refused, sent := 0, map[string]bool{}
	for i := range typ.NumMethod() {
		method := typ.Method(i)
		t.Run(method.Name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c, log := uidOnly(t, everything)
				before := len(log())
				err := call(t, c, method)
				_ = c.Close()
				if speaksInNumbers(method.Type) {
					refused++
					var state *imap.StateError
					require.ErrorAs(t, err, &state)
					assert.Contains(t, state.Error(), "UIDONLY")
					assert.Len(t, log(), before, "nothing was sent")
				}
				for _, line := range log()[before:] {
					words := strings.Fields(line)
					assert.NotContains(t, strings.Fields("FETCH STORE SEARCH COPY MOVE SORT THREAD REPLACE CONVERT"), words[1], line)
					sent[words[1]] = true
				}
			})
		})
	}
	assert.Equal(t, 9, refused, "Fetch, FetchBodies, Store, Search, Sort, Thread, Copy, Move, Replace")
	assert.True(t, sent["UID"])
}

// speaksInNumbers reports whether a method has message sequence numbers in its parameters
// or its results.
func speaksInNumbers(method reflect.Type) bool {
	var all []reflect.Type
	for i := range method.NumIn() {
		all = append(all, method.In(i))
	}
	for i := range method.NumOut() {
		all = append(all, method.Out(i))
	}
	for _, typ := range all {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ == reflect.TypeFor[imap.SeqSet]() || typ == reflect.TypeFor[imap.SeqNum]() || strings.Contains(typ.Name(), "SeqNum]") {
			return true
		}
	}
	return false
}

// TestUIDOnlyInArguments: numbers within arguments are found, too, and in commands of
// one's own.
func TestUIDOnlyInArguments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, log := uidOnly(t, everything)
		before := len(log())
		numbered := search.Or(search.Seen(), search.Seq(imap.Seqs(1)))
		_, searched := c.UIDSearch(t.Context(), numbered, nil)
		_, sorted := c.UIDSort(t.Context(), []commands.SortKey{{Field: commands.SortDate}}, numbered, nil)
		_, threaded := c.UIDThread(t.Context(), commands.ThreadReferences, numbered, nil)
		_, selected := c.Select(t.Context(), "INBOX", &imap.SelectOptions{QResync: &commands.QResync{
			UIDValidity: 1, ModSeq: 1, MatchSeqs: imap.Seqs(1), MatchUIDs: imap.UIDs(1),
		}})
		_, star := imap.Collect(c.Fetch(t.Context(), imap.SeqRange(1, imap.Star), flags, nil))
		_, saved := c.Store(t.Context(), response.Saved[imap.SeqNum](), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
		_, raw := c.Do(t.Context(), commands.Raw{Command: "fetch", Args: []commands.Arg{commands.ArgNumber(1), commands.ArgAtom("UID")}})
		_, typed := c.Do(t.Context(), commands.Raw{Command: "UID XFETCH", Args: []commands.Arg{commands.ArgSeqs(imap.Seqs(1))}})
		for name, err := range map[string]error{
			"key": searched, "sort": sorted, "thread": threaded, "match data": selected, "star": star, "$": saved, "raw": raw, "typed": typed,
		} {
			var state *imap.StateError
			require.ErrorAs(t, err, &state, name)
			assert.ErrorContains(t, err, "UIDONLY", name)
		}
		assert.Len(t, log(), before)
		assert.Equal(t, imap.StateSelected, c.State(), "a SELECT that was not sent changes nothing")
		works(t, c)
	})
}

// TestUIDOnlyEvents: changes come by UID, and what comes in the middle of the answer to
// another command is an event and no second row.
func TestUIDOnlyEvents(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen []string
		opts := &imap.Options{OnEvent: func(e imap.Event) {
			switch e := e.(type) {
			case *imap.VanishedData:
				seen = append(seen, "vanished "+e.UIDs.String())
			case *imap.Message:
				seen = append(seen, "flags of "+imap.UIDs(e.UID).String())
			}
		}}
		c := connect(t, opts, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 ENABLE UIDPLUS UIDONLY] ready")
			p.Answer("ENABLE UIDONLY", "* ENABLED UIDONLY")
			p.Answer("SELECT INBOX", "* 3 EXISTS", "* OK [UIDVALIDITY 1] valid")
			p.Answer(`UID STORE 11:12 +FLAGS (\Seen)`,
				`* 11 UIDFETCH (FLAGS (\Seen))`, `* 13 UIDFETCH (FLAGS (x))`, `* 12 UIDFETCH (FLAGS (\Seen))`)
			p.Answer("UID FETCH 11:12 (FLAGS RFC822.SIZE)",
				`* 11 UIDFETCH (FLAGS (\Seen) RFC822.SIZE 1)`, `* 11 UIDFETCH (FLAGS ())`, `* VANISHED 13`, `* 12 UIDFETCH (FLAGS (\Seen) UID 12 RFC822.SIZE 2)`)
			p.Answer("EXPUNGE", "* VANISHED 12")
			p.Answer("NOOP", "* VANISHED 11")
			p.Answer("NOOP")
		})
		_, err := c.Enable(t.Context(), response.CapUIDOnly)
		require.NoError(t, err)
		_, err = c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		stored, err := c.UIDStore(t.Context(), imap.UIDRange(11, 12), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
		require.NoError(t, err)
		require.Len(t, stored.Messages, 2)
		assert.EqualValues(t, 11, stored.Messages[0].UID)
		assert.EqualValues(t, 12, stored.Messages[1].UID)
		rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDRange(11, 12), imap.FetchItems{Flags: true, Size: true}, nil))
		require.NoError(t, err)
		require.Len(t, rows, 2)
		assert.Zero(t, rows[0].SeqNum)
		assert.EqualValues(t, 2, c.Mailbox().Messages)
		gone, err := c.Expunge(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "12", gone.UIDs.String())
		assert.Empty(t, gone.SeqNums)
		require.NoError(t, c.Noop(t.Context()))
		assert.Zero(t, c.Mailbox().Messages)
		works(t, c)
		_ = c.Close()
		<-c.Done()
		assert.Equal(t, []string{"flags of 13", "flags of 11", "vanished 13", "vanished 12", "vanished 11"}, seen)
	})
}

// loggedIn returns a client of an imaptest server, logged in.
func loggedIn(t *testing.T, srv *imaptest.Server) *imap.Client {
	t.Helper()
	c, err := imap.NewClient(t.Context(), srv.Pipe(), &imap.Options{AllowInsecureAuth: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	return c
}

// TestUIDOnlyNewest: the newest messages are found without numbers, with PARTIAL and
// without.
func TestUIDOnlyNewest(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"PARTIAL": nil, "plain": {"PARTIAL", "CONTEXT=SEARCH"}} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, &imaptest.Options{Without: without})
			for range 5 {
				srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: x\n\nx\n"))
			}
			srv.User("user").Mailbox("INBOX").Expunge(4)
			c := loggedIn(t, srv)
			_, err := c.Enable(t.Context(), response.CapUIDOnly)
			require.NoError(t, err)
			_, err = c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
			newest, err := c.UIDNewest(t.Context(), 3, false)
			require.NoError(t, err)
			assert.Equal(t, []imap.UID{5, 3, 2}, newest)
		})
	}
}

// TestUIDOnlyEnds: a session without UIDONLY has numbers again after UNAUTHENTICATE.
func TestUIDOnlyEnds(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: x\n\nx\n"))
	c := loggedIn(t, srv)
	_, err := c.Enable(t.Context(), response.CapUIDOnly)
	require.NoError(t, err)
	require.NoError(t, c.Unauthenticate(t.Context()))
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	rows, err := imap.Collect(c.Fetch(t.Context(), imap.Seqs(1), flags, nil))
	require.NoError(t, err)
	assert.Len(t, rows, 1)
}
