package imaptest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/response"
)

// TestPython drives the server with Python's imaplib over TLS.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	switch {
	case err != nil && os.Getenv(servers.RequireEnv) != "":
		t.Fatalf("python3 is not installed, and %s wants it", servers.RequireEnv)
	case err != nil:
		t.Skip("python3 is not installed")
	}
	srv := imaptest.NewServer(t, nil)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, imaptest.CertificatePEM(), 0o600))
	cmd := exec.CommandContext(t.Context(), python, "testdata/imaplib_run.py", srv.TLSAddr(), ca)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%v", out, srv.Transcript())

	archive := srv.User("user").Mailbox("Archive").Messages()
	require.Len(t, archive, 1)
	assert.Contains(t, string(archive[0].Raw), "Subject: two")
	assert.Equal(t, []response.Flag{response.FlagFlagged, response.FlagSeen}, archive[0].Flags)
	assert.Equal(t, 1, srv.User("user").Mailbox("INBOX").Len())
	assert.NotContains(t, srv.Transcript()[0], "password")
}
