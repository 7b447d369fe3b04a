package main

import (
	"flag"
	"fmt"
	"strings"
	"unicode"
)

// help returns what -help prints.
func help(flags *flag.FlagSet) func() {
	return func() {
		fmt.Fprint(flags.Output(), "usage: mirror -url imaps://USER@HOST [flags]\n"+
			"       mirror [-dir FOLDER] search WORDS | status\n\n"+
			"mirror keeps a copy of an account in a folder of Maildirs, both ways, until it is\n"+
			"interrupted. The password is in IMAP_PASSWORD.\n\n")
		flags.PrintDefaults()
	}
}

// clean returns what a message or a server says, on one line and without control
// characters, which a terminal could take for commands.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
