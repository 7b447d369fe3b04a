package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/internal/replica"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestWatchOfManyMailboxes watches more mailboxes than there are connections, by NOTIFY
// where a server has it, while another session changes them.
func TestWatchOfManyMailboxes(t *testing.T) {
	for _, name := range []string{"dovecot", "dovecot24", "cyrus", "cyrus312", "courier", "mox"} {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			t.Parallel()
			watchOfMany(t, servers.Shared(t, name))
		})
	}
}

// commandLog is a Tracer that counts commands by name.
type commandLog struct {
	mu    sync.Mutex
	count map[string]int
}

func (l *commandLog) Start(ctx context.Context, op account.Operation) context.Context { return ctx }

func (l *commandLog) End(_ context.Context, op account.Operation, out account.Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if out.Err == nil {
		l.count[op.Name]++
	}
}

func (l *commandLog) of(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[name]
}

func watchOfMany(t *testing.T, s *servers.Server) {
	u := s.FreshUser(t)
	log := &commandLog{count: map[string]int{}}
	a, err := account.Open(t.Context(), account.Config{
		URL: "imaps://" + strings.ReplaceAll(u.Name, "@", "%40") + "@" + s.TLSAddr, Credentials: account.Password(u.Password),
		Client: imap.Options{TLSConfig: s.TLSConfig()}, Tracer: log,
	})
	require.NoError(t, err)
	defer a.Close()
	other, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.AuthPassword(t.Context(), u.Name, u.Password))
	prefix := ""
	for b, err := range other.List(t.Context(), "INBOX", nil) {
		require.NoError(t, err)
		if b.Delim == "." {
			prefix = "INBOX."
		}
	}
	m := &manyModel{t: t, other: other, replicas: map[string]*replica.Replica{}}
	for i := range 6 {
		box := fmt.Sprintf("%swatched %d", prefix, i)
		require.NoError(t, other.Create(t.Context(), box, nil))
		m.names = append(m.names, box)
		m.replicas[box] = replica.New(box)
		m.append(box)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		var from []*account.State
		for _, box := range m.names {
			from = append(from, &account.State{Mailbox: box})
		}
		for c, err := range a.Watch(ctx, from, &account.WatchOptions{Poll: time.Second}) {
			m.take(c, err)
		}
	}()
	defer func() {
		cancel()
		<-done
	}()
	require.Eventually(t, func() bool { return m.equal(1) }, time.Minute, 50*time.Millisecond)
	for round := range 3 {
		for _, box := range m.names {
			m.append(box)
		}
		_, err := other.Select(t.Context(), m.names[round], nil)
		require.NoError(t, err)
		_, err = other.UIDStore(t.Context(), imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
		require.NoError(t, err)
		if !assert.Eventually(t, func() bool { return m.equal(round + 2) }, time.Minute, 50*time.Millisecond) {
			m.dump()
			return
		}
	}
	t.Logf("%d NOTIFY, %d STATUS, %d SELECT", log.of("NOTIFY"), log.of("STATUS"), log.of("SELECT"))
	if other.Caps().Has("NOTIFY") {
		assert.Positive(t, log.of("NOTIFY"), "the server has NOTIFY")
		assert.Zero(t, log.of("STATUS"), "and is not polled")
	}
}

// manyModel is several mailboxes.
type manyModel struct {
	t     *testing.T
	other *imap.Client
	names []string

	mu       sync.Mutex
	replicas map[string]*replica.Replica
	flagged  int
}

func (m *manyModel) append(box string) {
	raw := "Subject: to be watched\r\n\r\ntext\r\n"
	_, err := m.other.Append(m.t.Context(), box, int64(len(raw)), strings.NewReader(raw), nil)
	require.NoError(m.t, err)
}

func (m *manyModel) take(c *account.Change, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !assert.NoError(m.t, err) {
		return
	}
	if c.Kind == account.Flagged {
		m.flagged++
	}
	m.replicas[c.Mailbox].Apply(m.t, c)
}

// equal reports whether each mailbox has n messages, and each change of flags was seen.
func (m *manyModel) equal(n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.replicas {
		if r.Len() != n {
			return false
		}
	}
	return m.flagged == n-1
}

// dump logs what was yielded.
func (m *manyModel) dump() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.replicas {
		m.t.Log(strings.Join(r.Log, "\n"))
	}
}
