package compat

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/servers"
)

func TestMain(m *testing.M) { servers.Main(m) }

// entry is what a client saw in one step.
type entry struct {
	Step string   `json:"step"`
	Saw  []string `json:"saw"`
}

// session runs all steps with one client. It calls other when the client idles
// and something is to happen in the mailbox.
type session func(t *testing.T, to target, other func(deed string)) []entry

var sessions = []struct {
	name string
	run  session
}{
	{"imap", drive(newImapClient)},
	{"go-imap", drive(newGoIMAPClient)},
	{"imaplib", runImaplib},
}

// TestClientsSeeTheSame runs the three clients against each server, each as a
// user of its own. Their records have to be equal to the one that is expected,
// and with that to each other's and to those of the other servers.
func TestClientsSeeTheSame(t *testing.T) {
	for _, server := range serversToTest {
		t.Run(server.name, func(t *testing.T) {
			newTarget := server.start(t)
			for _, s := range sessions {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					to := newTarget(t)
					other := newOther(t, to)
					compare(t, expected(server.capabilities), s.run(t, to, other.do))
				})
			}
		})
	}
}

// compare compares two records line by line.
func compare(t *testing.T, want, got []entry) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		want, got := line(t, want[i]), line(t, got[i])
		t.Log(got)
		if got != want {
			t.Error("wanted", want)
		}
	}
}

// line writes an entry as JSON.
func line(t *testing.T, e entry) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(e))
	return strings.TrimSpace(b.String())
}
