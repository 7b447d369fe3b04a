package servers

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"testing"
)

// TestMD5Crypt compares with what "openssl passwd -1" prints.
func TestMD5Crypt(t *testing.T) {
	for _, c := range []struct{ password, salt, want string }{
		{"alicepassword", "alice", "$1$alice$vehHna/YmZnMd/800VyKR."},
		{"a rather long password of many words", "user0001", "$1$user0001$lHiXpazuVq00IQYmqnElz1"},
	} {
		if got := md5Crypt(c.password, c.salt); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestHMACStates compares with what Courier's userdbpw prints.
func TestHMACStates(t *testing.T) {
	for _, c := range []struct {
		hash func() hash.Hash
		want string
	}{
		{md5.New, "53b6ff9d52a02e728480e0049a94b0efd5a36f20a736303263c881d13ee0c76d"},
		{sha1.New, "74fc6e0ea5793e8ace9489213da1a799efd3aa81662c71a2db4f42a1b673cbb41374ec24c12d7279"},
		{sha256.New, "cdb3ce0b92a0132529960487b09d5b80d668fa0b98157a6acd22fdc4ea5fd05e8742bbfd281754925e061e06f2ce673384930744f54445974c730dbe6594beb7"},
	} {
		got, err := hmacStates(c.hash, "alicepassword")
		if err != nil || got != c.want {
			t.Errorf("got %s, %v; want %s", got, err, c.want)
		}
	}
}
