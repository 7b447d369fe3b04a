package imaptest_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// TestOthersChanges: what one session sees of another's work, and when.
func TestOthersChanges(t *testing.T) {
	srv := withHello(t, 3, nil)
	a, b := selected(t, srv), selected(t, srv)
	skip(t, b, "b1 STORE 1 +FLAGS (\\Deleted)")
	skip(t, b, "b2 EXPUNGE")
	// not while sequence numbers are in use
	converse(t, a, `
		C: a1 FETCH 1 (UID BODY.PEEK[HEADER.FIELDS (Subject)])
		S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (Subject)] {20}
		S| Subject: Hello 1
		S| 
		S: )
		S: a1 OK FETCH completed
		C: a2 STORE 1 +FLAGS \Seen
		S: a2 NO [EXPUNGEISSUED] Some of the messages are gone
		C: a3 SEARCH SUBJECT "Hello"
		S: * SEARCH 1 2 3
		S: a3 OK SEARCH completed
		C: a4 UID SEARCH 1:*
		S: * SEARCH 1 2 3
		S: * 1 EXPUNGE
		S: a4 OK SEARCH completed`)
	skip(t, b, "b3 STORE 1 +FLAGS (\\Flagged)")
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(hello), "$New")
	converse(t, a, `
		C: a5 STORE 1 +FLAGS.SILENT (\Draft)
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $New)
		S: * OK [PERMANENTFLAGS <*>
		S: * 3 EXISTS
		S: * 3 RECENT
		S: * 1 FETCH (FLAGS (\Flagged \Draft \Recent))
		S: a5 OK STORE completed`)
}

func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := withHello(t, 2, nil)
		conn := selected(t, srv)
		box := srv.User("user").Mailbox("INBOX")
		converse(t, conn, "C: a1 IDLE\nS: + idling")
		synctest.Wait()
		box.Deliver(imaptest.CRLF(hello))
		converse(t, conn, "S: * 3 EXISTS\nS: * 3 RECENT")
		box.AddFlags(2, `\Seen`)
		converse(t, conn, `S: * 2 FETCH (FLAGS (\Seen \Recent))`)
		box.Expunge(1)
		converse(t, conn, "S: * 1 EXPUNGE\nC: DONE\nS: a1 OK IDLE completed")
	})
}

// TestBubble runs TLS, with and without STARTTLS, where there is no network.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.NewServer(t, &imaptest.Options{RequireTLS: true})
		conn := srv.Pipe()
		defer conn.Close()
		converseForever(t, conn, `
			S: * OK [CAPABILITY <*> STARTTLS <*> LOGINDISABLED] <*>
			C: a1 LOGIN user password
			S: a1 NO [PRIVACYREQUIRED] LOGIN needs TLS
			C: a2 STARTTLS
			S: a2 OK <*>`)
		converseForever(t, tls.Client(conn, srv.TLSConfig()), "C: a3 LOGIN user password\nS: a3 OK <*>")
		secure := tls.Client(srv.PipeTLS(), srv.TLSConfig())
		defer secure.Close()
		converseForever(t, secure, "S: * OK <*>\nC: a1 LOGIN user password\nS: a1 OK <*>")
		assert.Equal(t, 2, srv.Sessions())
	})
}

func TestMailboxDeletedByOthers(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{
		{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "Box"}}},
	}})
	conn := loggedIn(t, srv)
	skip(t, conn, "a1 SELECT Box")
	require.NoError(t, srv.User("user").Delete("Box"))
	converse(t, conn, "C: a2 NOOP\nS: * BYE Mailbox was deleted or renumbered by another session")
	assert.False(t, srv.User("user").HasMailbox("Box"))
}

// TestNoGoroutineOutlivesClose opens sessions in all states and closes.
func TestNoGoroutineOutlivesClose(t *testing.T) {
	before := runtime.NumGoroutine()
	srv := withHello(t, 1, nil)
	for i := range 10 {
		conn := dial(t, srv.Addr())
		if i%2 == 0 {
			conn = dial(t, srv.TLSAddr()) // no handshake
		}
		_ = conn
		pipe := selected(t, srv)
		converse(t, pipe, "C: a1 IDLE\nS: + idling")
	}
	srv.Fault(imaptest.StallAfter{Bytes: 3})
	stalled := srv.Pipe()
	t.Cleanup(func() { stalled.Close() })
	_, err := stalled.Read(make([]byte, 3))
	require.NoError(t, err)
	srv.Close()
	assert.Zero(t, srv.Sessions())
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 20*time.Second, time.Millisecond)
}

// TestNoLostUpdate has many sessions change one mailbox and compares what is
// left with a model. IMAP_SOAK=1 makes it a minute long.
func TestNoLostUpdate(t *testing.T) {
	duration, sessions := 1500*time.Millisecond, 40
	if os.Getenv("IMAP_SOAK") != "" {
		duration, sessions = time.Minute, 200
	} else if testing.Short() {
		duration = 300 * time.Millisecond
	}
	srv := imaptest.NewServer(t, nil)
	if _, err := srv.User("user").Create("Archive"); err != nil {
		t.Fatal(err)
	}
	model := make([]map[string]bool, sessions) // what each session left of its messages: subject, archived
	var wg sync.WaitGroup
	end := time.Now().Add(duration)
	for i := range sessions {
		model[i] = make(map[string]bool)
		wg.Go(func() {
			conn := srv.Pipe()
			defer conn.Close()
			w := &worker{t: t, conn: conn, r: bufio.NewReader(conn), id: i, model: model[i], rnd: rand.New(rand.NewPCG(1, uint64(i)))}
			w.run(end)
		})
	}
	wg.Wait()
	want := make(map[string]bool)
	for _, m := range model {
		for subject, archived := range m {
			want[subject] = archived
		}
	}
	got := make(map[string]bool)
	for _, name := range []string{"INBOX", "Archive"} {
		for _, m := range srv.User("user").Mailbox(name).Messages() {
			subject, _, _ := strings.Cut(strings.TrimPrefix(string(m.Raw), "Subject: "), "\r\n")
			_, twice := got[subject]
			require.False(t, twice, "%s is there twice", subject)
			got[subject] = name == "Archive"
			require.True(t, response.ContainsFlag(m.Flags, response.Flag(mark(subject))), "%s lost its mark: %v", subject, m.Flags)
		}
	}
	assert.Equal(t, want, got)
	t.Logf("%d messages left", len(got))
}

// mark returns the keyword that a message gets: one of ten.
func mark(subject string) string { return "$mark" + subject[len(subject)-2:len(subject)-1] }

// worker appends, marks, moves and expunges messages of its own.
type worker struct {
	t     *testing.T
	conn  net.Conn
	r     *bufio.Reader
	id    int
	model map[string]bool
	rnd   *rand.Rand
	tag   int
}

func (w *worker) do(command string) []string {
	w.tag++
	return skipWith(w.t, w.conn, w.r, fmt.Sprintf("t%d %s", w.tag, command))
}

func (w *worker) run(end time.Time) {
	_, err := w.r.ReadString('\n')
	require.NoError(w.t, err)
	w.do("LOGIN user password")
	w.do("SELECT INBOX")
	for n := 0; time.Now().Before(end); n++ {
		subject := fmt.Sprintf("<%d.%d>", w.id, n)
		text := "Subject: " + subject + "\r\n\r\nx"
		w.do(fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(text), text))
		w.model[subject] = false
		uid := w.find(subject)
		w.do("UID STORE " + uid + " +FLAGS.SILENT (" + mark(subject) + ")")
		switch w.rnd.IntN(4) {
		case 0:
			w.do("UID MOVE " + uid + " Archive")
			w.model[subject] = true
		case 1:
			w.do("UID STORE " + uid + " +FLAGS.SILENT (\\Deleted)")
			w.do("UID EXPUNGE " + uid)
			delete(w.model, subject)
		case 2:
			w.do("UID STORE " + uid + " +FLAGS (\\Seen)")
			w.do("UID STORE " + uid + " -FLAGS (\\Seen)")
		}
	}
}

// find returns the UID of a message.
func (w *worker) find(subject string) string {
	for _, line := range w.do(`UID SEARCH RETURN (MAX) SUBJECT "` + subject + `"`) {
		if _, max, found := strings.Cut(line, " MAX "); found && strings.HasPrefix(line, "* ESEARCH") {
			return max
		}
	}
	w.t.Errorf("message %s is lost", subject)
	return "1"
}
