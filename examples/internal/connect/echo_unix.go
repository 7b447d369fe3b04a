//go:build unix

package connect

import (
	"os"
	"os/exec"
)

// echoOff keeps the terminal from showing what is typed, until the function that it
// returns is called. It fails if standard input is not a terminal.
func echoOff() (on func(), err error) {
	stty := func(mode string) error {
		cmd := exec.Command("stty", mode)
		cmd.Stdin = os.Stdin
		return cmd.Run()
	}
	if err := stty("-echo"); err != nil {
		return nil, err
	}
	return func() { _ = stty("echo") }, nil
}
