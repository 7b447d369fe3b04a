package sasl

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// OAuthBearer returns the OAUTHBEARER mechanism (RFC 7628). The authzID may be
// empty, and so may host and port (0), which name the server that the
// client meant to reach (section 3.1). If the server refuses the token, Next
// acknowledges the explanation with a single %x01 (section 3.2.3) and the
// mechanism, a [Failer], keeps it as an [*OAuthError].
func OAuthBearer(authzID, token, host string, port int) Mechanism {
	return newBearer(NameOAuthBearer, token, "\x01", func() ([]byte, error) {
		return oauthBearerMessage(authzID, token, host, port)
	})
}

func oauthBearerMessage(authzID, token, host string, port int) ([]byte, error) {
	switch {
	case hasControl(authzID) || !utf8.ValidString(authzID):
		return nil, &FieldError{NameOAuthBearer, "authorization identity", "contains a control character or is not UTF-8"}
	case hasControl(host):
		return nil, &FieldError{NameOAuthBearer, "host", "contains a control character"}
	case port < 0 || port > 65535:
		return nil, &FieldError{NameOAuthBearer, "port", "is out of range"}
	}
	if err := checkToken(NameOAuthBearer, token); err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("n,")
	if authzID != "" {
		b.WriteString("a=" + saslName.Replace(authzID))
	}
	b.WriteString(",\x01")
	if host != "" {
		b.WriteString("host=" + host + "\x01")
	}
	if port != 0 {
		b.WriteString("port=" + strconv.Itoa(port) + "\x01")
	}
	b.WriteString("auth=Bearer " + token + "\x01\x01")
	return []byte(b.String()), nil
}

// saslName escapes the two characters that a saslname cannot hold (RFC 5801,
// section 4).
var saslName = strings.NewReplacer("=", "=3D", ",", "=2C")
