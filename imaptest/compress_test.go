package imaptest_test

import (
	"bufio"
	"compress/flate"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// zlibStreams are the lines of TestEveryFlushIsRead as zlib's deflate makes them
// (raw, level 6), each ended by that flush. isync's mbsync, Mail::IMAPClient and K-9
// Mail flush with Z_PARTIAL_FLUSH.
var zlibStreams = map[string][]string{
	"partial": {
		"4a3452f0f3f70fe0e50208",
		"a044638560571f57e710054f3f27ff085e2e8000",
		"4a3451700c0870f573810828541b9ad6f2720104",
		"50706952566a72899542052f172f57252f1740",
		"00259a2ab8b986387b28182a38f9bb44ea05b8ba7a4787b84684c4f2720104",
		"50a299828fbfbb7f68082f1740",
	},
	"sync": {
		"4a3452f0f3f70fe0e502000000ffff",
		"4a34560876f571750e51f0f473f28fe0e502000000ffff",
		"4a3451700c0870f573810828541b9ad6f27201000000ffff",
		"0a2e4dca4a4d2eb152a8e0e5e2e5aae4e502000000ffff",
		"4a345570730d71f650305470f27789d40b7075f58e0e718d0889e5e502000000ffff",
		"4a3453f0f177f70f0de1e502000000ffff",
	},
	"partial, fixed codes": {
		"4a3452f0f3f70fe0e50208",
		"a044638560571f57e710054f3f27ff085e2e8000",
		"4a3451700c0870f573810828541b9ad6f2720104",
		"50706952566a72899542052f172f57252f1740",
		"00259a2ab8b986387b28182a38f9bb44ea05b8ba7a4787b84684c4f2720104",
		"50a299828fbfbb7f68082f1740",
	},
}

// TestEveryFlushIsRead: the server answers a compressed command when its last octet
// is there, however the client flushes.
func TestEveryFlushIsRead(t *testing.T) {
	answers := [][]string{
		{"a2 OK NOOP completed"},
		{"a3 OK [READ-WRITE] SELECT completed"},
		{"+ Ready for literal data"},
		{"* 1 EXISTS", "* 1 RECENT", "a4 OK <*>"},
		{"* 1 FETCH (BODY[TEXT] {1}", "y)", "a5 OK FETCH completed"},
		{"* BYE Logging out", "a6 OK LOGOUT completed"},
	}
	for name, pieces := range zlibStreams {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true}).Addr())
			require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			converse(t, conn, `
				S: * OK <*>
				C: a0 LOGIN user password
				S: a0 OK <*>
				C: a1 COMPRESS DEFLATE
				S: a1 OK DEFLATE active`)
			r := bufio.NewReader(flate.NewReader(conn))
			for i, piece := range pieces {
				wire, err := hex.DecodeString(piece)
				require.NoError(t, err)
				for _, c := range wire {
					_, err = conn.Write([]byte{c})
					require.NoError(t, err)
				}
				assertLines(t, r, answers[i])
			}
		})
	}
}

// TestCommandsMayFollowCompress: what comes in the same packet as COMPRESS is
// compressed already (RFC 4978 §3).
func TestCommandsMayFollowCompress(t *testing.T) {
	conn := loggedIn(t, imaptest.NewServer(t, nil))
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	noop, err := hex.DecodeString(zlibStreams["partial"][0])
	require.NoError(t, err)
	go func() { _, _ = conn.Write(append([]byte("a1 COMPRESS DEFLATE\r\n"), noop...)) }()
	r := bufio.NewReaderSize(oneByte{conn}, 16)
	assertLines(t, r, []string{"a1 OK DEFLATE active"})
	assertLines(t, bufio.NewReader(flate.NewReader(conn)), []string{"a2 OK NOOP completed"})
}

// assertLines reads lines until all of want have come, in this order.
func assertLines(t *testing.T, r *bufio.Reader, want []string) {
	t.Helper()
	for len(want) > 0 {
		line, err := r.ReadString('\n')
		require.NoError(t, err, "waiting for %s", want[0])
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "a") || glob(want[0], line) {
			require.True(t, glob(want[0], line), "%s, not %s", line, want[0])
			want = want[1:]
		}
	}
	assert.Zero(t, r.Buffered())
}
