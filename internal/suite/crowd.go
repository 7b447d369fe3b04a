package suite

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
)

const (
	crowdBoxes    = 5
	crowdMessages = 12 // in each mailbox, under the same UIDs
	crowdWorkers  = 50
	crowdRounds   = 3
)

// crowdFlags are the flags that workers set, in the mailbox of that number alone.
var crowdFlags = [crowdBoxes]imap.Flag{imap.FlagFlagged, imap.FlagAnswered, imap.FlagDraft, imap.FlagSeen, ""}

// testCrowd has 50 goroutines work in 5 mailboxes over one connection.
func testCrowd(t *T) {
	c := t.Login()
	t.Need(c, imap.CapMove)
	t.Need(c, imap.CapUIDPlus)
	newCrowd(t, c, "On").run()
}

// testCrowdWithoutMove is testCrowd for the commands that stand for MOVE.
func testCrowdWithoutMove(t *T) {
	c := t.loginWithoutMove()
	t.Need(c, imap.CapUIDPlus)
	newCrowd(t, c, "Off").run()
}

// loginWithoutMove logs in and keeps from the client that the server knows MOVE.
func (t *T) loginWithoutMove() *imap.Client {
	opts := t.Options()
	opts.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		d := tls.Dialer{Config: opts.TLSConfig}
		conn, err := d.DialContext(ctx, network, t.Server.TLSAddr)
		return &withoutMove{conn}, err
	}
	c, err := imap.DialInsecure(t.Ctx, t.Server.TLSAddr, opts) // over TLS, of which the client knows nothing
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, t.enter(c, t.User()))
	require.False(t, c.Caps().Has(imap.CapMove))
	return c
}

// withoutMove is a connection of a server that has another name for MOVE.
type withoutMove struct{ net.Conn }

func (w *withoutMove) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if bytes.Contains(b[:n], []byte("IMAP4rev1")) {
		copy(b, bytes.ReplaceAll(bytes.ReplaceAll(b[:n], []byte(" MOVE"), []byte(" XMOV")), []byte("IMAP4rev2"), []byte("IMAP4revX")))
	}
	return n, err
}

// crowd is one run of the test.
type crowd struct {
	*T
	c     *imap.Client
	boxes [crowdBoxes]string
	dest  string

	mu      sync.Mutex
	removed [crowdBoxes]map[imap.UID]bool // that a worker has named, whether it came to that or not
}

func newCrowd(t *T, c *imap.Client, name string) *crowd {
	w := &crowd{T: t, c: c, dest: t.NewBox(c, "Dest"+name)}
	for k := range w.boxes {
		w.boxes[k] = t.NewBox(c, fmt.Sprint("Box", k, name))
		w.removed[k] = map[imap.UID]bool{}
		var all []mail
		for i := range crowdMessages {
			all = append(all, note(fmt.Sprintf("box %d note %d", k, i)))
		}
		t.Put(c, w.boxes[k], all...)
	}
	return w
}

func (w *crowd) run() {
	var wg sync.WaitGroup
	for g := range crowdWorkers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(g)))
			for range crowdRounds {
				if err := w.work(rng, g%crowdBoxes); err != nil {
					w.Errorf("goroutine %d: %v", g, err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(w, w.c.Noop(w.Ctx), "the connection goes on")
	for k := range w.boxes {
		w.check(k)
	}
	for _, m := range w.list(w.dest) {
		k, i := w.origin(m)
		assert.True(w, w.removed[k][imap.UID(i+1)], "no call named %q", m.Envelope.Subject)
		w.checkFlags(m, k)
	}
}

// work does something in mailbox k, a fourth of the time only until a context ends.
func (w *crowd) work(rng *rand.Rand, k int) error {
	ctx, hurried := w.Ctx, rng.IntN(4) == 0
	if hurried {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(rng.IntN(20))*time.Millisecond)
		defer cancel()
	}
	kind, uid := rng.IntN(7), imap.UID(1+rng.IntN(crowdMessages))
	if kind >= 5 {
		_, err := w.c.Select(ctx, w.boxes[rng.IntN(crowdBoxes)], nil)
		return w.unless(hurried, err)
	}
	return w.unless(hurried, w.c.WithMailbox(ctx, w.boxes[k], nil, func(ctx context.Context, _ *imap.Mailbox) error {
		switch kind {
		case 0:
			return w.read(ctx, k)
		case 1:
			return w.open(ctx, k, uid)
		case 2:
			if crowdFlags[k] == "" {
				return nil
			}
			_, err := w.c.UIDStore(ctx, imap.UIDRange(1, crowdMessages), imap.StoreAdd, []imap.Flag{crowdFlags[k]}, nil)
			return err
		case 3:
			w.name(k, uid)
			_, err := w.c.UIDMove(ctx, imap.UIDs(uid), w.dest)
			return err
		}
		w.name(k, uid)
		_, err := w.c.UIDDelete(ctx, imap.UIDs(uid))
		return err
	}))
}

// unless returns err if it is worth a report: neither that a message has gone, nor that a
// hurried worker had no time.
func (w *crowd) unless(hurried bool, err error) error {
	var refused *imap.StatusError
	if w.c.Err() == nil && (hurried || errors.Is(err, imap.CodeNonExistent) || errors.As(err, &refused)) {
		return nil
	}
	return err
}

func (w *crowd) name(k int, uid imap.UID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.removed[k][uid] = true
}

// read looks at all messages of mailbox k.
func (w *crowd) read(ctx context.Context, k int) error {
	for m, err := range w.c.UIDFetch(ctx, imap.UIDRange(1, crowdMessages), imap.FetchItems{Envelope: true}, nil) {
		if err != nil {
			return err
		}
		if from, i := w.origin(m); from != k || imap.UID(i+1) != m.UID {
			w.Errorf("message %d of mailbox %d is %q", m.UID, k, m.Envelope.Subject)
		}
	}
	return nil
}

// open reads the text of a message of mailbox k.
func (w *crowd) open(ctx context.Context, k int, uid imap.UID) error {
	m, err := w.c.UIDFetchOne(ctx, uid, imap.FetchItems{BodyStructure: true, Envelope: true})
	if err != nil {
		return err
	}
	if from, _ := w.origin(m); from != k {
		w.Errorf("message %d of mailbox %d is %q", m.UID, k, m.Envelope.Subject)
	}
	for part := range m.BodyStructure.Leaves(imap.PreferPlain) {
		r, err := w.c.OpenPart(ctx, uid, part, nil)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if !strings.Contains(string(text), "Just a note.") {
			w.Errorf("the text of message %d of mailbox %d is %q", uid, k, text)
		}
	}
	return nil
}

// origin returns of which mailbox a message is, and which.
func (w *crowd) origin(m *imap.Message) (k, i int) {
	_, err := fmt.Sscanf(m.Envelope.Subject, "box %d note %d", &k, &i)
	assert.NoError(w, err, m.Envelope.Subject)
	return k, i
}

func (w *crowd) list(mailbox string) []*imap.Message {
	_, err := w.c.Select(w.Ctx, mailbox, nil)
	require.NoError(w, err)
	return w.Fetch(w.c, imap.FetchItems{Envelope: true, Flags: true, UID: true})
}

// check finds in mailbox k all that no worker has named, and nothing else.
func (w *crowd) check(k int) {
	found := map[imap.UID]bool{}
	for _, m := range w.list(w.boxes[k]) {
		from, _ := w.origin(m)
		assert.Equal(w, k, from)
		found[m.UID] = true
		w.checkFlags(m, k)
	}
	for uid := imap.UID(1); uid <= crowdMessages; uid++ {
		assert.True(w, found[uid] || w.removed[k][uid], "message %d of mailbox %d was removed, and no call named it", uid, k)
	}
}

// checkFlags checks that a message of mailbox k only has flags that were set there.
func (w *crowd) checkFlags(m *imap.Message, k int) {
	for i, flag := range crowdFlags {
		assert.False(w, i != k && flag != "" && m.HasFlag(flag), "%q has %s", m.Envelope.Subject, flag)
	}
}
