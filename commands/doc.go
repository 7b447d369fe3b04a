// Package commands holds the commands that an IMAP client sends.
//
// A command is a value: it has a name, says how it affects other commands on the
// same connection ([Effects]), and encodes itself with an [Encoder] into parts,
// without I/O. To send it, write a tag and a space, then the parts one after the
// other, and wait for the server if a part says so:
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
// Arguments are encoded, never pasted: no value of any field turns a command into
// more than one command. A value that cannot be encoded is an [ArgumentError], and
// nothing is sent.
//
// A command that the library does not know is a [Raw], or any type that implements
// [Command].
package commands
