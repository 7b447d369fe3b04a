package compat

import (
	"crypto/tls"
	"fmt"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// other is another session of the same user, which none of the three libraries
// speaks for.
type other struct {
	t    *testing.T
	mu   sync.Mutex // one deed after the other
	conn *textproto.Conn
}

func newOther(t *testing.T, to target) *other {
	conf, err := to.tlsConfig()
	require.NoError(t, err)
	conn, err := tls.Dial("tcp", to.Addr, conf)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(timeout)))
	o := &other{t: t, conn: textproto.NewConn(conn)}
	t.Cleanup(func() { o.conn.Close() })
	_, err = o.conn.ReadLine() // the greeting
	require.NoError(t, err)
	assert.NoError(t, o.command("LOGIN "+to.User+" "+to.Password))
	return o
}

// do changes INBOX, in one of three ways.
func (o *other) do(deed string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	const message = "Subject: news\r\n\r\nnews\r\n"
	command, found := map[string]string{
		"append":  fmt.Sprintf("APPEND INBOX {%d}\r\n%s", len(message), message),
		"flag":    `UID STORE 4 +FLAGS.SILENT (\Answered)`,
		"expunge": "UID EXPUNGE 1", // which bears \Deleted already
	}[deed]
	if assert.True(o.t, found, deed) && assert.NoError(o.t, o.command("SELECT INBOX")) {
		assert.NoError(o.t, o.command(command))
	}
}

// command runs a command; what follows its first line is sent when the server
// asks for it.
func (o *other) command(text string) error {
	line, literal, _ := strings.Cut(text, "\r\n")
	if err := o.conn.PrintfLine("o %s", line); err != nil {
		return err
	}
	for {
		answer, err := o.conn.ReadLine()
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(answer, "+") && literal != "":
			if err := o.conn.PrintfLine("%s", literal); err != nil {
				return err
			}
		case strings.HasPrefix(answer, "o OK"):
			return nil
		case strings.HasPrefix(answer, "o "):
			return fmt.Errorf("%s: %s", line, answer)
		}
	}
}
