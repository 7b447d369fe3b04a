package sasl

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scramLimits bounds the iteration count.
type scramLimits struct {
	min, max int
}

// scramFields are the comma separated attributes of a message of the server
// (RFC 5802, section 7).
type scramFields []string

// splitScram takes a message apart and checks what holds for all messages:
// printable UTF-8, attributes of the form letter "=" value, and no "m", which
// announces an extension that the client would have to understand.
func splitScram(message string) (scramFields, error) {
	if !utf8.ValidString(message) || hasControl(message) {
		return nil, fmt.Errorf("%w: not printable UTF-8", ErrMalformed)
	}
	fields := scramFields(strings.Split(message, ","))
	for _, f := range fields {
		if len(f) < 2 || f[1] != '=' || f[0]|0x20 < 'a' || f[0]|0x20 > 'z' {
			return nil, fmt.Errorf("%w: %q is not an attribute", ErrMalformed, clip(f))
		}
		if f[0] == 'm' {
			return nil, ErrExtension
		}
	}
	return fields, nil
}

// String puts the message together again.
func (f scramFields) String() string { return strings.Join(f, ",") }

// value returns the value of the i-th attribute, which must have that name.
func (f scramFields) value(i int, name byte) (string, error) {
	if i >= len(f) || f[i][0] != name {
		return "", fmt.Errorf("%w: attribute %q is missing", ErrMalformed, string(name))
	}
	return f[i][2:], nil
}

// failure returns the server-error-value. Servers send it in place of either
// message.
func (f scramFields) failure() (string, bool) {
	value, err := f.value(0, 'e')
	return value, err == nil
}

// checkFirst checks a server-first-message: nonce, salt, iteration count and
// then extensions, which may be ignored.
func (f scramFields) checkFirst(clientNonce string, limits scramLimits) error {
	nonce, err := f.value(0, 'r')
	if err != nil {
		return err
	}
	if err := checkNonce(nonce, clientNonce); err != nil {
		return err
	}
	salt, err := f.value(1, 's')
	if err != nil {
		return err
	}
	if b, err := base64.StdEncoding.DecodeString(salt); err != nil || len(b) == 0 {
		return fmt.Errorf("%w: salt is empty or not base64", ErrMalformed)
	}
	count, err := f.value(2, 'i')
	if err != nil {
		return err
	}
	return limits.check(count)
}

// checkNonce demands that the server adds something of its own to the nonce
// of the client (RFC 5802, section 5.1).
func checkNonce(nonce, clientNonce string) error {
	rest, ok := strings.CutPrefix(nonce, clientNonce)
	switch {
	case !ok:
		return fmt.Errorf("%w: does not begin with that of the client", ErrNonce)
	case rest == "":
		return fmt.Errorf("%w: the server added nothing", ErrNonce)
	case strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return fmt.Errorf("%w: not printable ASCII", ErrNonce)
	}
	return nil
}

// check parses a posit-number and compares it with the limits.
func (l scramLimits) check(count string) error {
	if count == "" || count[0] == '0' || strings.Trim(count, "0123456789") != "" {
		return fmt.Errorf("%w: iteration count %q", ErrMalformed, clip(count))
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < l.min || n > l.max {
		return fmt.Errorf("%w: %s is not between %d and %d", ErrIterations, clip(count), l.min, l.max)
	}
	return nil
}

// checkFinal checks a server-final-message: a signature that has the size of
// the hash, and then extensions.
func (f scramFields) checkFinal(size int) error {
	value, err := f.value(0, 'v')
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(signature) != size {
		return fmt.Errorf("%w: signature is not base64 of %d octets", ErrMalformed, size)
	}
	return nil
}
