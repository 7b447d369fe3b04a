package account

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestURL(t *testing.T) {
	for text, want := range map[string]endpoint{
		"imaps://user@host":             {true, "user", "host", "host:993"},
		"imaps://user@host/":            {true, "user", "host", "host:993"},
		"imap://user@host":              {false, "user", "host", "host:143"},
		"imaps://user@host:1993":        {true, "user", "host", "host:1993"},
		"imaps://a%40b.org@host":        {true, "a@b.org", "host", "host:993"},
		"imaps://a%2Fb%3Ac@[::1]:10993": {true, "a/b:c", "::1", "[::1]:10993"},
		"IMAPS://user@Host":             {true, "user", "Host", "Host:993"},
	} {
		got, err := parseURL(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "host", "user@host", "https://user@host", "imaps://host", "imaps://user@", "imaps://@host",
		"imaps://user:hunter2@host", "imaps://user:hunter2@host:x", "imaps://user:@host",
		"imaps://user@host/INBOX", "imaps://user@host?x=1", "imaps://user@host#x", "imaps://us er@host:hunter2",
	} {
		_, err := parseURL(text)
		require.Error(t, err, text)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}
