package promises_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
)

// turnServer answers each command, and counts how often the client has waited
// for it: how many round trips the client has made.
type turnServer struct {
	conn  net.Conn
	caps  string // in the greeting and after login; empty: not told
	turns chan int
}

func (s *turnServer) serve() {
	turns := 0
	defer func() { s.turns <- turns }()
	told := ""
	if s.caps != "" {
		told = "[CAPABILITY " + s.caps + "] "
	}
	fmt.Fprintf(s.conn, "* OK %shello\r\n", told)
	r := bufio.NewReader(s.conn)
	for {
		if r.Buffered() == 0 {
			turns++
		}
		line, err := r.ReadString('\n')
		if err != nil {
			turns--
			return
		}
		tag, cmd, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb, _, _ := strings.Cut(cmd, " "); verb {
		case "CAPABILITY":
			fmt.Fprint(s.conn, "* CAPABILITY IMAP4rev1\r\n")
		case "LOGIN":
			fmt.Fprintf(s.conn, "%s OK %sdone\r\n", tag, told)
			continue
		case "SELECT":
			fmt.Fprint(s.conn, "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n")
		case "UID":
			fmt.Fprint(s.conn, "* 1 FETCH (UID 7 FLAGS ())\r\n")
		}
		fmt.Fprintf(s.conn, "%s OK done\r\n", tag)
	}
}

// From the greeting to the first row of a FETCH, a connection takes one round
// trip for each of LOGIN, SELECT and FETCH. RFC 9051 §5.5 leaves no fewer: what
// LOGIN changes is not known before its answer, nor is it to which mailbox, and
// to which UIDs, a FETCH behind SELECT would apply. A server that does not tell
// its capabilities costs one more before LOGIN and one behind it.
func TestConnectToFirstRowTakesTheFewestRoundTrips(t *testing.T) {
	for _, tt := range []struct {
		name  string
		caps  string
		turns int
	}{
		{"capabilities told", "IMAP4rev1", 3},
		{"capabilities asked for", "", 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			here, there := net.Pipe()
			s := &turnServer{conn: there, caps: tt.caps, turns: make(chan int, 1)}
			go s.serve()
			ctx := context.Background()
			c, err := imap.NewClient(ctx, here, nil)
			require.NoError(t, err)
			require.NoError(t, c.Login(ctx, "user", "password"))
			_, err = c.Select(ctx, "INBOX", nil)
			require.NoError(t, err)
			msgs, err := imap.Collect(c.UIDFetch(ctx, imap.UIDs(7), imap.FetchItems{Flags: true}, nil))
			require.NoError(t, err)
			require.Len(t, msgs, 1)
			c.Close()
			assert.Equal(t, tt.turns, <-s.turns)
		})
	}
}
