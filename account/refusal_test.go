package account

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// TestRefusals classifies what services are reported to say.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		when   phase
		typ    response.StatusType
		code   imap.CodeName
		text   string
		others int
		want   class
	}{
		{phaseLogin, imap.NO, "ALERT", "Too many simultaneous connections. (Failure)", 2, classLimit},
		{phaseLogin, imap.NO, "AUTHENTICATIONFAILED", "Too many simultaneous connections. (Failure)", 0, classLimit},
		{phaseLogin, imap.NO, "UNAVAILABLE", "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", 2, classLimit},
		{phaseLogin, imap.NO, "LIMIT", "", 1, classLimit},
		{phaseConnect, imap.BYE, "", "Too many connections from your IP", 0, classLimit},
		{phaseLogin, imap.NO, "", "Maximum concurrent connections reached", 0, classLimit},
		{phaseLogin, imap.NO, "AUTHENTICATIONFAILED", "Authentication failed.", 1, classLimit}, // the others live
		{phaseCommand, imap.NO, "OVERQUOTA", "Account exceeded command or bandwidth limits. (Failure)", 0, classQuota},
		{phaseCommand, imap.BAD, "", "Account exceeded command or bandwidth limits.", 0, classQuota},
		{phaseCommand, imap.NO, "OVERQUOTA", "Quota exceeded (mailbox for user is full)", 0, classOther},
		{phaseCommand, imap.OK, "", "Success [THROTTLED]", 0, classSlow},
		{phaseCommand, imap.OK, "", "Success", 0, classOther},
		{phaseCommand, imap.NO, "", "Request is throttled. Suggested Backoff Time: 89117 milliseconds", 0, classSuggested},
		{phaseCommand, imap.BAD, "", "Request is throttled. Suggested Backoff Time: 1 milliseconds", 0, classSuggested},
		{phaseCommand, imap.BAD, "", "User is authenticated but not connected.", 0, classBroken},
		{phaseCommand, imap.BYE, "", "Server Unavailable. 15", 0, classBroken},
		{phaseLogin, imap.NO, "UNAVAILABLE", "Temporary authentication failure. [host:2026-11-28 05:00:00]", 0, classTemporary},
		{phaseLogin, imap.NO, "", "Temporary System Problem. Try again later", 0, classTemporary},
		{phaseCommand, imap.BYE, "", "System Error", 0, classTemporary},
		{phaseCommand, imap.NO, "", "Temporary unavailable", 0, classTemporary},
		{phaseCommand, imap.NO, "", "UID FETCH Server error - Please try again later", 0, classTemporary},
		{phaseCommand, imap.NO, "LIMIT", "CAPABILITY Rate limit hit.", 0, classTemporary},
		{phaseLogin, imap.NO, "LIMIT", "LOGIN Rate limit hit.", 0, classTemporary},
		{phaseCommand, imap.NO, "INUSE", "Mailbox in use", 0, classTemporary},
		{phaseCommand, imap.NO, "SERVERBUG", "Internal error occurred", 0, classTemporary},
		{phaseCommand, imap.NO, "CONTACTADMIN", "", 0, classTemporary},
		{phaseLogin, imap.NO, "CONTACTADMIN", "", 0, classAuthUnsure},
		{phaseLogin, imap.NO, "AUTHENTICATIONFAILED", "Invalid credentials (Failure)", 0, classAuth},
		{phaseLogin, imap.NO, "EXPIRED", "", 0, classAuth},
		{phaseLogin, imap.NO, "PRIVACYREQUIRED", "", 0, classAuth},
		{phaseLogin, imap.NO, "AUTHORIZATIONFAILED", "", 0, classAuth},
		{phaseLogin, imap.NO, "", "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy", 0, classTemporary},
		{phaseLogin, imap.NO, "", "Login failed.", 0, classAuthUnsure}, // Courier
		{phaseLogin, imap.BAD, "", "LOGIN failed", 0, classAuthUnsure},
		{phaseCommand, imap.NO, "", "EXAMINE Unsafe Login. Please contact kefu@188.com for help", 0, classNeedsID},
		{phaseCommand, imap.BYE, "", "Autologout; idle for too long", 0, classSessionEnd},
		{phaseCommand, imap.BYE, "", "Session expired, please login again.", 0, classSessionEnd},
		{phaseCommand, imap.BYE, "", "Session invalidated - AccessTokenExpired", 0, classSessionEnd},
		{phaseCommand, imap.BYE, "", "Disconnected for inactivity.", 0, classSessionEnd},
		{phaseConnect, imap.BYE, "", "go away", 0, classTemporary},
		{phaseCommand, imap.NO, "NONEXISTENT", "Unknown Mailbox", 0, classOther},
		{phaseCommand, imap.BAD, "", "Unknown command", 0, classOther},
	} {
		st := imap.StatusResponse{Type: c.typ, Text: c.text}
		if c.code != "" {
			st.Code = c.code
		}
		if c.typ == imap.OK {
			assert.Equal(t, c.want, classifyStatus(&st, c.when).class, "%v", c.text)
			continue
		}
		err := fmt.Errorf("wrapped: %w", &imap.StatusError{Command: "X", StatusResponse: st})
		assert.Equal(t, c.want.String(), classify(err, c.when, c.others).class.String(), "[%s] %s", c.code, c.text)
	}
}

func TestRefusalsWithoutAWord(t *testing.T) {
	lost := func(err error) error { return &imap.ConnError{Sent: true, Err: err} }
	for _, c := range []struct {
		when   phase
		err    error
		others int
		want   class
	}{
		{phaseConnect, lost(io.EOF), 0, classNetwork},
		{phaseConnect, lost(io.EOF), 1, classLimit},
		{phaseLogin, lost(io.EOF), 1, classLimit},
		{phaseCommand, lost(io.EOF), 1, classNetwork},
		{phaseConnect, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 1, classNetwork},
		{phaseConnect, &net.DNSError{Err: "no such host", Name: "x"}, 0, classNetwork},
		{phaseCommand, lost(imap.ErrTimeout), 0, classNetwork},
		{phaseConnect, &tls.CertificateVerificationError{Err: errors.New("unknown authority")}, 0, classOther},
		{phaseCommand, context.Canceled, 0, classCaller},
		{phaseCommand, lost(&imap.StatusError{StatusResponse: imap.StatusResponse{Type: imap.BYE, Text: "see you"}}), 0, classSessionEnd},
		{phaseCommand, &imap.ParseError{}, 0, classOther},
		{phaseCommand, errors.New("of the function"), 0, classOther},
	} {
		assert.Equal(t, c.want.String(), classify(c.err, c.when, c.others).class.String(), "%v", c.err)
	}
}

// What the server asks for is waited for, up to a limit.
func TestSuggestedWait(t *testing.T) {
	refused := &imap.StatusError{StatusResponse: imap.StatusResponse{Type: imap.NO, Text: "Request is throttled."}}
	for asked, want := range map[time.Duration]time.Duration{
		89117 * time.Millisecond: 89117 * time.Millisecond,
		time.Hour:                15 * time.Minute,
	} {
		err := &imap.ThrottleError{StatusError: refused, RetryAfter: asked, Stated: true}
		assert.Equal(t, refusal{classSuggested, want}, classify(err, phaseCommand, 0), "%v", asked)
	}
}

// What the client takes for a temporary refusal is one here too, in words that this
// package does not know, and the time that it states is waited for.
func TestThrottleErrorIsTemporary(t *testing.T) {
	refused := func(stated bool) error {
		e := &imap.StatusError{Command: "LOGIN", StatusResponse: imap.StatusResponse{Type: imap.NO, Text: "Too many login attempts, please wait"}}
		return &imap.ThrottleError{StatusError: e, RetryAfter: 5 * time.Minute, Stated: stated}
	}
	for _, when := range []phase{phaseConnect, phaseLogin, phaseCommand} {
		assert.Equal(t, classTemporary.String(), classify(refused(false), when, 0).class.String())
	}
	busy := &imap.StatusError{StatusResponse: imap.StatusResponse{Type: imap.NO, Text: "Rate limit hit, try again in 5 minutes"}}
	r := classify(&imap.ThrottleError{StatusError: busy, RetryAfter: 5 * time.Minute, Stated: true}, phaseCommand, 0)
	assert.Equal(t, refusal{classSuggested, 5 * time.Minute}, r)
}
