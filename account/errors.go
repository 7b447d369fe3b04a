package account

import (
	"fmt"
	"time"
)

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
