package sasl

import (
	"errors"
	"unicode/utf8"

	"github.com/xdg-go/stringprep"
)

// traceProfile is the stringprep profile of RFC 4505, section 3.
var traceProfile = stringprep.Profile{
	Prohibits: []stringprep.Set{
		stringprep.TableC2_1,
		stringprep.TableC2_2,
		stringprep.TableC3,
		stringprep.TableC4,
		stringprep.TableC5,
		stringprep.TableC6,
		stringprep.TableC8,
		stringprep.TableC9,
	},
	CheckBiDi: true,
}

var (
	errNotUTF8 = errors.New("is not UTF-8")
	errVanish  = errors.New("is empty after SASLprep")
)

// prepare applies SASLprep (RFC 4013). Its errors do not show any part of s.
func prepare(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errNotUTF8
	}
	out, err := stringprep.SASLprep.Prepare(s)
	switch {
	case err != nil:
		return "", prepError(err)
	case out == "" && s != "":
		return "", errVanish
	}
	return out, nil
}

// prepareOrKeep is prepare for strings that are worth sending even if SASLprep
// refuses them.
func prepareOrKeep(s string) string {
	if out, err := prepare(s); err == nil {
		return out
	}
	return s
}

// prepareTrace checks s against the trace profile, which maps nothing.
func prepareTrace(s string) error {
	if !utf8.ValidString(s) {
		return errNotUTF8
	}
	if _, err := traceProfile.Prepare(s); err != nil {
		return prepError(err)
	}
	return nil
}

// prepError drops the offending character, which an error of stringprep shows.
func prepError(err error) error {
	var pe stringprep.Error
	if errors.As(err, &pe) {
		return errors.New("is refused by string preparation: " + pe.Msg)
	}
	return errors.New("is refused by string preparation")
}
