package imap

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/seed-090b04e4/imap/response"
)

// ThrottleError says that the server refused a command, a login or the connection
// because it wants fewer requests, connections or octets for a while, and not
// because anything is wrong with them: see docs/errors.md. errors.As finds the
// *[StatusError] in it, errors.Is its code.
type ThrottleError struct {
	*StatusError               // what the server sent: command, condition, code and text
	RetryAfter   time.Duration // how long to wait: what the server says, or what is usual; never zero, at most 24 hours
	Stated       bool          // the server says so
}

// Error returns the command, what the server sent, and how long to wait.
func (e *ThrottleError) Error() string {
	return fmt.Sprintf("%s (a temporary refusal: try again in %v)", e.StatusError.Error(), e.RetryAfter)
}

// Unwrap returns what the server sent.
func (e *ThrottleError) Unwrap() error { return e.StatusError }

// statusError returns the error for a NO, BAD or BYE: a *ThrottleError if that is
// what it says, else a *StatusError. command is empty for BYE.
func statusError(command string, st *StatusResponse) error {
	e := &StatusError{Command: command, StatusResponse: *st}
	usual := e.throttling()
	if usual == 0 {
		return e
	}
	if wait := statedWait(e.Text); wait > 0 {
		return &ThrottleError{StatusError: e, RetryAfter: wait, Stated: true}
	}
	return &ThrottleError{StatusError: e, RetryAfter: usual}
}

// How long to wait if the server does not say: after requests that came too fast,
// for a connection to end, for Microsoft 365, and for the octets of a day.
const (
	waitForRate       = time.Minute
	waitForConnection = 2 * time.Minute
	waitForMicrosoft  = 5 * time.Minute
	waitForBandwidth  = time.Hour
)

// throttles are the words by which servers say that they want fewer requests, in
// lower case. A text has to contain all words of a row; the first row counts.
var throttles = []struct {
	words []string
	wait  time.Duration
}{
	{[]string{"exceeded", "bandwidth"}, waitForBandwidth},   // Gmail: Account exceeded command or bandwidth limits
	{[]string{"backoff time"}, waitForMicrosoft},            // Microsoft 365: Request is throttled. Suggested Backoff Time: …
	{[]string{"is throttled"}, waitForMicrosoft},            // Microsoft 365, without a time
	{[]string{"connection closed. 14"}, waitForMicrosoft},   // Microsoft 365: the BYE after it
	{[]string{"throttl"}, waitForRate},                      // Gmail: [THROTTLED] within the text
	{[]string{"too many", "connection"}, waitForConnection}, // Gmail: Too many simultaneous connections
	{[]string{"too many", "session"}, waitForConnection},    //
	{[]string{"too many", "concurrent"}, waitForConnection}, // Stalwart
	{[]string{"concurrent", "limit"}, waitForConnection},    // Stalwart
	{[]string{"maximum number of conn"}, waitForConnection}, // Dovecot: … connections from user+IP exceeded
	{[]string{"connection limit"}, waitForConnection},       //
	{[]string{"connection", "limit exceed"}, waitForConnection},
	{[]string{"rate limit"}, waitForRate}, // Yahoo: Rate limit hit.
	{[]string{"rate-limit"}, waitForRate},
	{[]string{"ratelimit"}, waitForRate},
	{[]string{"rate exceeded"}, waitForRate},
	{[]string{"too many", "login"}, waitForRate},
	{[]string{"too many", "attempt"}, waitForRate},
	{[]string{"too many", "request"}, waitForRate},
	{[]string{"too many commands"}, waitForRate},
	{[]string{"too many fail"}, waitForRate}, // … failed logins, failures
	{[]string{"too many authentication fail"}, waitForRate},
	{[]string{"too frequent"}, waitForRate},
	{[]string{"too busy"}, waitForRate},
	{[]string{"server", "is busy"}, waitForRate},
}

// outages are the words of servers that can't check a password at the moment.
var outages = [][]string{
	{"try", "later"}, // Yandex, Yahoo
	{"temporar"},     // Dovecot: Temporary authentication failure
	{"internal", "error"},
	{"server error"},
	{"system error"}, // Gmail
	{"unavailable"},  // Microsoft 365: Server Unavailable. 15
}

// throttling returns how long to wait if the answer is a temporary refusal, and 0 if
// it is not.
func (e *StatusError) throttling() time.Duration {
	text := strings.ToLower(e.Text)
	if e.Type == OK || e.Type == PREAUTH || strings.Contains(text, "exist") { // a text that quotes a mailbox's name
		return 0
	}
	var code CodeName
	if e.Code != nil {
		code = e.Code.Name()
	}
	switch code {
	case "THROTTLED":
		return waitForRate
	case "", CodeAlert, CodeLimit, CodeUnavailable, CodeInUse, CodeOverQuota, response.CodeServerBug, response.CodeContactAdmin,
		CodeAuthenticationFailed, CodeAuthorizationFailed:
	default: // it says what was wrong
		return 0
	}
	for _, t := range throttles {
		if containsAll(text, t.words) {
			return t.wait
		}
	}
	switch {
	case e.Command == "LOGIN" || e.Command == "AUTHENTICATE":
		return loginOutage(code, text)
	case e.Type == BYE && code == CodeLimit:
		return waitForConnection
	}
	return 0
}

// slowsDown reports whether a tagged OK says that the server wants fewer requests.
func slowsDown(st *StatusResponse) bool {
	return st.Type == OK && (st.HasCode("THROTTLED") || strings.HasSuffix(st.Text, "[THROTTLED]"))
}

// loginOutage is throttling for a refused login. In other commands LIMIT is about how
// many flags a mailbox may have, for example, and UNAVAILABLE about one mailbox (RFC
// 5530 §3).
func loginOutage(code CodeName, text string) time.Duration {
	switch code {
	case CodeLimit, CodeUnavailable, CodeInUse, response.CodeServerBug:
		return waitForRate
	case CodeAuthenticationFailed, CodeAuthorizationFailed, response.CodeContactAdmin, CodeOverQuota:
		return 0
	}
	for _, words := range outages {
		if containsAll(text, words) {
			return waitForRate
		}
	}
	return 0
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// maxStatedWait bounds what a server may ask for.
const maxStatedWait = 24 * time.Hour

// statedWait returns the time that the text of an answer asks for: the first number
// that a unit of time follows, as in "Backoff Time: 89117 milliseconds" or "try
// again in 5 minutes". It returns 0 if there is none.
func statedWait(text string) time.Duration {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		digits := w[:len(w)-len(strings.TrimLeft(w, "0123456789"))]
		unit := w[len(digits):] // 30s
		if unit == "" && i+1 < len(words) {
			unit = words[i+1]
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if u := timeUnits[unit]; err == nil && u > 0 && n > 0 {
			return time.Duration(min(n, int64(maxStatedWait/u))) * u
		}
	}
	return 0
}

var timeUnits = map[string]time.Duration{
	"ms": time.Millisecond, "msec": time.Millisecond, "millisecond": time.Millisecond, "milliseconds": time.Millisecond,
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
}
