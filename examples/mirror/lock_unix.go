//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock makes sure that one process at a time works on the folder.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.New("another mirror is running in this folder")
	}
	return func() { f.Close() }, nil
}
