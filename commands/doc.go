// Package commands holds what an IMAP client says.
//
// A command is a value: it names itself, tells what it does to other commands
// on the same connection ([Effects]), and encodes itself through an [Encoder]
// into parts, without I/O. Whoever sends it writes a tag and a space, then the
// parts one after the other, waiting for the server where a part says so:
//
//	var e commands.Encoder
//	e.Reset(commands.Dialect{LiteralPlus: true})
//	if err := e.Command(commands.Login{User: "joe", Password: "secret"}); err != nil {
//		return err // an *ArgumentError: nothing to send
//	}
//	for _, part := range e.Parts() {
//		write(e.Bytes(part))
//		if part.Sync { … } // wait for "+"
//		if part.Source != nil { … } // send the literal's content
//	}
//
// Arguments are encoded, never pasted: no value of any field makes a command
// into anything but one command. A value that has no form on the wire is an
// [ArgumentError], and nothing is sent.
//
// A command that the library does not know is a [Raw], or any type with the
// three methods of [Command].
package commands
