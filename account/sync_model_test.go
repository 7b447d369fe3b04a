package account_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// TestSyncModel runs Sync against a server that another client changes at random,
// over connections that break at random, in a program that is killed at random. In
// the end program and server must be equal, message by message and flag by flag.
//
// ACCOUNT_SEEDS is how many runs there are, ACCOUNT_SEED the first of them: each
// failure names its seed, which replays it.
func TestSyncModel(t *testing.T) {
	first, seeds := envInt("ACCOUNT_SEED", 1), envInt("ACCOUNT_SEEDS", 12)
	for seed := first; seed < first+seeds; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) { newModel(t, uint64(seed)).run() })
		})
		if t.Failed() {
			return
		}
	}
}

func envInt(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

// model is one run.
type model struct {
	t      *testing.T
	rnd    *rand.Rand
	w      *world
	box    string // the mailbox that is synced
	a      *account.Account
	r      *replica.Replica
	opts   *account.SyncOptions
	n      int // messages delivered
	epoch  uint32
	modSeq bool // the server has mod-sequences
	faulty bool
	quiet  bool // nothing happens but the pass

	deletions int // of the mailbox
}

var levels = map[string]*imaptest.Options{
	"qresync":   {},
	"condstore": {Without: []imap.Cap{"QRESYNC"}},
	"plain":     {Without: []imap.Cap{"QRESYNC", "CONDSTORE"}},
	"bare":      {Without: []imap.Cap{"QRESYNC", "CONDSTORE", "ESEARCH", "OBJECTID", "ENABLE", "LIST-STATUS"}},
	"no enable": {Without: []imap.Cap{"ENABLE", "OBJECTID"}},
	"uidonly":   {Capabilities: uidOnly(imaptest.Yahoo().Capabilities, "QRESYNC", "MESSAGELIMIT=50", "ESEARCH")},
	"yahoo":     {Capabilities: uidOnly(imaptest.Yahoo().Capabilities, "MESSAGELIMIT=20")},
}

// uidOnly returns capabilities with another MESSAGELIMIT, and more.
func uidOnly(caps []imap.Cap, more ...imap.Cap) []imap.Cap {
	return append(slices.DeleteFunc(slices.Clone(caps), func(c imap.Cap) bool { return strings.HasPrefix(string(c), "MESSAGELIMIT") }), more...)
}

var levelNames = []string{"qresync", "condstore", "plain", "bare", "no enable", "uidonly", "yahoo"}

func newModel(t *testing.T, seed uint64) *model {
	m := &model{t: t, rnd: rand.New(rand.NewPCG(seed, 64)), box: "INBOX", epoch: 1000}
	level := levelNames[m.rnd.IntN(len(levelNames))]
	opts := *levels[level]
	opts.TranscriptLimit = 64 << 10
	m.w = newWorld(t, &opts)
	m.modSeq = level != "plain" && level != "bare"
	if m.rnd.IntN(2) == 0 {
		m.box = "Box"
		_, err := m.w.User("user").Create("Box")
		require.NoError(t, err)
	}
	m.r = replica.New(m.box)
	m.r.Known = m.rnd.IntN(2) == 0
	m.opts = &account.SyncOptions{}
	if m.rnd.IntN(2) == 0 {
		m.opts.Items = imap.FetchItems{Envelope: true}
	}
	m.a = m.w.open(t, maxConns(1+m.rnd.IntN(3)))
	for range m.rnd.IntN(1200) * max(m.rnd.IntN(4)-2, 0) {
		m.deliver()
	}
	t.Logf("%s, %s, %d messages, known %v, items %v", level, m.box, m.mailbox().Len(), m.r.Known, m.opts.Items.Envelope)
	return m
}

func (m *model) mailbox() *imaptest.Mailbox { return m.w.User("user").Mailbox(m.box) }

func (m *model) run() {
	for round := range 25 {
		for range m.rnd.IntN(6) {
			m.step()
		}
		m.faulty = m.rnd.IntN(3) > 0
		if m.faulty {
			m.w.Fault(m.fault())
		}
		m.sync(m.rnd.IntN(2) == 0)
		m.w.ClearFaults()
		m.faulty = false
		if round%5 == 4 && !m.check() {
			return
		}
	}
}

// check makes one pass while all is quiet, after which nothing may differ.
func (m *model) check() bool {
	time.Sleep(time.Hour) // whatever the account waits for is over
	m.quiet = true
	m.sync(false)
	m.quiet = false
	if !m.r.Equal(m.t, contents(m.mailbox())) {
		for _, s := range m.w.Transcript() {
			m.t.Log(s)
		}
		return false
	}
	return !m.t.Failed()
}

// sync runs a Sync, with changes by others in the middle of it. If killed, it is left
// at some change, and what was not committed is lost.
func (m *model) sync(killed bool) {
	stop, busy := -1, m.rnd.IntN(3) == 0
	if killed {
		stop = m.rnd.IntN(20)
	}
	commit := 1 + m.rnd.IntN(5)
	n := 0
	for c, err := range m.a.Sync(m.t.Context(), m.r.From(m.t), m.r.Options(m.opts)) {
		if err != nil {
			m.r.Log = append(m.r.Log, "error: "+err.Error())
			if m.quiet {
				m.t.Errorf("while all is quiet: %v", err)
			}
			m.r.Crash()
			return
		}
		m.r.Apply(m.t, c)
		if n++; n%commit == 0 || c.Kind == account.Synced || c.Kind == account.Reset || c.Kind == account.Renamed {
			m.r.Commit(m.t, c)
		}
		if killed && n > stop {
			m.r.Log = append(m.r.Log, "killed")
			m.r.Crash()
			return
		}
		if busy && m.rnd.IntN(8) == 0 && (killed || m.faulty) {
			m.step()
		}
		if m.t.Failed() {
			return
		}
	}
	if !m.r.Started() {
		return
	}
	m.r.Crash() // what came after the last commit
}

// step is something that another client does.
func (m *model) step() {
	box := m.mailbox()
	list := box.Messages()
	pick := func() imap.UID {
		if len(list) == 0 {
			return 1
		}
		return list[m.rnd.IntN(len(list))].UID
	}
	flags := []imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagDeleted, "$Work", "other"}
	flag := flags[m.rnd.IntN(len(flags))]
	switch m.rnd.IntN(14) {
	case 0, 1, 2:
		m.deliver()
	case 3, 4:
		box.AddFlags(pick(), flag)
	case 5:
		box.RemoveFlags(pick(), flag)
	case 6:
		box.SetFlags(pick(), flag)
	case 7, 8:
		box.Expunge(pick())
	case 9: // equal counts
		m.deliver()
		box.Expunge(pick())
	case 10:
		if len(list) > 0 && m.rnd.IntN(4) == 0 {
			var uids []imap.UID
			for range m.rnd.IntN(len(list)) {
				uids = append(uids, pick())
			}
			if len(uids) > 0 {
				box.Expunge(uids...)
			}
		}
	case 11:
		box.RaiseModSeq(uint64(m.rnd.IntN(100)))
	case 12:
		if m.rnd.IntN(6) == 0 {
			m.epoch++
			box.SetUIDValidity(m.epoch)
		}
	case 13:
		m.recreate()
	}
}

// recreate deletes the mailbox and makes another one of the same name.
func (m *model) recreate() {
	if m.box == "INBOX" || m.rnd.IntN(8) > 0 {
		return
	}
	u := m.w.User("user")
	m.deletions++
	require.NoError(m.t, u.Delete(m.box))
	_, err := u.Create(m.box)
	require.NoError(m.t, err)
	for range m.rnd.IntN(4) {
		m.deliver()
	}
}

func (m *model) deliver() {
	m.n++
	var flags []imap.Flag
	if m.rnd.IntN(2) == 0 {
		flags = append(flags, imap.FlagSeen)
	}
	deliver(m.mailbox(), m.n, flags...)
}

// fault is something that goes wrong.
func (m *model) fault() imaptest.Fault {
	on := imaptest.Nth{Command: m.one("EXAMINE", "UID FETCH", "UID SEARCH", "ENABLE", "AUTHENTICATE"), N: 1 + m.rnd.IntN(3)}
	switch m.rnd.IntN(12) {
	case 0, 1, 2:
		return imaptest.CutAfter{Bytes: m.rnd.IntN(6000)}
	case 3:
		return imaptest.StallAfter{Bytes: m.rnd.IntN(6000)}
	case 4:
		return imaptest.Silent{On: on}
	case 5:
		return imaptest.Refuse{On: on, Code: m.one("UNAVAILABLE", "SERVERBUG", "INUSE", ""), Text: "sorry"}
	case 6:
		return imaptest.Bye{On: on, Code: m.one("UNAVAILABLE", ""), Text: "closing", Late: m.rnd.IntN(2) == 0}
	case 7:
		return imaptest.SplitFetch{At: 1 + m.rnd.IntN(2), WithUID: m.rnd.IntN(2) == 0}
	case 8:
		return imaptest.ByeGreeting{Code: "UNAVAILABLE", Text: "busy"}
	case 9:
		if m.modSeq { // silence in place of changed flags can't be told from no change
			return m.loseRows()
		}
		return imaptest.EarlyOK{On: imaptest.Nth{Command: "UID FETCH", N: 1 + m.rnd.IntN(2)}}
	case 10:
		return m.loseRows()
	default:
		return m.vanishAll()
	}
}

func (m *model) one(of ...string) string { return of[m.rnd.IntN(len(of))] }

// loseRows leaves out some of the rows of new messages.
func (m *model) loseRows() imaptest.Fault {
	every, n := 2+m.rnd.IntN(5), 0
	return imaptest.Rewrite{With: func(r string) string {
		if strings.Contains(r, " FETCH (") && strings.Contains(r, "ENVELOPE") {
			if n++; n%every == 0 {
				return ""
			}
		}
		return r
	}}
}

// vanishAll has the answer to QRESYNC say that everything is gone.
func (m *model) vanishAll() imaptest.Fault {
	return imaptest.Rewrite{With: func(r string) string {
		if strings.HasPrefix(r, "* VANISHED (EARLIER) ") {
			return "* VANISHED (EARLIER) 1:4294967295"
		}
		return r
	}}
}
