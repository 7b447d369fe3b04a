package imaptest_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestFaults plays each fault in a selected session, into which it comes after
// SELECT.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name       string
		faults     []imaptest.Fault
		transcript string
		eof        bool // the session is over then
	}{
		{"cut after", []imaptest.Fault{imaptest.CutAfter{Bytes: 10}}, `
			C: a1 NOOP
			S: a1 OK NOOP`, true},
		{"cut in literal", []imaptest.Fault{imaptest.CutInLiteral{N: 2, After: 3}}, `
			C: a1 FETCH 1:2 (BODY.PEEK[TEXT]<0.6>)
			S: * 1 FETCH (BODY[TEXT]<0> {6}
			S: Hello,)
			S: * 2 FETCH (BODY[TEXT]<0> {6}
			S: Hel`, true},
		{"byte by byte", []imaptest.Fault{imaptest.ByteByByte{}}, `
			C: a1 FETCH 1 (UID)
			S: * 1 FETCH (UID 1)
			S: a1 OK FETCH completed`, false},
		{"chunks", []imaptest.Fault{imaptest.Chunks{Size: 7}, imaptest.Unsolicited{After: 1, Lines: []string{"* {exists} EXISTS"}}}, `
			C: a1 NOOP
			S: a1 OK NOOP completed
			S: * 3 EXISTS
			C: a2 NOOP
			S: a2 OK NOOP completed`, false},
		{"split", []imaptest.Fault{imaptest.SplitFetch{UID: 2, WithUID: true}}, `
			C: a1 UID FETCH 1:2 (FLAGS RFC822.SIZE)
			S: * 1 FETCH (UID 1 FLAGS (\Recent) RFC822.SIZE 165)
			S: * 2 FETCH (UID 2)
			S: * 2 FETCH (UID 2 FLAGS (\Recent) RFC822.SIZE 165)
			S: a1 OK FETCH completed`, false},
		{"unsolicited", []imaptest.Fault{imaptest.Unsolicited{Lines: []string{
			"* OK [ALERT] Beware", `* {exists} FETCH (UID {uid} FLAGS (\Seen))`, "* XFROB {recent} {tag}",
		}}}, `
			C: a1 NOOP
			S: a1 OK NOOP completed
			S: * OK [ALERT] Beware
			S: * 3 FETCH (UID 3 FLAGS (\Seen))
			S: * XFROB 0 a1`, false},
		{"bye", []imaptest.Fault{imaptest.Bye{On: imaptest.Nth{N: 2}, Code: "UNAVAILABLE"}}, `
			C: a1 NOOP
			S: a1 OK NOOP completed
			C: a2 NOOP
			S: * BYE [UNAVAILABLE] Server shutting down`, true},
		{"late bye", []imaptest.Fault{imaptest.Bye{On: imaptest.Nth{Command: "FETCH"}, Late: true}}, `
			C: a1 FETCH 1 UID
			S: * 1 FETCH (UID 1)
			S: * BYE Server shutting down`, true},
		{"refuse", []imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "APPEND", N: 2}, Code: "OVERQUOTA", Text: "Full"}}, `
			C: a1 APPEND INBOX {4+}
			C| a: b
			S: * 4 EXISTS
			S: * 4 RECENT
			S: a1 OK <*>
			C: a2 APPEND INBOX {4+}
			C| a: b
			S: a2 NO [OVERQUOTA] Full
			C: a3 APPEND INBOX {4+}
			C| a: b
			S: * 5 EXISTS
			S: * 5 RECENT
			S: a3 OK <*>`, false},
		{"refuse uid form", []imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "UID FETCH", Every: true}, Status: "BAD"}}, `
			C: a1 FETCH 1 UID
			S: * 1 FETCH (UID 1)
			S: a1 OK FETCH completed
			C: a2 UID FETCH 1 UID
			S: a2 BAD FETCH failed on demand`, false},
		{"backoff", []imaptest.Fault{imaptest.Backoff{Wait: 2 * time.Second}}, `
			C: a1 NOOP
			S: a1 BAD Request is throttled. Suggested Backoff Time: 2000 milliseconds
			C: a2 NOOP
			S: a2 OK NOOP completed`, false},
		{"structure", []imaptest.Fault{imaptest.SpoilStructure{UID: 1}}, `
			C: a1 FETCH 1 (UID BODYSTRUCTURE FLAGS)
			S: * 1 FETCH (UID 1 BODYSTRUCTURE ("text" "plain" ("charset") FLAGS (\Recent))
			S: a1 OK FETCH completed`, false},
		{"wrong literal", []imaptest.Fault{imaptest.WrongLiteral{N: 1, Delta: -2}}, `
			C: a1 FETCH 1:2 (BODY.PEEK[TEXT]<0.6>)
			S: * 1 FETCH (BODY[TEXT]<0> {4}
			S: Hello,)
			S: * 2 FETCH (BODY[TEXT]<0> {6}
			S: Hello,)
			S: a1 OK FETCH completed`, false},
		{"refuse literal", []imaptest.Fault{imaptest.RefuseLiteral{N: 1, Code: "TOOBIG"}}, `
			C: a1 APPEND INBOX {4}
			S: a1 NO [TOOBIG] No literals now
			C: a2 APPEND INBOX {4}
			S: + Ready for literal data
			C| a: b
			S: * 4 EXISTS
			S: * 4 RECENT
			S: a2 OK <*>`, false},
		{"early ok", []imaptest.Fault{imaptest.EarlyOK{On: imaptest.Nth{Command: "APPEND"}}}, `
			C: a1 APPEND INBOX {4}
			S: a1 OK APPEND completed early
			C: a2 NOOP
			S: a2 OK NOOP completed`, false},
		{"silent", []imaptest.Fault{imaptest.Silent{}}, `
			C: a1 NOOP
			C: a2 NOOP
			S: a2 OK NOOP completed`, false},
		{"wrong tag", []imaptest.Fault{imaptest.WrongTag{}}, `
			C: a1 NOOP
			S: zzz9 OK NOOP completed
			C: a2 NOOP
			S: a2 OK NOOP completed`, false},
		{"rewrite", []imaptest.Fault{imaptest.Rewrite{With: strings.ToUpper}}, `
			C: a1 NOOP
			S: A1 OK NOOP COMPLETED`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := withHello(t, 3, nil)
			conn := selected(t, srv)
			srv.Fault(c.faults...)
			converse0(t, conn, c.transcript, c.eof)
			if c.eof {
				return
			}
			srv.ClearFaults()
			converse(t, conn, "C: z1 NOOP\nS: z1 OK NOOP completed")
		})
	}
}

// converse0 is converse, whose last line may be cut.
func converse0(t *testing.T, conn net.Conn, transcript string, eof bool) {
	t.Helper()
	if !eof {
		converse(t, conn, transcript)
		return
	}
	transcript = strings.TrimSpace(transcript)
	i := strings.LastIndex(transcript, "\n")
	converse(t, conn, transcript[:i])
	rest, err := io.ReadAll(conn)
	require.NoError(t, err)
	want := strings.TrimPrefix(strings.TrimSpace(transcript[i:]), "S: ")
	assert.Equal(t, want, strings.TrimRight(string(rest), "\r\n"))
}

func TestGreetings(t *testing.T) {
	for name, c := range map[string]struct {
		fault      imaptest.Fault
		transcript string
	}{
		"bye":      {imaptest.ByeGreeting{Code: "UNAVAILABLE"}, "S: * BYE [UNAVAILABLE] Too many connections"},
		"own":      {imaptest.Greeting{Line: "* OK"}, "S: * OK\nC: a1 NOOP\nS: a1 OK NOOP completed"},
		"preauth":  {imaptest.Preauth{User: "user"}, "S: * PREAUTH [CAPABILITY IMAP4rev1 <*>] Logged in as user\nC: a1 SELECT INBOX\nS: * FLAGS <*>"},
		"no caps":  {imaptest.HideCapabilities{}, "S: * OK IMAP server ready\nC: a1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 <*>"},
		"one less": {imaptest.HideCapabilities{Names: []imaptest.Cap{"IDLE"}}, "S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ID ENABLE STARTTLS AUTH=PLAIN <*>"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{c.fault}})
			conn := srv.Pipe()
			defer conn.Close()
			converse(t, conn, c.transcript)
		})
	}
}

func TestInjectAfterStartTLS(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{
		imaptest.InjectAfterStartTLS{Text: "* CAPABILITY IMAP4rev1 AUTH=PLAIN"},
	}})
	conn := dial(t, srv.Addr())
	converse(t, conn, `
		S: * OK <*>
		C: a1 STARTTLS
		S: a1 OK Begin TLS negotiation now
		S: * CAPABILITY IMAP4rev1 AUTH=PLAIN`)
	require.NoError(t, tls.Client(conn, srv.TLSConfig()).Handshake())
}

// TestSlowFaults needs time, which a bubble has for free.
func TestSlowFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault imaptest.Fault
		takes time.Duration
	}{
		"delay":    {imaptest.Delay{Each: time.Minute}, time.Minute},
		"throttle": {imaptest.Throttle{BytesPerSecond: 1}, 22 * time.Second},
		"refuse":   {imaptest.Refuse{On: imaptest.Nth{Command: "FETCH"}, After: time.Hour}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := withHello(t, 1, nil)
				conn := selected(t, srv)
				srv.Fault(c.fault)
				require.NoError(t, conn.SetDeadline(time.Time{}))
				start := time.Now()
				converseForever(t, conn, "C: a1 NOOP\nS: a1 OK NOOP completed")
				assert.Equal(t, c.takes, time.Since(start))
				srv.Close()
			})
		})
	}
}

func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := withHello(t, 1, nil)
		conn := selected(t, srv)
		release := make(chan struct{})
		srv.Fault(imaptest.StallAfter{Bytes: 5, Release: release})
		require.NoError(t, conn.SetDeadline(time.Time{}))
		time.AfterFunc(time.Hour, func() { close(release) })
		start := time.Now()
		converseForever(t, conn, "C: a1 NOOP\nS: a1 OK NOOP completed")
		assert.Equal(t, time.Hour, time.Since(start))
		srv.Close()
	})
}

func TestOnSession(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{
		imaptest.OnSession(2, imaptest.ByeGreeting{}),
	}})
	for _, want := range []string{"S: * OK <*>", "S: * BYE <*>", "S: * OK <*>"} {
		conn := srv.Pipe()
		converse(t, conn, want)
		conn.Close()
	}
}

func TestDisconnect(t *testing.T) {
	srv := withHello(t, 1, nil)
	conn := selected(t, srv)
	assert.Equal(t, 1, srv.Sessions())
	srv.Disconnect()
	_, err := conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	converse(t, selected(t, srv), "C: a1 NOOP\nS: a1 OK NOOP completed")
}
