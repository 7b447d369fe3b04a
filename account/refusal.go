package account

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// class is what a failure means for the account.
type class uint8

const (
	classOther      class = iota // of this command alone
	classCaller                  // the caller's context ended
	classNetwork                 // the connection broke, or could not be made
	classTemporary               // the server is not able to now
	classBroken                  // the session is of no use any more
	classSessionEnd              // the server has ended the session as it does from time to time
	classLimit                   // too many connections
	classQuota                   // too much traffic today
	classSlow                    // done, but the server asks for less at a time
	classSuggested               // the server says how long to wait
	classNeedsID                 // the server wants ID first
	classAuth                    // the credentials are wrong
	classAuthUnsure              // the login was refused; the server does not say why
)

var classNames = [...]string{"other", "caller", "network", "temporary", "broken session", "end of session",
	"connection limit", "quota", "slow", "throttled", "needs ID", "authentication", "login refused"}

func (c class) String() string { return classNames[c] }

// retryable reports whether another connection, perhaps later, may succeed.
func (c class) retryable() bool {
	switch c {
	case classNetwork, classTemporary, classBroken, classSessionEnd, classLimit, classQuota, classSuggested:
		return true
	}
	return false
}

// phase is when a failure happened, or a set of phases.
type phase uint8

const (
	phaseConnect phase = 1 << iota // dialing, TLS, greeting
	phaseLogin                     // LOGIN or AUTHENTICATE
	phaseCommand                   // any later command
	anyPhase     = phaseConnect | phaseLogin | phaseCommand
)

// refusal is a failure, classified.
type refusal struct {
	class class
	wait  time.Duration // with classSuggested
}

// known are the refusals that servers are known to send. The first row that fits
// counts: texts come before codes, because servers put one code on many things. A
// row without code fits any, one without text too.
var known = []struct {
	when  phase
	code  imap.CodeName
	text  string // in lower case
	class class
}{
	{anyPhase, "", "backoff time", classSuggested},                               // Microsoft 365
	{anyPhase, "", "is throttled", classSuggested},                               // Microsoft 365
	{anyPhase, "", "command or bandwidth limit", classQuota},                     // Gmail
	{anyPhase, "", "rate limit", classTemporary},                                 // Yahoo: "[LIMIT] CAPABILITY Rate limit hit."
	{anyPhase, "", "too many simultaneous connections", classLimit},              // Gmail
	{anyPhase, "", "maximum number of connections", classLimit},                  // Dovecot
	{anyPhase, "", "too many connections", classLimit},                           //
	{anyPhase, imap.CodeUnavailable, "connections", classLimit},                  //
	{anyPhase, "", "concurrent", classLimit},                                     // Stalwart
	{phaseConnect | phaseLogin, imap.CodeLimit, "", classLimit},                  //
	{anyPhase, "", "authenticated but not connected", classBroken},               // Microsoft 365
	{anyPhase, "", "server unavailable. 15", classBroken},                        // Microsoft 365
	{anyPhase, "", "unsafe login", classNeedsID},                                 // 163.com
	{anyPhase, "", "accesstokenexpired", classSessionEnd},                        // Microsoft 365
	{anyPhase, "", "session expired", classSessionEnd},                           // Gmail
	{anyPhase, "", "session invalidated", classSessionEnd},                       // Microsoft 365
	{anyPhase, "", "autologout", classSessionEnd},                                // Yandex
	{anyPhase, "", "idle for too long", classSessionEnd},                         // Yandex
	{anyPhase, "", "inactivity", classSessionEnd},                                // Dovecot
	{anyPhase, "", "login frequency limited", classTemporary},                    // QQ: one text for five causes
	{anyPhase, "", "system is busy", classTemporary},                             // QQ
	{anyPhase, "", "temporar", classTemporary},                                   // "Temporary authentication failure", "Temporary unavailable"
	{anyPhase, "", "try again later", classTemporary},                            // Yahoo
	{anyPhase, "", "server error", classTemporary},                               // Yahoo
	{anyPhase, "", "system error", classTemporary},                               // Gmail
	{anyPhase, imap.CodeUnavailable, "", classTemporary},                         //
	{anyPhase, imap.CodeInUse, "", classTemporary},                               //
	{anyPhase, response.CodeServerBug, "", classTemporary},                       //
	{phaseConnect | phaseCommand, response.CodeContactAdmin, "", classTemporary}, //
	{phaseConnect, "", "", classTemporary},                                       // any other BYE in place of a greeting
	{phaseLogin, imap.CodeAuthenticationFailed, "", classAuth},                   //
	{phaseLogin, imap.CodeExpired, "", classAuth},                                //
	{phaseLogin, imap.CodePrivacyRequired, "", classAuth},                        //
	{phaseLogin, imap.CodeAuthorizationFailed, "", classAuth},                    //
	{phaseLogin, "", "invalid_grant", classAuth},                                 //
	{phaseLogin, "", "", classAuthUnsure},                                        //
}

// maxSuggested bounds the time that a server may tell the account to wait.
const maxSuggested = 15 * time.Minute

// classify says what err means. others is how many connections of the account were
// open besides the one that failed.
func classify(err error, when phase, others int) refusal {
	var status *imap.StatusError
	if errors.As(err, &status) {
		r := classifyStatus(&status.StatusResponse, when)
		r.wait = suggestedWait(err)
		if throttle := (*imap.ThrottleError)(nil); errors.As(err, &throttle) {
			switch r.class {
			case classOther, classAuth, classAuthUnsure:
				r.class = classTemporary // the client knows more texts
			case classTemporary:
				if throttle.Stated {
					r.class = classSuggested
				}
			}
		}
		if oauth := (*imap.OAuthError)(nil); when == phaseLogin && errors.As(err, &oauth) && r.class == classAuthUnsure {
			r.class = classAuth
		}
		if others > 0 && (r.class == classAuth || r.class == classAuthUnsure) {
			r.class = classLimit // the same credentials are in use at this moment
		}
		if r.class == classOther && errors.Is(err, imap.ErrClosed) {
			r.class = classSessionEnd // a BYE of unknown text
		}
		return r
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return refusal{class: classCaller}
	case others > 0 && when != phaseCommand && hungUp(err):
		return refusal{class: classLimit}
	case isNetwork(err):
		return refusal{class: classNetwork}
	}
	return refusal{}
}

func classifyStatus(st *imap.StatusResponse, when phase) refusal {
	if st.Type == imap.OK {
		if st.HasCode("THROTTLED") || strings.Contains(strings.ToUpper(st.Text), "[THROTTLED]") {
			return refusal{class: classSlow} // Gmail has it at the end of the text
		}
		return refusal{}
	}
	text := strings.ToLower(st.Text)
	for _, k := range known {
		if k.when&when == 0 || k.code != "" && !st.HasCode(k.code) || !strings.Contains(text, k.text) {
			continue
		}
		return refusal{class: k.class}
	}
	return refusal{}
}

// suggestedWait is how long to wait if the server says so, or wants fewer requests
// without a word of how long.
func suggestedWait(err error) time.Duration {
	var throttle *imap.ThrottleError
	if !errors.As(err, &throttle) {
		return time.Minute
	}
	return min(throttle.RetryAfter, maxSuggested)
}

// hungUp reports whether the server has closed the connection without a word.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// isNetwork reports whether err is of the connection and not of what was said. A
// certificate that is not trusted is not: another attempt gives the same one.
func isNetwork(err error) bool {
	var (
		lost     *imap.ConnError
		op       net.Error
		parse    *imap.ParseError
		protocol *imap.ProtocolError
		limit    *imap.LimitError
		cert     *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &cert):
		return false
	case errors.As(err, &lost), errors.As(err, &op), hungUp(err), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return true
	case errors.As(err, &parse), errors.As(err, &protocol), errors.As(err, &limit):
		return false
	}
	return false
}
