//go:build !lean

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
)

//go:embed imaplib_client.py
var imaplibScript string

// python returns the interpreter and its version, or "" if there is none.
func python() (path, version string) {
	path, err := exec.LookPath("python3")
	if err != nil {
		return "", ""
	}
	out, err := exec.Command(path, "-c", "import imaplib, platform; print(platform.python_version())").Output()
	if err != nil {
		return "", ""
	}
	return path, strings.TrimSpace(string(out))
}

// runImaplib runs a job with Python's imaplib.
func runImaplib(ctx context.Context, path string, j *job) (*outcome, error) {
	type specWithText struct {
		spec
		Text string
	}
	input := struct {
		Spec   specWithText
		Server serverInfo
		Names  []string
	}{specWithText{spec: j.Spec}, j.Server, sumNamesOnWire[:]}
	if j.Spec.Kind == kindAppend {
		input.Spec.Text = string(messageText(int(j.Spec.Octets)))
	}
	in, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	return runProcess(exec.CommandContext(ctx, path, "-c", imaplibScript), in)
}

// runProcess runs a client process and reads its outcome.
func runProcess(cmd *exec.Cmd, input []byte) (*outcome, error) {
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &errs
	if err := cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
		return nil, errors.New(err.Error() + ": " + lines[0])
	}
	var o outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		return nil, err
	}
	return &o, nil
}
