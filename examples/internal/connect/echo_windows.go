package connect

import "syscall"

var setConsoleMode = syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")

// echoOff keeps the terminal from showing what is typed, until the function that it
// returns is called. It fails if standard input is not a terminal.
func echoOff() (on func(), err error) {
	const enableEchoInput = 4
	var mode uint32
	if err := syscall.GetConsoleMode(syscall.Stdin, &mode); err != nil {
		return nil, err
	}
	set := func(mode uint32) error {
		if ok, _, err := setConsoleMode.Call(uintptr(syscall.Stdin), uintptr(mode)); ok == 0 {
			return err
		}
		return nil
	}
	return func() { _ = set(mode) }, set(mode &^ enableEchoInput)
}
