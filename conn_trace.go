package imap

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Traces of the protocol. Commands are traced by their encoder, which knows what
// is secret, and never as they are sent; continuations, which carry SASL
// payloads, never with their text. If the server sends back what a login has sent,
// see secrets.

// maxTrace is how much of a line is traced.
const maxTrace = 512

func (c *Client) traceOut(tag uint64, enc *commands.Encoder) {
	if !c.opts.Logger.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	line := append([]byte(tagName(tag)), ' ')
	line = enc.AppendTrace(line)
	c.opts.Logger.Debug("imap", "C", string(line[:min(len(line), maxTrace)]))
}

func (c *Client) traceIn(line []byte) {
	if !c.opts.Logger.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	if len(line) > 0 && line[0] == '+' {
		c.opts.Logger.Debug("imap", "S", "+ …")
		return
	}
	if name := keyResponse(line); name != "" {
		c.opts.Logger.Debug("imap", "S", "* "+name+" …")
		return
	}
	if i := bytes.IndexByte(line, '\n'); i >= 0 { // a literal follows
		line = bytes.TrimRight(line[:i], "\r")
	}
	text := c.secrets.hide(string(line)) // before it is cut
	c.opts.Logger.Debug("imap", "S", text[:min(len(text), maxTrace)])
}

// keyResponse returns the name of a response that has what gives access to messages
// without a login (RFC 4467 §10); empty: it is another response.
func keyResponse(line []byte) string {
	for _, name := range [...]string{"GENURLAUTH", "URLFETCH"} {
		if n := len("* " + name); len(line) > n && bytes.EqualFold(line[:n], []byte("* "+name)) {
			return name
		}
	}
	return ""
}

// traceText traces a line that is not a command, like DONE.
func (c *Client) traceText(text string) {
	if c.opts.Logger != nil {
		c.opts.Logger.Debug("imap", "C", text)
	}
}

// secrets are what logins have sent, until one succeeds. Some servers quote a command that
// they did not understand in their answer, or in the BYE after it. It must not get from
// there into traces, errors and events.
type secrets struct {
	mu   sync.Mutex
	list []string // the longest first, as one may be within another
}

// add adds the forms in which a password or a token may come back. If it is a mere
// word, it may well be in the text for another reason: then only what comes in
// quotes, or after the user's name, is taken for it.
func (s *secrets) add(user, secret string) {
	if secret == "" {
		return
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	s.hold(base64.StdEncoding.EncodeToString([]byte(secret)), `"`+quote(secret)+`"`)
	if isWord := func(r rune) bool { return unicode.IsLetter(r) }; strings.TrimFunc(secret, isWord) != "" {
		s.hold(secret, quote(secret))
	} else if user != "" {
		s.hold(user+" "+secret, user+`" `+secret)
	}
}

// addMessage adds a message of a SASL mechanism, and the password or token in it if
// the mechanism reveals one: PLAIN and the OAuth mechanisms separate their fields by NUL
// or SOH.
func (s *secrets) addMessage(message []byte, reveals bool) {
	if len(message) == 0 {
		return
	}
	s.hold(base64.StdEncoding.EncodeToString(message))
	if !reveals {
		return
	}
	fields := strings.FieldsFunc(string(message), func(r rune) bool { return r <= 1 })
	user := ""
	if len(fields) > 1 {
		s.hold(string(message))
		user = fields[len(fields)-2]
	}
	if len(fields) > 0 {
		last := fields[len(fields)-1]
		s.add(user, strings.TrimPrefix(last, "auth=Bearer "))
	}
}

// hold adds strings to the list.
func (s *secrets) hold(forms ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range forms {
		if !slices.Contains(s.list, form) {
			s.list = append(s.list, form)
		}
	}
	slices.SortStableFunc(s.list, func(a, b string) int { return len(b) - len(a) })
}

// forget forgets them all, after a login that has succeeded: no answer to it can come any
// more.
func (s *secrets) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.list)
	s.list = nil
}

// hide returns text with *** in place of every secret.
func (s *secrets) hide(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.list {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// hideIn hides the secrets in a status response, and in one that could not be read.
func (s *secrets) hideIn(resp *response.Response) {
	if s.none() {
		return
	}
	st := resp.Status
	if st == nil {
		st, _ = resp.Data.(*response.StatusResponse)
	}
	if st != nil {
		st.Text = s.hide(st.Text)
		s.hideInCode(st)
	}
	if bad := resp.Err; bad != nil {
		bad.Raw, bad.Msg = []byte(s.hide(string(bad.Raw))), s.hide(bad.Msg)
	}
}

// hideInCode hides the secrets in the response code.
func (s *secrets) hideInCode(st *StatusResponse) {
	if st.Code == nil {
		return
	}
	name, args := s.hide(string(st.Code.Name())), s.hide(st.CodeArgs)
	if name != string(st.Code.Name()) || args != st.CodeArgs {
		st.Code, st.CodeArgs = response.OtherCode{CodeName: CodeName(name), Args: args}, args
	}
}

func (s *secrets) none() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list) == 0
}
