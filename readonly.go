package imap

import "github.com/seed-090b04e4/imap/commands"

// readOnlyReason completes the error of a command that [Options].ReadOnly forbids.
const readOnlyReason = "the connection is read-only, and the command is not known to change nothing"

// encode encodes a command for the dialect of the session. Every command passes here
// before anything of it is sent, so that [Options].ReadOnly and UIDONLY are enforced here.
func (c *Client) encode(enc *commands.Encoder, dialect commands.Dialect, cmd commands.Command) error {
	dialect.ReadOnly = c.opts.ReadOnly
	enc.Reset(dialect)
	if err := enc.Command(cmd); err != nil {
		return err
	}
	if c.opts.ReadOnly && !enc.ReadsOnly() {
		enc.Reset(dialect) // wipes what must not be sent
		return &StateError{Command: cmd.Name(), State: c.State(), Reason: readOnlyReason}
	}
	if dialect.UIDOnly && enc.Numbered() {
		enc.Reset(dialect)
		return &StateError{Command: cmd.Name(), State: c.State(), Reason: uidOnlyReason}
	}
	return nil
}
