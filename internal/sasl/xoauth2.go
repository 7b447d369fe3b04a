package sasl

// XOAuth2 returns Google's XOAUTH2 mechanism, which Microsoft, Yahoo and
// others accept as well. If the server refuses the token, Next acknowledges
// the explanation with an empty response and the mechanism, a [Failer], keeps
// it as an [*OAuthError].
func XOAuth2(username, token string) Mechanism {
	return newBearer(NameXOAuth2, token, "", func() ([]byte, error) {
		switch {
		case username == "":
			return nil, &FieldError{NameXOAuth2, "user name", "is empty"}
		case hasControl(username):
			return nil, &FieldError{NameXOAuth2, "user name", "contains a control character"}
		}
		if err := checkToken(NameXOAuth2, token); err != nil {
			return nil, err
		}
		return []byte("user=" + username + "\x01auth=Bearer " + token + "\x01\x01"), nil
	})
}
