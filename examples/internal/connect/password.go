package connect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// askPassword reads the password from the environment or the terminal.
func askPassword(ctx context.Context, cfg *Config) (string, error) {
	if password, ok := os.LookupEnv("IMAP_PASSWORD"); ok {
		return password, nil
	}
	echo, err := echoOff()
	if err != nil {
		return "", errors.New("no terminal to ask for the password: set IMAP_PASSWORD")
	}
	defer echo()
	fmt.Fprintf(os.Stderr, "Password of %s: ", cfg.User)
	defer fmt.Fprintln(os.Stderr)
	type answer struct {
		line string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		read <- answer{line, err}
	}()
	select {
	case a := <-read:
		if a.err != nil {
			return "", fmt.Errorf("reading the password: %w", a.err)
		}
		return strings.TrimRight(a.line, "\r\n"), nil
	case <-ctx.Done():
		return "", errors.New("interrupted")
	}
}
