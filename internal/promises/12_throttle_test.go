package promises_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestThrottlingIsNoRefusal has servers refuse a login, and another command, because
// of the load, in the words that they use.
func TestThrottlingIsNoRefusal(t *testing.T) {
	const unstated = -1 // a wait of the library's own
	for _, test := range []struct {
		answer string
		login  time.Duration // RetryAfter at LOGIN; 0: an ordinary refusal
		other  time.Duration // RetryAfter at STATUS
	}{
		// Gmail
		{"NO [ALERT] Too many simultaneous connections. (Failure)", unstated, unstated},
		{"NO [OVERQUOTA] Account exceeded command or bandwidth limits. 12345", unstated, unstated},
		{"BAD [OVERQUOTA] Account exceeded command or bandwidth limits. 12345", unstated, unstated},
		{"NO [UNAVAILABLE] Temporary System Error", unstated, 0},
		{"NO Lookup failed [THROTTLED]", unstated, unstated},
		{"NO [THROTTLED] slowly", unstated, unstated},
		{"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", 0, 0},
		// Microsoft 365
		{"NO Request is throttled. Suggested Backoff Time: 297345 milliseconds", 297345 * time.Millisecond, 297345 * time.Millisecond},
		{"BAD Request is throttled. Suggested Backoff Time: 89117 milliseconds", 89117 * time.Millisecond, 89117 * time.Millisecond},
		{"BAD Request is throttled. Suggested Backoff Time: 99999999999999 milliseconds", 24 * time.Hour, 24 * time.Hour},
		{"BAD Request is throttled.", unstated, unstated},
		{"BAD Request is throttled. Suggested Backoff Time: 0 milliseconds", unstated, unstated},
		{"NO LOGIN failed.", 0, 0},
		{"NO AUTHENTICATE failed.", 0, 0},
		{"BAD User is authenticated but not connected.", 0, 0},
		// Yahoo
		{"NO [LIMIT] LOGIN Rate limit hit.", unstated, unstated},
		{"NO [LIMIT] STATUS Rate limit hit. Try again in 5 minutes", 5 * time.Minute, 5 * time.Minute},
		{"NO [UNAVAILABLE] Server error - Please try again later", unstated, 0},
		{"NO [AUTHENTICATIONFAILED] (#MBR1212) Incorrect username or password.", 0, 0},
		// Yandex
		{"NO [UNAVAILABLE] LOGIN internal server error sc=abc", unstated, 0},
		{"NO [INUSE] LOGIN try again later", unstated, 0},
		{"NO Too many login attempts, retry after 30s", 30 * time.Second, 30 * time.Second},
		{"NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled", 0, 0},
		// Dovecot, Stalwart, and others
		{"NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", unstated, unstated},
		{"NO [UNAVAILABLE] Temporary authentication failure. [host:2026-01-01 10:00:00]", unstated, 0},
		{"NO [LIMIT] Too many concurrent requests", unstated, unstated},
		{"NO [AUTHENTICATIONFAILED] Too many authentication failures", unstated, unstated},
		// what speaks of something else
		{"NO [LIMIT] At most 32 flags in one mailbox supported", unstated, 0}, // RFC 5530 §3
		{"NO [NONEXISTENT] there is no mailbox Too many connections", 0, 0},
		{"NO Mailbox doesn't exist: rate limit", 0, 0},
		{"NO [OVERQUOTA] mailbox is full", 0, 0},
		{"BAD Error in IMAP command: Unknown command", 0, 0},
		{"BAD Too many invalid IMAP commands.", 0, 0},
		{"NO", 0, 0},
		{"NO password expired 3 days ago", 0, 0},
	} {
		t.Run(test.answer, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1] hi")
					p.Sendf("%s %s", p.Want(`LOGIN "u" "p"`).Tag, test.answer)
					p.Answer(`LOGIN "u" "p"`, "* CAPABILITY IMAP4rev1")
					p.Sendf("%s %s", p.Want("STATUS x (MESSAGES)").Tag, test.answer)
					p.Serve(nil)
				})
				requireThrottled(t, c.Login(t.Context(), "u", "p"), "LOGIN", test.answer, test.login)
				require.Equal(t, imap.StateNotAuthenticated, c.State())
				require.NoError(t, c.Login(t.Context(), "u", "p"))
				_, err := c.Status(t.Context(), "x", imap.StatusMessages)
				requireThrottled(t, err, "STATUS", test.answer, test.other)
				works(t, c)
			})
		})
	}
}

// requireThrottled checks the error of a command that got this answer. wait is
// negative if the server does not state any, and 0 for an ordinary refusal.
func requireThrottled(t *testing.T, err error, command, answer string, wait time.Duration) {
	t.Helper()
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, command, refused.Command)
	condition, text, _ := strings.Cut(answer, " ")
	require.Contains(t, err.Error(), "imap: "+command+": "+condition)
	require.Contains(t, err.Error(), text)
	var throttled *imap.ThrottleError
	require.Equal(t, wait != 0, errors.As(err, &throttled), err)
	require.Equal(t, wait != 0, imap.SafeToRetry(err))
	if wait == 0 {
		return
	}
	require.Equal(t, wait > 0, throttled.Stated)
	if wait > 0 {
		require.Equal(t, wait, throttled.RetryAfter)
	}
	require.GreaterOrEqual(t, throttled.RetryAfter, time.Second)
	require.LessOrEqual(t, throttled.RetryAfter, 24*time.Hour)
	require.Contains(t, err.Error(), "try again in "+throttled.RetryAfter.String())
	if throttled.Code != nil {
		require.ErrorIs(t, err, throttled.Code.Name())
	}
}

// TestThrottledConnection is turned away, or cut off, because there are too many.
func TestThrottledConnection(t *testing.T) {
	for bye, throttles := range map[string]bool{
		"[ALERT] Too many simultaneous connections": true,
		"[LIMIT] slowly":                                      true,
		"Connection closed. 14":                               true,
		"[UNAVAILABLE] Server Unavailable. 15":                false,
		"Autologout; idle for too long":                       false,
		"Session expired, please login again.":                false,
		"Maximum number of connections from user+IP exceeded": true,
	} {
		bubble(t, func(t *testing.T) {
			_, err := imap.NewClient(t.Context(), scripted.Pipe(t, func(p *scripted.Peer) { p.Send("* BYE " + bye) }), nil)
			var throttled *imap.ThrottleError
			require.Equal(t, throttles, errors.As(err, &throttled), err)
			require.True(t, imap.SafeToRetry(err), "there was no command: %v", err)
			require.ErrorIs(t, err, imap.ErrClosed)
		})
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send(preauth)
				p.Want("NOOP")
				p.Send("* BYE " + bye)
			})
			err := c.Noop(t.Context())
			var throttled *imap.ThrottleError
			require.Equal(t, throttles, errors.As(err, &throttled), err)
			require.False(t, imap.SafeToRetry(err), "the command was sent: %v", err)
			requireLost(t, err, true, "")
		})
	}
}

// TestSafeToRetryWeighsEveryCommand of an operation: one that may have taken effect
// outweighs any number of others.
func TestSafeToRetryWeighsEveryCommand(t *testing.T) {
	unsent := error(&imap.ConnError{Err: io.EOF})
	sent := error(&imap.ConnError{Sent: true, Err: io.EOF})
	refused := &imap.StatusError{Command: "APPEND", StatusResponse: imap.StatusResponse{Type: imap.NO}}
	throttled := func(command string) error {
		e := *refused
		e.Command = command
		return &imap.ThrottleError{StatusError: &e, RetryAfter: time.Second}
	}
	wrapped := func(err error) error { return wrapper{err} }
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":                    {nil, false},
		"not sent":                   {unsent, true},
		"not sent, wrapped":          {wrapped(unsent), true},
		"sent":                       {sent, false},
		"refused":                    {refused, false},
		"cancelled":                  {context.Canceled, false},
		"unsent and sent":            {errors.Join(unsent, sent), false},
		"sent and unsent":            {errors.Join(sent, unsent), false},
		"unsent and refused":         {errors.Join(unsent, refused), false},
		"unsent twice":               {errors.Join(unsent, wrapped(unsent)), true},
		"deep":                       {errors.Join(unsent, wrapped(errors.Join(unsent, wrapped(sent)))), false},
		"half a message":             {&imap.ConnError{Err: &imap.AppendError{Err: io.EOF}, Sent: true}, false},
		"throttled login":            {throttled("LOGIN"), true},
		"throttled APPEND":           {throttled("APPEND"), true},
		"throttled COPY":             {throttled("UID COPY"), true},
		"throttled STORE":            {throttled("UID STORE"), false},
		"throttled MOVE":             {throttled("UID MOVE"), false},
		"throttled EXPUNGE":          {throttled("EXPUNGE"), false},
		"throttled REPLACE":          {throttled("REPLACE"), false},
		"throttled and sent":         {errors.Join(throttled("LOGIN"), sent), false},
		"throttled BYE, not sent":    {&imap.ConnError{Err: throttled("")}, true},
		"throttled BYE after a send": {&imap.ConnError{Err: throttled(""), Sent: true}, false},
	} {
		require.Equal(t, test.want, imap.SafeToRetry(test.err), name)
	}
}

type wrapper struct{ err error }

func (w wrapper) Error() string { return "wrapped: " + w.err.Error() }
func (w wrapper) Unwrap() error { return w.err }

// TestErrorsReadAsSentences and name what they are about.
func TestErrorsReadAsSentences(t *testing.T) {
	refused := imap.StatusError{Command: "LOGIN", StatusResponse: imap.StatusResponse{Type: imap.NO, Code: imap.CodeLimit, Text: "slowly"}}
	for want, err := range map[string]error{
		"imap: LOGIN: NO [LIMIT] slowly":                                                  &refused,
		"imap: LOGIN: NO [LIMIT] slowly (a temporary refusal: try again in 1m30s)":        &imap.ThrottleError{StatusError: &refused, RetryAfter: 90 * time.Second},
		"imap: UID FETCH is not possible in the state \"authenticated\"":                  &imap.StateError{Command: "UID FETCH", State: imap.StateAuthenticated},
		"imap: UID STORE was not sent: the connection is read-only":                       &imap.StateError{Command: "UID STORE", Reason: "the connection is read-only"},
		"imap: MOVE: the server does not offer UIDPLUS":                                   &imap.UnsupportedError{Command: "MOVE", Cap: imap.CapUIDPlus},
		"imap: the server does not offer MOVE":                                            &imap.UnsupportedError{Command: "MOVE", Cap: imap.CapMove},
		"imap: LOGIN: the server forbids passwords before TLS":                            &imap.UnsupportedError{Command: "LOGIN", Reason: "the server forbids passwords before TLS"},
		"imap: connection lost: closed by the server":                                     &imap.ConnError{Err: io.EOF},
		"imap: connection lost: LOGIN: NO [LIMIT] slowly":                                 &imap.ConnError{Err: &refused},
		"imap: connection closed":                                                         &imap.ConnError{Err: imap.ErrClosed},
		"imap: protocol violation: the server did not greet":                              &imap.ProtocolError{Msg: "the server did not greet"},
		"imap: connection closed in the middle of a message: " + io.ErrNoProgress.Error(): &imap.AppendError{Err: io.ErrNoProgress},
	} {
		require.EqualError(t, err, want)
		require.NotContains(t, strings.TrimPrefix(err.Error(), "imap: "), "imap: ")
	}
}

// TestThrottledSuccessIsAnEvent and no error: the command was done.
func TestThrottledSuccessIsAnEvent(t *testing.T) {
	for answer, slow := range map[string]bool{
		"OK Success [THROTTLED]": true, "OK [THROTTLED] Success": true, "OK Success": false, "OK mailbox [THROTTLED] made": false,
	} {
		bubble(t, func(t *testing.T) {
			var events []imap.Event
			c := connect(t, &imap.Options{OnEvent: func(e imap.Event) { events = append(events, e) }}, func(p *scripted.Peer) {
				p.Send(preauth)
				p.Sendf("%s %s", p.Want("CREATE x").Tag, answer)
				p.Serve(nil)
			})
			require.NoError(t, c.Create(t.Context(), "x", nil))
			synctest.Wait()
			require.Equal(t, slow, len(events) == 1, "%s: %v", answer, events)
			works(t, c)
		})
	}
}
