package imap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// AppendOptions are the settings of APPEND.
type AppendOptions struct {
	Flags        []Flag    // of the message; FlagRecent is the server's and an *ArgumentError
	InternalDate time.Time // when the message was received; zero: now, as the server's clock has it
	Binary       bool      // the message may contain NUL; needs BINARY (RFC 3516 §4.4)
	UTF8         bool      // its header has UTF-8 (RFC 6532); needs UTF8=ACCEPT or IMAP4rev2, enabled before
	// Catenate has the server put the message together, out of pieces that are sent and
	// of what it has already (RFC 4469 §3): see docs/changing-mail.md. Needs CATENATE.
	Catenate []commands.CatPart // size and reader are then zero and nil
}

// Append adds a message of size octets, read from r, to a mailbox (RFC 9051
// §6.3.12), which need not be the selected one. Lines must end in CRLF.
//
// If r fails, or has more or less than size octets, or ctx ends, the message is not
// stored; after its first 256 KiB, this may end the connection, with an *[AppendError].
// A Read of r that blocks is waited for. r may read a [Body] or [PartReader] of c itself,
// of at most Options.ReadAhead octets, else the error is [ErrReadAhead]; it must not wait
// for another command of c.
//
// Other errors: a *[StatusError], maybe with CodeTryCreate, CodeOverQuota or CodeTooBig;
// a *[LimitError] above the APPENDLIMIT, which STATUS asks for before more than 256 KiB if
// mailboxes have their own (RFC 7889 §3.1). See docs/changing-mail.md.
func (c *Client) Append(ctx context.Context, mailbox string, size int64, r io.Reader, opts *AppendOptions) (*AppendResult, error) {
	m := AppendMessage{Size: size, Reader: r}
	if opts != nil {
		m.AppendOptions = *opts
	}
	return c.AppendAll(ctx, mailbox, []AppendMessage{m})
}

// CRLF returns a copy of text in which every line ends in CRLF, as in messages.
func CRLF[T string | []byte](text T) []byte { return ascii.CRLF(text) }

// AppendMessage is one message for [Client.AppendAll].
type AppendMessage struct {
	Size          int64     // octets
	Reader        io.Reader // the message; it must end after Size octets
	AppendOptions           // as of [Client.Append]
}

// AppendAll adds messages to a mailbox as [Client.Append] does: with MULTIAPPEND
// all of them or none (RFC 3502), else one by one, pipelined, or as many at once as a
// limit of the server permits (RFC 9738): those before a failing one stay then, and
// the result has them beside the error.
func (c *Client) AppendAll(ctx context.Context, mailbox string, messages []AppendMessage) (*AppendResult, error) {
	if len(messages) == 0 {
		return &AppendResult{}, nil
	}
	cmd := commands.Append{Mailbox: c.wireName(mailbox)}
	limit, err := c.limitFor(ctx, mailbox, messages)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		am, err := c.appendMessage(ctx, m, limit)
		if err != nil {
			return nil, err
		}
		cmd.Messages = append(cmd.Messages, am)
	}
	if len(messages) == 1 || c.Caps().Has(response.CapMultiAppend) {
		return c.appendTogether(ctx, cmd)
	}
	return c.appendEach(ctx, cmd)
}

// appendTogether sends one APPEND for all messages, or one for each group that is not
// larger than SAVELIMIT and MESSAGELIMIT.
func (c *Client) appendTogether(ctx context.Context, all commands.Append) (*AppendResult, error) {
	res, done := &AppendResult{}, false
	n := len(all.Messages)
	if limit := c.messageLimit(true); limit > 0 {
		n = min(n, limit)
	}
	for group := range slices.Chunk(all.Messages, n) {
		col := &appendCollector{}
		_, err := c.exec(ctx, request{cmd: commands.Append{Mailbox: all.Mailbox, Messages: group}, collect: col})
		switch {
		case err != nil && done:
			return res, partlyDone(err)
		case err != nil:
			return nil, err
		}
		res.UIDValidity, done = col.UIDValidity, true
		res.UIDs.AddSet(col.UIDs)
	}
	return res, nil
}

// sent returns how many octets of the message the client sends.
func (m *AppendMessage) sent() int64 {
	n := m.Size
	for i := range m.Catenate {
		n += m.Catenate[i].Text.Size
	}
	return n
}

// limitFor returns how large a message for the mailbox may be. If the server has limits
// of mailboxes, that of this one is asked for before a large message (RFC 7889 §3.1).
func (c *Client) limitFor(ctx context.Context, mailbox string, messages []AppendMessage) (int64, error) {
	large := slices.ContainsFunc(messages, func(m AppendMessage) bool { return m.sent() > inMemoryAppend })
	c.mu.Lock()
	limit, ok := c.session.appendLimit(mailbox)
	_, known := c.session.limits[mailbox]
	own := c.session.caps.Lists(response.CapAppendLimit)
	c.mu.Unlock()
	if large && own && !known {
		st, err := c.Status(ctx, mailbox, response.StatusAppendLimit)
		var refused *StatusError
		var odd *ParseError
		switch {
		case errors.As(err, &refused), errors.As(err, &odd): // APPEND will say what is wrong
		case err != nil:
			return 0, err
		case st.Items&response.StatusAppendLimit != 0:
			limit, ok = st.AppendLimit, st.AppendLimit > 0 // as in appendLimit
		}
	}
	if !ok {
		limit = math.MaxInt64
	}
	return limit, nil
}

// appendMessage checks a message and reads it if it is small.
func (c *Client) appendMessage(ctx context.Context, m AppendMessage, limit int64) (commands.AppendMessage, error) {
	am := commands.AppendMessage{
		Flags: m.Flags, InternalDate: m.InternalDate, Binary: m.Binary,
		Literal: literal.Source{R: m.Reader, Size: m.Size},
	}
	caps := c.Caps()
	if m.Size > limit {
		return am, &LimitError{What: "message for APPEND", Limit: limit}
	}
	if m.Binary && !caps.Lists(response.CapBinary) { // RFC 9051 Appendix B
		return am, &UnsupportedError{Command: "APPEND", Cap: response.CapBinary}
	}
	if m.UTF8 {
		if err := c.requireUTF8("APPEND"); err != nil {
			return am, err
		}
	}
	if len(m.Catenate) > 0 {
		return am, c.catenate(ctx, &am, m, limit)
	}
	err := c.prepare(ctx, &am.Literal)
	am.Binary = am.Binary || caps.Lists(response.CapBinary) && holdsNUL(&am.Literal)
	return am, err
}

// holdsNUL reports whether a literal that is in memory has a NUL, which only a literal8
// may have.
func holdsNUL(src *literal.Source) bool {
	m, ok := src.R.(*memoryReader)
	return ok && bytes.IndexByte(m.octets, 0) >= 0
}

// catenate checks the pieces of a message, which may have at most limit octets together,
// and reads those that are small.
func (c *Client) catenate(ctx context.Context, am *commands.AppendMessage, m AppendMessage, limit int64) error {
	if err := c.require("APPEND", response.CapCatenate); err != nil {
		return err
	}
	am.Catenate = slices.Clone(m.Catenate)
	var total int64
	for i := range am.Catenate {
		text := &am.Catenate[i].Text
		if text.Size == 0 && text.R == nil { // a URL
			continue
		}
		if total += text.Size; total > limit {
			return &LimitError{What: "message for APPEND", Limit: limit}
		}
		if err := c.prepare(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// requireUTF8 returns an error unless the session takes UTF-8 in headers.
func (c *Client) requireUTF8(command string) error {
	if enabled := c.Enabled(); enabled.Lists(CapUTF8Accept) || enabled.Lists(CapIMAP4rev2) {
		return nil
	}
	if err := c.require(command, CapUTF8Accept); err != nil {
		return err
	}
	return &ArgumentError{Command: command, Argument: "UTF8", Msg: "needs UTF8=ACCEPT or IMAP4rev2 to be enabled"}
}

// appendEach sends one APPEND for each message, without waiting in between.
func (c *Client) appendEach(ctx context.Context, all commands.Append) (*AppendResult, error) {
	var calls []*call
	var cols []*appendCollector
	var failed error
	for _, m := range all.Messages {
		col := &appendCollector{}
		cmd := commands.Append{Mailbox: all.Mailbox, Messages: []commands.AppendMessage{m}}
		w, err := c.send(ctx, request{cmd: cmd, collect: col})
		if err != nil {
			failed = err
			break
		}
		calls, cols = append(calls, w), append(cols, col)
	}
	res := &AppendResult{}
	for i, w := range calls {
		if err := w.wait(ctx); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		res.UIDValidity = cols[i].UIDValidity
		res.UIDs.AddSet(cols[i].UIDs)
	}
	if len(calls) > 0 {
		failed = partlyDone(failed)
	}
	return res, failed
}

// appendCollector takes the code that says where the messages went.
type appendCollector struct {
	noCollector
	AppendResult
}

func (a *appendCollector) claim(d response.Data) bool {
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.AppendUIDCode); ok {
			a.UIDValidity, a.UIDs = code.UIDValidity, code.UIDs
			return true
		}
	}
	return false
}
