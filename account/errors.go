package account

import (
	"fmt"
	"time"
)

// ThrottledError says that the server asked the account to wait, and that the time
// is too far away for the call. Nothing was sent.
type ThrottledError struct {
	Until time.Time // when the account will try again
	Err   error     // what the server said
}

// Error returns the time and what the server said.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("account: throttled until %s: %v", e.Until.Format(time.RFC3339), e.Err)
}

// Unwrap returns what the server said.
func (e *ThrottledError) Unwrap() error { return e.Err }

// AuthError says that the server refused the credentials.
type AuthError struct {
	// Permanent is set if the account will not try again until Credentials returns
	// another secret: a first login that was refused as wrong, or credentials that
	// used to work and were refused three times within ten minutes or more.
	Permanent bool
	Attempts  int       // how many logins in a row were refused
	Until     time.Time // when the account will try again, if not Permanent
	Err       error     // what the server said
}

// Error returns what the server said.
func (e *AuthError) Error() string {
	if e.Permanent {
		return fmt.Sprintf("account: credentials refused: %v", e.Err)
	}
	return fmt.Sprintf("account: login refused, for now: %v", e.Err)
}

// Unwrap returns what the server said.
func (e *AuthError) Unwrap() error { return e.Err }
