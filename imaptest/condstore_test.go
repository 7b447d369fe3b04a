package imaptest_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// TestDelayedExpungeLowersHighestModSeq holds RFC 7162 §3.2: a server that sends
// MODSEQ while it delays an expunge sends a lower HIGHESTMODSEQ, from which the
// client can resume.
func TestDelayedExpungeLowersHighestModSeq(t *testing.T) {
	for name, transcript := range map[string]string{
		"STORE": `
			C: a3 STORE 3 +FLAGS (\Flagged)
			S: * 3 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (7))
			S: a3 OK [HIGHESTMODSEQ 5] STORE completed`,
		"silent STORE": `
			C: a3 STORE 3 +FLAGS.SILENT (\Flagged)
			S: * 3 FETCH (UID 3 MODSEQ (7))
			S: a3 OK [HIGHESTMODSEQ 5] STORE completed`,
		"conditional STORE": `
			C: a3 STORE 2:3 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\Flagged)
			S: * 2 FETCH (UID 2 MODSEQ (7))
			S: * OK [HIGHESTMODSEQ 5] To resume from
			S: a3 OK [MODIFIED 3] Conditional STORE failed for some`,
		"FETCH that sets \\Seen": `
			C: a3 FETCH 3 BODY[TEXT]
			S: * 3 FETCH (BODY[TEXT] {15}
			S| Hello, world!
			S:  UID 3 FLAGS (\Seen \Recent) MODSEQ (7))
			S: a3 OK [HIGHESTMODSEQ 5] FETCH completed`,
		"older MODSEQ": `
			C: a3 FETCH 3 MODSEQ
			S: * 3 FETCH (MODSEQ (4))
			S: a3 OK FETCH completed`,
		"raised again": `
			C: a3 STORE 3 +FLAGS.SILENT (\Flagged)
			S: * 3 FETCH (UID 3 MODSEQ (7))
			S: a3 OK [HIGHESTMODSEQ 5] STORE completed
			C: a4 SEARCH ALL
			S: * SEARCH 1 2 3
			S: a4 OK SEARCH completed
			C: a5 STORE 2 +FLAGS.SILENT (\Flagged)
			S: * 2 FETCH (UID 2 MODSEQ (8))
			S: a5 OK [HIGHESTMODSEQ 5] STORE completed
			C: a6 NOOP
			S: * VANISHED 1
			S: a6 OK [HIGHESTMODSEQ 8] NOOP completed
			C: a7 STORE 1 -FLAGS.SILENT (\Flagged)
			S: * 1 FETCH (UID 2 MODSEQ (9))
			S: a7 OK STORE completed`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 3, nil)
			a := loggedIn(t, srv)
			skip(t, a, "a1 ENABLE QRESYNC")
			skip(t, a, "a2 SELECT INBOX")
			b := selected(t, srv)
			skip(t, b, `b1 STORE 1 +FLAGS.SILENT (\Deleted)`)
			skip(t, b, "b2 EXPUNGE")
			converse(t, a, transcript)
		})
	}
}

// TestModSeqIsNeverLeftOut holds RFC 7162 §3.1: after a command that enables
// CONDSTORE, each change is sent with its MODSEQ.
func TestModSeqIsNeverLeftOut(t *testing.T) {
	for name, c := range map[string]struct{ before, transcript string }{
		"change of another session, learned by FETCH": {"ENABLE CONDSTORE", `
			C: a3 FETCH 1:2 (UID FLAGS)
			S: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent))
			S: * 2 FETCH (UID 2 FLAGS (\Recent))
			S: * 1 FETCH (FLAGS (\Flagged \Recent) MODSEQ (5))
			S: a3 OK FETCH completed
			C: a4 NOOP
			S: a4 OK NOOP completed`},
		"FLAGS and MODSEQ asked for": {"ENABLE CONDSTORE", `
			C: a3 FETCH 1 (FLAGS MODSEQ)
			S: * 1 FETCH (FLAGS (\Flagged \Recent) MODSEQ (5))
			S: a3 OK FETCH completed`},
		"\\Seen by FETCH": {"ENABLE CONDSTORE", `
			C: a3 FETCH 2 (FLAGS BODY[TEXT]<0.2>)
			S: * 2 FETCH (FLAGS (\Seen \Recent) BODY[TEXT]<0> {2}
			S: He MODSEQ (6))
			S: * 1 FETCH (FLAGS (\Flagged \Recent) MODSEQ (5))
			S: a3 OK FETCH completed`},
		"first enabling command": {"NOOP", `
			C: a3 FETCH 2 MODSEQ
			S: * 2 FETCH (MODSEQ (3))
			S: * 1 FETCH (FLAGS (\Flagged \Recent) MODSEQ (5))
			S: * OK [HIGHESTMODSEQ 5] Highest
			S: a3 OK FETCH completed
			C: a4 FETCH 2 MODSEQ
			S: * 2 FETCH (MODSEQ (3))
			S: a4 OK FETCH completed`},
		"not aware": {"NOOP", `
			C: a3 FETCH 1 FLAGS
			S: * 1 FETCH (FLAGS (\Flagged \Recent))
			S: a3 OK FETCH completed`},
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 3, nil)
			a := loggedIn(t, srv)
			skip(t, a, "a1 "+c.before)
			skip(t, a, "a2 SELECT INBOX")
			srv.User("user").Mailbox("INBOX").AddFlags(1, `\Flagged`)
			converse(t, a, c.transcript)
		})
	}
}

// TestESearchCondStore is ImapTest's group esearch-condstore: which MODSEQ goes
// with which result options (RFC 4731 §3.2), and each way to enable CONDSTORE.
func TestESearchCondStore(t *testing.T) {
	srv := withHello(t, 4, nil)
	box := srv.User("user").Mailbox("INBOX")
	box.AddFlags(2, "$x") // 6
	box.AddFlags(1, "$x") // 7
	box.AddFlags(3, "$x") // 8
	box.AddFlags(4, "$x") // 9
	box.AddFlags(2, "$y") // 10
	for options, want := range map[string]string{
		"MIN":             "MIN 1 MODSEQ 7",
		"MAX":             "MAX 4 MODSEQ 9",
		"MIN MAX":         "MIN 1 MAX 4 MODSEQ 9",
		"MIN COUNT":       "MIN 1 COUNT 4 MODSEQ 10",
		"MAX ALL":         "MAX 4 ALL 1:4 MODSEQ 10",
		"":                "ALL 1:4 MODSEQ 10",
		"PARTIAL 3:9":     "PARTIAL (3:9 3:4) MODSEQ 9",
		"MIN PARTIAL 3:3": "MIN 1 PARTIAL (3:3 3) MODSEQ 8",
	} {
		conn := selected(t, srv)
		lines := skip(t, conn, "a1 SEARCH RETURN ("+options+") MODSEQ 7")
		assert.Equal(t, []string{`* ESEARCH (TAG "a1") ` + want, "* OK [HIGHESTMODSEQ 10] Highest"}, lines, options)
	}
	for _, command := range []string{
		"FETCH 1 MODSEQ", "FETCH 1 UID (CHANGEDSINCE 10)", "STORE 1 (UNCHANGEDSINCE 1) +FLAGS.SILENT ($z)",
		"SEARCH MODSEQ 100", "STATUS INBOX (HIGHESTMODSEQ)", "ENABLE CONDSTORE", "ENABLE QRESYNC",
	} {
		conn := selected(t, srv)
		assert.Contains(t, skip(t, conn, "a1 "+command), "* OK [HIGHESTMODSEQ 10] Highest", command)
		for _, line := range skip(t, conn, "a2 "+strings.Replace(command, "ENABLE QRESYNC", "NOOP", 1)) {
			assert.NotContains(t, line, "OK [HIGHESTMODSEQ", command)
		}
	}
}

// TestResumingLosesNothing has a client follow RFC 7162 §6 to the letter: it drops
// the connection again and again, and resumes from the value that the rules give,
// while another session changes the mailbox. What it knows must be what is there.
func TestResumingLosesNothing(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 7))
			srv := withHello(t, 8, nil)
			other := selected(t, srv)
			client := &resumer{t: t, srv: srv, flags: make(map[uint32]string)}
			for range 15 {
				client.connect()
				for range rnd.IntN(8) {
					disturb(t, rnd, srv, other)
					client.do(rnd)
				}
				client.conn.Close()
				disturb(t, rnd, srv, other)
			}
			client.connect()
			want := make(map[uint32]string)
			for _, m := range srv.User("user").Mailbox("INBOX").Messages() {
				want[uint32(m.UID)] = flagsText(m.Flags)
			}
			assert.Equal(t, want, client.flags)
		})
	}
}

// disturb changes the mailbox at random by another session.
func disturb(t *testing.T, rnd *rand.Rand, srv *imaptest.Server, conn net.Conn) {
	t.Helper()
	box := srv.User("user").Mailbox("INBOX")
	n := box.Len()
	switch k := rnd.IntN(4); {
	case k == 0 || n < 3:
		box.Deliver(imaptest.CRLF(hello))
	case k == 1:
		skip(t, conn, "b0 NOOP")
		skip(t, conn, fmt.Sprintf(`b1 STORE %d +FLAGS.SILENT (\Deleted)`, 1+rnd.IntN(n)))
		skip(t, conn, "b2 EXPUNGE")
	case k == 2:
		skip(t, conn, "b0 NOOP")
		skip(t, conn, fmt.Sprintf(`b3 STORE %d FLAGS.SILENT ($k%d)`, 1+rnd.IntN(n), rnd.IntN(3)))
	}
}

// resumer is a client with QRESYNC.
type resumer struct {
	t       *testing.T
	srv     *imaptest.Server
	conn    net.Conn
	r       *bufio.Reader
	uids    []uint32          // by sequence number; 0 is not known
	flags   map[uint32]string // by UID
	highest uint64            // what it resumes from
	next    uint32            // the first UID that it may not have seen
	tag     int
}

func (c *resumer) connect() {
	c.conn = c.srv.Pipe()
	c.t.Cleanup(func() { c.conn.Close() })
	c.r = bufio.NewReader(c.conn)
	_, err := c.r.ReadString('\n')
	require.NoError(c.t, err)
	c.uids = nil
	c.command("LOGIN user password")
	c.command("ENABLE QRESYNC")
	known := ""
	if c.highest > 0 {
		known = fmt.Sprintf(" (QRESYNC (1 %d))", c.highest)
	}
	c.command("SELECT INBOX" + known)
	c.command(fmt.Sprintf("UID FETCH %d:* (FLAGS MODSEQ)", c.next+1)) // new messages, as for every client
	c.learnNumbers()
	if n := len(c.uids); n > 0 {
		c.next = c.uids[n-1]
	}
}

// learnNumbers asks for the UIDs by sequence number, and nothing else.
func (c *resumer) learnNumbers() { c.command("UID SEARCH RETURN (ALL) ALL") }

func (c *resumer) do(rnd *rand.Rand) {
	n := 1
	if len(c.uids) > 0 {
		n += rnd.IntN(len(c.uids))
	}
	switch rnd.IntN(6) {
	case 0:
		c.command(fmt.Sprintf("STORE %d FLAGS.SILENT ($mine%d)", n, rnd.IntN(3)))
		if uid := c.uids[n-1]; uid != 0 { // what the server has is seen after all
			c.command("UID FETCH " + strconv.Itoa(int(uid)) + " (FLAGS MODSEQ)")
		}
	case 1:
		c.command(fmt.Sprintf("STORE %d FLAGS ($mine%d)", n, rnd.IntN(3)))
	case 2:
		c.command("FETCH 1:* (FLAGS)")
	case 3:
		c.command(fmt.Sprintf("FETCH %d (UID BODY[TEXT]<0.1>)", n))
	case 4:
		c.command("NOOP")
		c.learnNumbers()
	case 5:
		c.command("SEARCH ALL")
	}
}

// command sends a command and applies its answer, as RFC 7162 §6 has it.
func (c *resumer) command(text string) {
	c.t.Helper()
	c.tag++
	tag := fmt.Sprintf("c%d", c.tag)
	require.NoError(c.t, c.conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err := io.WriteString(c.conn, tag+" "+text+"\r\n")
	require.NoError(c.t, err)
	var highestItem, code uint64
	for {
		line, err := c.r.ReadString('\n')
		require.NoError(c.t, err)
		if _, rest, found := strings.Cut(line, "[HIGHESTMODSEQ "); found {
			number, _, _ := strings.Cut(rest, "]")
			code, err = strconv.ParseUint(number, 10, 64)
			require.NoError(c.t, err)
		}
		if rest, is := strings.CutPrefix(line, tag+" "); is {
			require.NotContains(c.t, rest, "BAD", text)
			break
		}
		if i := strings.Index(line, "}\r\n"); i >= 0 { // literals here have one octet
			rest, err := c.r.ReadString('\n')
			require.NoError(c.t, err)
			line += rest
		}
		highestItem = max(highestItem, c.apply(line))
	}
	if code != 0 {
		c.highest = code
	} else {
		c.highest = max(c.highest, highestItem)
	}
}

// apply takes one untagged response in and returns its MODSEQ.
func (c *resumer) apply(line string) (modSeq uint64) {
	number := func(after string) uint64 {
		_, rest, found := strings.Cut(line, after)
		if !found {
			return 0
		}
		n, err := strconv.ParseUint(rest[:strings.IndexAny(rest+")", " )\r")], 10, 64)
		require.NoError(c.t, err, line)
		return n
	}
	fields := strings.Fields(line)
	switch {
	case fields[1] == "VANISHED":
		set, err := response.ParseUIDSet(fields[len(fields)-1])
		require.NoError(c.t, err)
		for uid := range c.flags {
			if set.Contains(response.UID(uid)) {
				delete(c.flags, uid)
			}
		}
		if len(fields) == 3 {
			c.uids = slices.DeleteFunc(c.uids, func(u uint32) bool { return set.Contains(response.UID(u)) })
		}
	case fields[1] == "ESEARCH" && strings.Contains(line, " UID"):
		c.uids = nil
		set, err := response.ParseUIDSet(fields[len(fields)-1])
		if err == nil {
			for uid := range set.All() {
				c.uids = append(c.uids, uint32(uid))
			}
		}
	case len(fields) > 2 && fields[2] == "EXISTS":
		n := int(number("* "))
		for len(c.uids) < n {
			c.uids = append(c.uids, 0)
		}
	case len(fields) > 2 && fields[2] == "FETCH":
		uid := uint32(number("UID "))
		seq := int(number("* "))
		if uid == 0 && seq <= len(c.uids) {
			uid = c.uids[seq-1]
		}
		if i := strings.Index(line, "FLAGS ("); i >= 0 && uid != 0 {
			list := line[i+len("FLAGS ("):]
			var flags []response.Flag
			for _, f := range strings.Fields(list[:strings.IndexByte(list, ')')]) {
				flags = append(flags, response.Flag(f))
			}
			c.flags[uid] = flagsText(flags)
		}
		return number("MODSEQ (")
	}
	return 0
}

// flagsText is the flags in order, without \Recent.
func flagsText(flags []response.Flag) string {
	set := make(map[string]bool)
	for _, f := range flags {
		if f != response.FlagRecent {
			set[string(f)] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(set)), " ")
}
