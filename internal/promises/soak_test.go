package promises_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/search"
)

// TestSoak has a client work at random on a server of package imaptest, whose mailboxes
// others change, over connections that break and with contexts that end. After each
// step client and server must agree: on what a call has done, and on what is there.
//
// IMAP_SOAK is how long it takes, 20 seconds without it. IMAP_SOAK_SEED is the first seed.
// A failure names its seed.
func TestSoak(t *testing.T) {
	length := 20 * time.Second
	if text := os.Getenv("IMAP_SOAK"); text != "" {
		var err error
		length, err = time.ParseDuration(text)
		require.NoError(t, err)
	}
	first, _ := strconv.ParseUint(os.Getenv("IMAP_SOAK_SEED"), 10, 64)
	began := time.Now()
	for seed := first; seed == first || time.Since(began) < length; seed++ {
		ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) { newSoak(t, seed).run() })
		})
		if !ok {
			return
		}
	}
}

const soakSteps = 60

// soak is the run of one seed.
type soak struct {
	t     *testing.T
	rng   *rand.Rand
	srv   *imaptest.Server
	boxes []string
	n     int // messages so far
	c     *imap.Client
	trace []string
}

// boxState is what a mailbox has: the flags of each UID.
type boxState map[imap.UID]string

func newSoak(t *testing.T, seed uint64) *soak {
	s := &soak{t: t, rng: rand.New(rand.NewPCG(seed, 11)), boxes: []string{"INBOX", "One", "Two"}}
	var without []imaptest.Cap
	for _, c := range []imaptest.Cap{"LITERAL+", "MOVE", "ESEARCH", "QRESYNC", "CONDSTORE", "UIDPLUS", "MULTIAPPEND", "COMPRESS=DEFLATE"} {
		if s.rng.IntN(4) == 0 {
			without = append(without, c)
		}
	}
	s.srv = imaptest.NewServer(t, &imaptest.Options{
		Without: without,
		Users:   []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "One"}, {Name: "Two"}}}},
	})
	for range 12 {
		s.deliver()
	}
	return s
}

func (s *soak) run() {
	defer func() {
		if s.t.Failed() {
			s.t.Log(strings.Join(s.trace, "\n"))
		}
		s.c.Close()
		time.Sleep(time.Second) // the last read ends
	}()
	s.connect()
	for range soakSteps {
		if s.rng.IntN(3) == 0 {
			s.others()
		}
		s.step()
		if s.rng.IntN(3) == 0 {
			s.compare()
		}
	}
	s.compare()
}

func (s *soak) note(format string, args ...any) {
	s.trace = append(s.trace, fmt.Sprintf(format, args...))
}

// box returns a mailbox as the server has it.
func (s *soak) box(name string) *imaptest.Mailbox { return s.srv.User("user").Mailbox(name) }

func (s *soak) any() string { return s.boxes[s.rng.IntN(len(s.boxes))] }

func (s *soak) text() []byte {
	s.n++
	return imaptest.CRLF(fmt.Sprintf("Subject: message %d\n\n%s", s.n, strings.Repeat("a line of text\n", 1+s.rng.IntN(2000)*s.rng.IntN(2))))
}

func (s *soak) deliver() { s.box(s.any()).Deliver(s.text()) }

// others is what other sessions do.
func (s *soak) others() {
	name := s.any()
	box := s.box(name)
	list := box.Messages()
	if len(list) < 4 || s.rng.IntN(3) == 0 {
		s.note("others: deliver")
		s.deliver()
		return
	}
	uid := list[s.rng.IntN(len(list))].UID
	if s.rng.IntN(2) == 0 {
		s.note("others: expunge %d of %s", uid, name)
		box.Expunge(uid)
		return
	}
	s.note("others: flag %d of %s", uid, name)
	box.AddFlags(uid, imap.FlagAnswered)
}

// state returns what the server has, when it has done all that was asked of it.
func (s *soak) state() map[string]boxState {
	synctest.Wait()
	all := map[string]boxState{}
	for _, name := range s.boxes {
		b := boxState{}
		for _, m := range s.box(name).Messages() {
			b[m.UID] = flagList(m.Flags)
		}
		all[name] = b
	}
	return all
}

func flagList(flags []imap.Flag) string {
	flags = slices.DeleteFunc(slices.Clone(flags), func(f imap.Flag) bool { return f == imap.FlagRecent })
	slices.Sort(flags)
	return fmt.Sprint(flags)
}

// connect logs in and selects a mailbox, on the first connection that holds so long.
func (s *soak) connect() {
	ctx := s.t.Context()
	for {
		if s.c != nil {
			s.c.Close()
		}
		conn := &slow{Conn: s.srv.Pipe()}
		if s.rng.IntN(3) == 0 {
			conn.left = 500 + s.rng.IntN(40_000)
			conn.cuts = true
		}
		c, err := imap.NewClient(ctx, conn, &imap.Options{ReadTimeout: time.Minute, MaxDiscard: 64 << 20})
		if err != nil {
			continue
		}
		s.c = c
		err = c.Login(ctx, "user", "password")
		if err == nil && c.Caps().Has("COMPRESS=DEFLATE") && s.rng.IntN(3) == 0 {
			err = c.Compress(ctx)
		}
		if err == nil && c.Caps().Has(imap.CapQResync) && s.rng.IntN(2) == 0 {
			_, err = c.Enable(ctx, imap.CapQResync)
		}
		if err == nil {
			_, err = c.Select(ctx, s.any(), nil)
		}
		if err == nil {
			s.note("connected")
			return
		}
		require.Error(s.t, c.Err(), "%v", err)
	}
}

// slow is a connection on which octets take their time, and which may break.
type slow struct {
	net.Conn
	cuts bool
	left int
}

func (c *slow) Read(b []byte) (int, error) {
	time.Sleep(time.Microsecond)
	if c.cuts && c.left <= 0 {
		c.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	if c.cuts && len(b) > c.left {
		b = b[:c.left]
	}
	n, err := c.Conn.Read(b)
	c.left -= n
	return n, err
}

func (c *slow) Write(b []byte) (int, error) {
	time.Sleep(time.Microsecond)
	return c.Conn.Write(b)
}

// step does one thing, checks what has come of it, and connects again if it cost the
// connection.
func (s *soak) step() {
	ctx, hurried := s.t.Context(), s.rng.IntN(4) == 0
	if hurried {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(s.rng.IntN(40))*time.Microsecond)
		defer cancel()
	}
	if s.c.Mailbox() == nil {
		if _, err := s.c.Select(s.t.Context(), s.any(), nil); err != nil {
			s.connect()
			return
		}
	}
	if err := s.c.Noop(s.t.Context()); err != nil { // a session does nothing with messages that it has not been told of
		s.connect()
		return
	}
	before := s.state()
	name, check, err := s.act(ctx, s.c.Mailbox().Name)
	s.note("%s: %v", name, err)
	if err != nil && hurried && s.c.Err() == nil { // what was abandoned is done before the next command
		_ = s.c.Noop(s.t.Context())
	}
	after := s.state()
	switch {
	case err == nil:
		assert.NoError(s.t, check(before, after), name)
	case imap.SafeToRetry(err):
		assert.Equal(s.t, before, after, "%s: %v", name, err)
	}
	if err != nil && s.c.Err() == nil {
		var refused *imap.StatusError
		known := hurried || errors.As(err, &refused) || errors.Is(err, imap.CodeNonExistent) || errors.Is(err, imap.ErrUnsupported)
		assert.True(s.t, known, "%s: %v", name, err)
	}
	if s.c.Err() != nil {
		s.connect()
	}
}

// outcome checks what a successful call has changed.
type outcome = func(before, after map[string]boxState) error

func unchanged(before, after map[string]boxState) error {
	if !maps.EqualFunc(before, after, func(a, b boxState) bool { return maps.Equal(a, b) }) {
		return fmt.Errorf("the mailboxes were %v and are %v", before, after)
	}
	return nil
}

// someUIDs returns some that are or may be in the mailbox.
func (s *soak) someUIDs(name string) imap.UIDSet {
	var set imap.UIDSet
	for _, m := range s.box(name).Messages() {
		if s.rng.IntN(3) == 0 {
			set.AddNum(m.UID)
		}
	}
	set.AddNum(imap.UID(1 + s.rng.IntN(30)))
	return set
}

func (s *soak) act(ctx context.Context, in string) (name string, check outcome, err error) {
	to := s.any()
	uids := s.someUIDs(in)
	switch s.rng.IntN(10) {
	case 0:
		_, err = s.c.Select(ctx, to, nil)
		return "SELECT " + to, unchanged, err
	case 1:
		text := s.text()
		put, err := s.c.Append(ctx, to, int64(len(text)), struct{ io.Reader }{strings.NewReader(string(text))}, nil)
		return "APPEND " + to, func(before, after map[string]boxState) error {
			if len(after[to]) != len(before[to])+1 {
				return fmt.Errorf("%v, and then %v", before[to], after[to])
			}
			if m, ok := s.box(to).Message(put.UID()); put.UID() != 0 && (!ok || string(m.Raw) != string(text)) {
				return fmt.Errorf("message %d is not what was added", put.UID())
			}
			return nil
		}, err
	case 2:
		_, err = s.c.UIDStore(ctx, uids, imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
		return "STORE " + uids.String(), func(before, after map[string]boxState) error {
			for uid, flags := range after[in] {
				if uids.Contains(uid) && !strings.Contains(flags, `\Flagged`) || !uids.Contains(uid) && flags != before[in][uid] {
					return fmt.Errorf("message %d has %s", uid, flags)
				}
			}
			return nil
		}, err
	case 3:
		res, err := s.c.UIDCopy(ctx, uids, to)
		return "COPY " + uids.String() + " " + to, func(_, after map[string]boxState) error { return s.copied(res, in, to, after) }, err
	case 4:
		res, err := s.c.UIDMove(ctx, uids, to)
		return "MOVE " + uids.String() + " " + to, func(before, after map[string]boxState) error {
			for uid := range before[in] {
				if _, there := after[in][uid]; there == uids.Contains(uid) {
					return fmt.Errorf("message %d: there %v", uid, there)
				}
			}
			return s.copied(res, "", to, after)
		}, err
	case 5:
		_, err = s.c.UIDDelete(ctx, uids)
		return "delete " + uids.String(), func(before, after map[string]boxState) error {
			for uid := range before[in] {
				if _, there := after[in][uid]; there == uids.Contains(uid) {
					return fmt.Errorf("message %d: there %v", uid, there)
				}
			}
			return nil
		}, err
	case 6:
		return "FETCH", unchanged, s.leaveEarly(ctx)
	case 7:
		return "FETCH of bodies", unchanged, s.bodies(ctx, in)
	case 8:
		st, err := s.c.Status(ctx, to, imap.StatusMessages)
		return "STATUS " + to, func(_, after map[string]boxState) error {
			if int(st.Messages) != len(after[to]) {
				return fmt.Errorf("%d messages", st.Messages)
			}
			return nil
		}, err
	}
	return "IDLE", unchanged, s.idle(ctx)
}

// copied checks that the copies are where COPYUID says.
func (s *soak) copied(res *imap.CopyResult, from, to string, after map[string]boxState) error {
	for source, dest := range res.Pairs() {
		m, ok := s.box(to).Message(dest)
		if !ok {
			return fmt.Errorf("there is no message %d in %v", dest, after[to])
		}
		if from == "" {
			continue
		}
		if was, ok := s.box(from).Message(source); ok && string(was.Raw) != string(m.Raw) {
			return fmt.Errorf("message %d is no copy of %d", dest, source)
		}
	}
	return nil
}

func (s *soak) leaveEarly(ctx context.Context) error {
	left := s.rng.IntN(6)
	for _, err := range s.c.UIDFetch(ctx, all, flags, nil) {
		if err != nil {
			return err
		}
		if left--; left < 0 {
			break
		}
	}
	return nil
}

// bodies reads messages, some of them in part, and others beside them.
func (s *soak) bodies(ctx context.Context, in string) error {
	for b, err := range s.c.UIDFetchBodies(ctx, all, whole, nil) {
		if err != nil {
			return err
		}
		switch s.rng.IntN(4) {
		case 0:
			if err := s.c.Noop(ctx); err != nil {
				return err
			}
		case 1:
			continue
		}
		text, err := io.ReadAll(b)
		if err != nil {
			return err
		}
		if m, ok := s.box(in).Message(b.Message.UID); ok && string(m.Raw) != string(text) {
			assert.Fail(s.t, "another text", "message %d of %s", b.Message.UID, in)
		}
	}
	return nil
}

func (s *soak) idle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.rng.IntN(60))*time.Microsecond)
	defer cancel()
	for _, err := range s.c.Idle(ctx) {
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// compare checks that the client sees what the server has.
func (s *soak) compare() {
	if err := s.agree(); err != nil {
		require.Error(s.t, s.c.Err(), "%v", err)
		s.connect()
	}
}

func (s *soak) agree() error {
	ctx := s.t.Context()
	if s.c.Mailbox() == nil {
		if _, err := s.c.Select(ctx, s.any(), nil); err != nil {
			return err
		}
	}
	if err := s.c.Noop(ctx); err != nil {
		return err
	}
	m, want := s.c.Mailbox(), s.state()[s.c.Mailbox().Name]
	assert.EqualValues(s.t, len(want), m.Messages, m.Name)
	found, err := s.c.UIDSearch(ctx, search.All(), nil)
	if err != nil {
		return err
	}
	got := boxState{}
	for msg, err := range s.c.UIDFetch(ctx, all, imap.FetchItems{Flags: true, Size: true, Envelope: true}, nil) {
		if err != nil {
			return err
		}
		got[msg.UID] = flagList(msg.Flags)
		assert.True(s.t, found.All.Contains(msg.UID))
		raw, _ := s.box(m.Name).Message(msg.UID)
		assert.EqualValues(s.t, len(raw.Raw), msg.Size)
		assert.Contains(s.t, string(raw.Raw), "Subject: "+msg.Envelope.Subject+"\r\n")
	}
	assert.Equal(s.t, want, got, m.Name)
	assert.EqualValues(s.t, len(want), found.All.Len())
	return nil
}
