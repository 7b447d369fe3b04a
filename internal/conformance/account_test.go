package conformance_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/search"
)

// TestAccountModel keeps a replica of a mailbox in step by Sync and Watch, against
// imaptest and the real servers, while another session changes the mailbox at
// random, connections break at random, and the program is killed at random. In the
// end both must be equal, message by message and flag by flag.
//
// ACCOUNT_SEEDS is how many runs there are for each server, ACCOUNT_SEED the first.
func TestAccountModel(t *testing.T) {
	first, seeds := number("ACCOUNT_SEED", 1), number("ACCOUNT_SEEDS", 1)
	t.Run("imaptest", func(t *testing.T) {
		srv := imaptest.NewServer(t, nil)
		n := 0
		accountModels(t, first, seeds, srv.TLSAddr(), srv.TLSConfig(), func(t testing.TB) servers.User {
			n++
			u := imaptest.Account{Name: fmt.Sprintf("u%d", n), Password: "secret"}
			require.NoError(t, srv.AddUser(u))
			return servers.User{Name: u.Name, Password: u.Password}
		})
	})
	for _, name := range []string{"dovecot", "dovecot24", "cyrus", "cyrus312", "courier", "mox"} {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			t.Parallel()
			s := servers.Shared(t, name)
			accountModels(t, first, seeds, s.TLSAddr, s.TLSConfig(), s.FreshUser)
		})
	}
}

func number(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

func accountModels(t *testing.T, first, seeds int, addr string, conf *tls.Config, fresh func(testing.TB) servers.User) {
	u := fresh(t)
	for seed := first; seed < first+seeds; seed++ {
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			newAccountModel(t, uint64(seed), addr, conf, u).run(seed%2 == 0)
		})
		if !ok {
			return
		}
	}
}

// accountModel is one run.
type accountModel struct {
	t     *testing.T
	rnd   *rand.Rand
	net   *relay
	a     *account.Account
	other *imap.Client // another session, over a network that works
	r     *replica.Replica
	box   string
	opts  *account.SyncOptions
	n     int
}

func newAccountModel(t *testing.T, seed uint64, addr string, conf *tls.Config, u servers.User) *accountModel {
	m := &accountModel{t: t, rnd: rand.New(rand.NewPCG(seed, 65)), net: &relay{}, opts: &account.SyncOptions{}}
	if m.rnd.IntN(2) == 0 {
		m.opts.Items = imap.FetchItems{Envelope: true}
	}
	cfg := account.Config{
		URL: "imaps://" + strings.ReplaceAll(u.Name, "@", "%40") + "@" + addr, Credentials: account.Password(u.Password), Lazy: true,
		MaxConns: 1 + m.rnd.IntN(2), MaxAttempts: 4, Backoff: account.Backoff{Min: time.Millisecond, Max: 10 * time.Millisecond},
		Client: imap.Options{TLSConfig: conf, Dial: m.net.dial, ReadTimeout: 10 * time.Second},
	}
	var err error
	m.a, err = account.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, m.a.Close()) })
	m.other, err = imap.DialTLS(t.Context(), addr, &imap.Options{TLSConfig: conf})
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.other.Close() })
	require.NoError(t, m.other.AuthPassword(t.Context(), u.Name, u.Password))
	prefix := ""
	for b, err := range m.other.List(t.Context(), "INBOX", nil) {
		require.NoError(t, err)
		if b.Delim == "." {
			prefix = "INBOX."
		}
	}
	m.box = prefix + fmt.Sprintf("model%d", seed)
	m.recreate()
	m.r = replica.New(m.box)
	m.r.Known = m.rnd.IntN(2) == 0
	return m
}

// recreate makes the mailbox, deleting an older one of that name.
func (m *accountModel) recreate() {
	_, err := m.other.Select(m.t.Context(), "INBOX", nil) // servers end sessions in a mailbox that is deleted
	require.NoError(m.t, err)
	_ = m.other.Delete(m.t.Context(), m.box)
	require.NoError(m.t, m.other.Create(m.t.Context(), m.box, nil))
	m.sel()
}

func (m *accountModel) sel() {
	_, err := m.other.Select(m.t.Context(), m.box, nil)
	require.NoError(m.t, err)
}

func (m *accountModel) run(watch bool) {
	for round := range 6 {
		if watch {
			m.watch()
		} else {
			for range 4 {
				m.steps()
				m.breakNetwork()
				m.sync(m.rnd.IntN(2) == 0)
			}
		}
		m.net.set(0, false)
		m.net.cutAll()
		for try := 0; try < 5; try++ { // sessions that were cut may hold locks for a while
			time.Sleep(30 * time.Millisecond) // what the account waits for is over
			before := m.r.Synced
			if m.sync(false); m.r.Synced > before {
				break
			}
		}
		if !m.r.Equal(m.t, m.contents()) || m.t.Failed() {
			m.t.Logf("round %d", round)
			return
		}
	}
}

// breakNetwork has the network break, or not.
func (m *accountModel) breakNetwork() {
	switch m.rnd.IntN(4) {
	case 0:
		m.net.set(0, false)
	case 1:
		m.net.set(int64(2000+m.rnd.IntN(8000)), m.rnd.IntN(8) == 0)
		m.net.cutAll()
	case 2:
		m.net.set(int64(3000+m.rnd.IntN(30000)), false)
	case 3:
		m.net.cutAll()
	}
}

// sync runs a Sync; if killed, it is left at some change, and what was not committed
// is lost.
func (m *accountModel) sync(killed bool) {
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	stop, commit, n := m.rnd.IntN(12), 1+m.rnd.IntN(4), 0
	defer m.r.Crash()
	for c, err := range m.a.Sync(ctx, m.r.From(m.t), m.r.Options(m.opts)) {
		if err != nil {
			m.r.Log = append(m.r.Log, "error: "+err.Error())
			return
		}
		m.r.Apply(m.t, c)
		if n++; n%commit == 0 || c.Kind == account.Synced || c.Kind == account.Reset {
			m.r.Commit(m.t, c)
		}
		if killed && n > stop || m.t.Failed() {
			return
		}
		if killed && m.rnd.IntN(10) == 0 {
			m.step()
		}
	}
}

// watch changes the mailbox under a Watch.
func (m *accountModel) watch() {
	ctx, cancel := context.WithCancel(m.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c, err := range m.a.Watch(ctx, []*account.State{m.r.From(m.t)}, &account.WatchOptions{SyncOptions: *m.r.Options(m.opts)}) {
			if !assert.NoError(m.t, err) {
				return
			}
			m.r.Apply(m.t, c)
			m.r.Commit(m.t, c)
		}
	}()
	for range 4 {
		m.breakNetwork()
		m.steps()
		time.Sleep(time.Duration(m.rnd.IntN(300)) * time.Millisecond)
	}
	cancel()
	<-done
}

func (m *accountModel) steps() {
	for range m.rnd.IntN(6) {
		m.step()
	}
}

// step is something that the other session does.
func (m *accountModel) step() {
	ctx, c := m.t.Context(), m.other
	found, err := c.UIDSearch(ctx, search.All(), nil)
	require.NoError(m.t, err)
	pick := func() imap.UIDSet {
		n := found.All.Len()
		if n == 0 {
			return imap.UIDSet{}
		}
		uid, _ := found.All.At(m.rnd.Int64N(n))
		return imap.UIDs(uid)
	}
	flag := []imap.Flag{[]imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagAnswered, "$Work"}[m.rnd.IntN(4)]}
	switch m.rnd.IntN(10) {
	case 0, 1, 2, 3:
		m.n++
		raw := fmt.Sprintf("Subject: message %d\r\nMessage-ID: <%d@x>\r\n\r\ntext\r\n", m.n, m.n)
		_, err = c.Append(ctx, m.box, int64(len(raw)), strings.NewReader(raw), &imap.AppendOptions{Flags: flag[:m.rnd.IntN(2)]})
		require.NoError(m.t, err)
		require.NoError(m.t, c.Noop(ctx))
	case 4, 5:
		_, err = c.UIDStore(ctx, pick(), imap.StoreAdd, flag, nil)
	case 6:
		_, err = c.UIDStore(ctx, pick(), imap.StoreRemove, flag, nil)
	case 7, 8:
		m.expunge(pick())
	case 9:
		if m.rnd.IntN(8) == 0 {
			m.recreate()
		}
	}
	require.NoError(m.t, err)
}

func (m *accountModel) expunge(uids imap.UIDSet) {
	if uids.Empty() {
		return
	}
	_, err := m.other.UIDStore(m.t.Context(), uids, imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(m.t, err)
	_, err = m.other.Expunge(m.t.Context())
	require.NoError(m.t, err)
}

// contents returns what the server has.
func (m *accountModel) contents() map[imap.UID][]imap.Flag {
	m.sel()
	have := map[imap.UID][]imap.Flag{}
	for msg, err := range m.other.UIDFetch(m.t.Context(), imap.UIDRange(1, 1<<32-1), imap.FetchItems{UID: true, Flags: true}, nil) {
		require.NoError(m.t, err)
		have[msg.UID] = msg.Flags
	}
	return have
}
