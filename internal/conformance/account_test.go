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
	login func() (*imap.Client, error)
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
	m.login = func() (*imap.Client, error) {
		c, err := imap.DialTLS(t.Context(), addr, &imap.Options{TLSConfig: conf})
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = c.Close() })
		return c, c.AuthPassword(t.Context(), u.Name, u.Password)
	}
	m.other, err = m.login()
	require.NoError(t, err)
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

// must does something in the other session, again if the server fails: a mailbox that was
// deleted is locked for a while, and Dovecot may end sessions that had it selected, or say
// SERVERBUG.
func (m *accountModel) must(do func(context.Context, *imap.Client) error) {
	m.t.Helper()
	var err error
	for range 50 {
		if m.other.Err() != nil {
			m.other, err = m.login()
			require.NoError(m.t, err)
			_, _ = m.other.Select(m.t.Context(), m.box, nil) // which may not exist now
		}
		if err = do(m.t.Context(), m.other); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	require.NoError(m.t, err)
}

// recreate makes the mailbox, deleting an older one of that name.
func (m *accountModel) recreate() {
	m.must(func(ctx context.Context, c *imap.Client) error {
		if _, err := c.Select(ctx, "INBOX", nil); err != nil { // servers end sessions in a mailbox that is deleted
			return err
		}
		_ = c.Delete(ctx, m.box) // which may not exist
		return c.Create(ctx, m.box, nil)
	})
	m.sel()
}

func (m *accountModel) sel() {
	m.must(func(ctx context.Context, c *imap.Client) error {
		_, err := c.Select(ctx, m.box, nil)
		return err
	})
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
	var found *imap.SearchResult[imap.UID]
	m.must(func(ctx context.Context, c *imap.Client) (err error) {
		found, err = c.UIDSearch(ctx, search.All(), nil)
		return err
	})
	uids := imap.UIDSet{}
	if n := found.All.Len(); n > 0 {
		uid, _ := found.All.At(m.rnd.Int64N(n))
		uids = imap.UIDs(uid)
	}
	flag := []imap.Flag{[]imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagAnswered, "$Work"}[m.rnd.IntN(4)]}
	store := func(op imap.StoreOp) {
		m.must(func(ctx context.Context, c *imap.Client) error {
			_, err := c.UIDStore(ctx, uids, op, flag, nil)
			return err
		})
	}
	switch m.rnd.IntN(10) {
	case 0, 1, 2, 3:
		m.n++
		raw := fmt.Sprintf("Subject: message %d\r\nMessage-ID: <%d@x>\r\n\r\ntext\r\n", m.n, m.n)
		flags := flag[:m.rnd.IntN(2)]
		m.must(func(ctx context.Context, c *imap.Client) error {
			if _, err := c.Append(ctx, m.box, int64(len(raw)), strings.NewReader(raw), &imap.AppendOptions{Flags: flags}); err != nil {
				return err
			}
			return c.Noop(ctx)
		})
	case 4, 5:
		store(imap.StoreAdd)
	case 6:
		store(imap.StoreRemove)
	case 7, 8:
		m.expunge(uids)
	case 9:
		if m.rnd.IntN(8) == 0 {
			m.recreate()
		}
	}
}

func (m *accountModel) expunge(uids imap.UIDSet) {
	if uids.Empty() {
		return
	}
	m.must(func(ctx context.Context, c *imap.Client) error {
		if _, err := c.UIDStore(ctx, uids, imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil); err != nil {
			return err
		}
		_, err := c.Expunge(ctx)
		return err
	})
}

// contents returns what the server has.
func (m *accountModel) contents() (have map[imap.UID][]imap.Flag) {
	m.sel()
	m.must(func(ctx context.Context, c *imap.Client) error {
		have = map[imap.UID][]imap.Flag{}
		for msg, err := range c.UIDFetch(ctx, imap.UIDRange(1, 1<<32-1), imap.FetchItems{UID: true, Flags: true}, nil) {
			if err != nil {
				return err
			}
			have[msg.UID] = msg.Flags
		}
		return nil
	})
	return have
}
