package compat

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/servers"
)

//go:embed imaplib_session.py
var imaplibScript string

// runImaplib runs the steps with Python's imaplib. The script prints entries,
// and {"other":"append"} when the other session is to act.
func runImaplib(t *testing.T, to target, other func(deed string)) []entry {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv(servers.RequireEnv) != "" {
			t.Fatalf("python3 is not installed, and %s wants it", servers.RequireEnv)
		}
		t.Skip("python3 is not installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-c", imaplibScript)
	input, err := json.Marshal(struct {
		target
		Capabilities []string  `json:"capabilities"`
		Mailboxes    []string  `json:"mailboxes"`
		Messages     []message `json:"messages"`
	}{to, capabilitiesToNote, mailboxes, messages})
	require.NoError(t, err)
	var errs bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &errs
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var entries []entry
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct {
			entry
			Other string `json:"other"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		if line.Other != "" {
			other(line.Other)
		} else {
			entries = append(entries, line.entry)
		}
	}
	require.NoError(t, cmd.Wait(), "%s", &errs)
	return entries
}
