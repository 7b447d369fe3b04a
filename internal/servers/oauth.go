package servers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// oauthKey is the HMAC key of the access tokens; the servers read it in base64.
const (
	oauthKey       = "secret"
	oauthKeyBase64 = "c2VjcmV0"
)

// OAuthToken returns an access token with which the user can log in by XOAUTH2
// and OAUTHBEARER for an hour, or "" if the server has no such login.
func (s *Server) OAuthToken(user string) string {
	if !s.oauth {
		return ""
	}
	return signToken(user, time.Now().Add(time.Hour))
}

// ExpiredOAuthToken is OAuthToken with a token that has expired.
func (s *Server) ExpiredOAuthToken(user string) string {
	if !s.oauth {
		return ""
	}
	return signToken(user, time.Now().Add(-time.Hour))
}

// signToken makes a JSON Web Token signed with HS256.
func signToken(user string, expires time.Time) string {
	enc := base64.RawURLEncoding
	issued := expires.Add(-2 * time.Hour)
	head := enc.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
	body := enc.EncodeToString(fmt.Appendf(nil, `{"sub":%q,"iat":%d,"nbf":%d,"exp":%d}`,
		user, issued.Unix(), issued.Unix(), expires.Unix()))
	mac := hmac.New(sha256.New, []byte(oauthKey))
	mac.Write([]byte(head + "." + body))
	return head + "." + body + "." + enc.EncodeToString(mac.Sum(nil))
}
