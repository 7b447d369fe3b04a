package sasl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder is a TestingT that keeps what an assertion prints. The printer of
// testify looks through pointers and unexported fields and calls no methods.
type recorder struct{ bytes.Buffer }

func (r *recorder) Errorf(format string, args ...any) { fmt.Fprintf(r, format, args...) }

// holder hides a mechanism from the methods of fmt.
type holder struct {
	mech Mechanism
}

func TestNothingPrintsSecrets(t *testing.T) {
	const secret = "s3cr3t-T0ken"
	forms := []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint([]byte(secret)), fmt.Sprintf("%q", []byte(secret))}
	for _, m := range allMechanisms("user", secret) {
		name, _, err := m.Start()
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			show := func() {
				for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
					for _, flags := range []string{"", "+", "#", "+#", "0", "-", " ", "20.3"} {
						format := "%" + flags + string(verb) + "\n"
						fmt.Fprintf(&out, format, m)
						fmt.Fprintf(&out, format, holder{m})
						fmt.Fprintf(&out, format, &holder{m})
						fmt.Fprintf(&out, format, []Mechanism{m})
					}
				}
				log := slog.New(slog.NewTextHandler(&out, nil))
				log.Info("x", "m", m, "h", holder{m})
				log = slog.New(slog.NewJSONHandler(&out, nil))
				log.Info("x", "m", m, "h", holder{m})
				out.WriteString(m.(fmt.GoStringer).GoString())
				if b, err := json.Marshal(m); err == nil {
					out.Write(b)
				}
				dump := &recorder{}
				assert.Equal(dump, holder{m}, 1)
				assert.Equal(dump, m, nil)
				dump.WriteTo(&out)
			}
			show()
			// The same amid an exchange, with the errors it gives rise to.
			for _, challenge := range []string{"{}", "garbage", "x"} {
				_, err := m.Next([]byte(challenge))
				fmt.Fprintf(&out, "%v %+v %#v\n", err, err, err)
			}
			if f, ok := m.(Failer); ok {
				fmt.Fprintf(&out, "%v %+v %#v\n", f.Failure(), f.Failure(), f.Failure())
			}
			if c, ok := m.(Completer); ok {
				fmt.Fprintf(&out, "%v %+v %#v\n", c.Done(), c.Done(), c.Done())
			}
			show()
			for _, form := range forms {
				assert.NotContains(t, out.String(), form)
			}
			assert.Contains(t, out.String(), "sasl."+name+"{credentials hidden}")
		})
	}
}

func TestFieldErrorsHideValues(t *testing.T) {
	for _, m := range []Mechanism{
		Plain("", "user", "s3cr3t\x00"),
		XOAuth2("user", "s3cr3t\x01"),
		OAuthBearer("user", "s3cr3t\n", "", 0),
		Scram(ScramSHA256, "", "user", "s3cr3t\U0001f511", ScramOptions{}),
		Scram(ScramSHA256, "", "user", "s3cr3t\xff", ScramOptions{}),
	} {
		_, _, err := m.Start()
		require.Error(t, err)
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		assert.NotContains(t, text, "s3cr3t")
		assert.NotContains(t, text, "1f511")
	}
}
