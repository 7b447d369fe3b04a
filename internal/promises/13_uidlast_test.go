package promises_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/imaptest"
)

var uidFirst = regexp.MustCompile(`^(\* \d+ FETCH \()UID (\d+) `)

// uidLast sends the UID of a message after its text, as gluon and maddy do.
func uidLast(response string) string {
	m := uidFirst.FindStringSubmatch(response)
	if m == nil || !strings.Contains(response, "BODY[") {
		return response
	}
	rest := strings.TrimPrefix(response, m[0])
	end := strings.LastIndex(rest, ")")
	return m[1] + rest[:end] + " UID " + m[2] + rest[end:]
}

// TestUIDsAfterTexts downloads and exports from a server that says last which message it
// was: everything comes, each under its own UID.
func TestUIDsAfterTexts(t *testing.T) {
	const messages = 12
	for _, size := range []int{100, 20_000, 400_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Rewrite{With: uidLast}}})
				want := map[imap.UID]string{}
				for i := range messages {
					text := imaptest.CRLF(fmt.Sprintf("Subject: %d\n\n%s", i, strings.Repeat("Some text, and more.\n", size/20)))
					want[srv.User("user").Mailbox("INBOX").Deliver(text)] = string(text)
				}
				a, err := account.Open(t.Context(), account.Config{
					URL: "imap://user@server.test", Insecure: true, Credentials: account.Password("password"),
					Client: imap.Options{AllowInsecureAuth: true, Dial: func(context.Context, string, string) (net.Conn, error) { return srv.Pipe(), nil }},
				})
				require.NoError(t, err)
				defer a.Close()
				for _, last := range []imap.UID{messages, imap.Star} {
					got := map[imap.UID]string{}
					report, err := a.Download(t.Context(), "INBOX", imap.UIDRange(1, last), func(b *imap.Body) error {
						text, err := io.ReadAll(b)
						got[b.Message.UID] = string(text)
						return err
					}, nil)
					require.NoError(t, err)
					require.Empty(t, report.Failures)
					assert.True(t, fmt.Sprint(want) == fmt.Sprint(got), "downloaded")
				}

				dir := t.TempDir()
				require.NoError(t, a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
					_, err := bulk.Export(ctx, c, "INBOX", bulk.EML(dir), nil)
					return err
				}))
				files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
				require.NoError(t, err)
				require.Len(t, files, messages)
				all := fmt.Sprint(want)
				for _, file := range files {
					text, err := os.ReadFile(file)
					require.NoError(t, err)
					assert.Contains(t, all, strings.TrimSuffix(string(text), "\r\n"))
				}
			})
		})
	}
}

// TestRefusedUIDAfterTexts exports from such a server, which refuses one of the commands:
// that costs one message, and not those after it.
func TestRefusedUIDAfterTexts(t *testing.T) {
	const messages = 12
	refused := 0
	for nth := 1; nth <= messages+4; nth++ {
		bubble(t, func(t *testing.T) {
			srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{
				imaptest.Rewrite{With: uidLast}, imaptest.Refuse{On: imaptest.Nth{Command: "UID FETCH", N: nth}},
			}})
			for range messages {
				srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: x\n\n" + strings.Repeat("Some text.\n", 2000)))
			}
			c, err := imap.NewClient(t.Context(), srv.Pipe(), &imap.Options{AllowInsecureAuth: true})
			require.NoError(t, err)
			defer c.Close()
			require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
			dir := t.TempDir()
			report, err := bulk.Export(t.Context(), c, "INBOX", bulk.EML(dir), nil)
			files, _ := filepath.Glob(filepath.Join(dir, "*.eml"))
			if err == nil {
				require.Len(t, files, messages, "UID FETCH %d", nth)
			} else if report != nil {
				refused += len(report.Failures)
				require.True(t, len(report.Failures) == 0 && len(files) == 0 || len(files)+len(report.Failures) == messages, "UID FETCH %d: %d files, %v", nth, len(files), report.Failures)
			}
		})
	}
	assert.Positive(t, refused)
}

// TestAnotherUIDAfterTheText has a server send, for the one message that was asked for,
// the text of another: its UID comes too late for the loop, and is an error.
func TestAnotherUIDAfterTheText(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := answering(t, nil, fmt.Sprintf("* 1 FETCH (BODY[] {50000}\r\n%s UID 1009)\r\n", text(1, 50000)))
		var failed error
		for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDs(1001), whole, nil) {
			if err != nil {
				failed = err
				continue
			}
			_, _ = io.Copy(io.Discard, b)
		}
		require.Error(t, failed)
		assert.True(t, imap.RowError(failed))
		works(t, c)
	})
}
