package servers

import (
	"bytes"
	"crypto/md5"
	"encoding"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
)

// md5Crypt hashes a password the way crypt(3) does with "$1$": at most eight
// characters of the salt count.
func md5Crypt(password, salt string) string {
	const magic = "$1$"
	if len(salt) > 8 {
		salt = salt[:8]
	}
	inner := md5.Sum([]byte(password + salt + password))
	outer := []byte(password + magic + salt)
	for n := len(password); n > 0; n -= 16 {
		outer = append(outer, inner[:min(n, 16)]...)
	}
	for n := len(password); n > 0; n >>= 1 {
		if n&1 == 1 {
			outer = append(outer, 0)
		} else {
			outer = append(outer, password[0])
		}
	}
	sum := md5.Sum(outer)
	for i := range 1000 {
		var round []byte
		odd := i%2 == 1
		if odd {
			round = append(round, password...)
		} else {
			round = append(round, sum[:]...)
		}
		if i%3 != 0 {
			round = append(round, salt...)
		}
		if i%7 != 0 {
			round = append(round, password...)
		}
		if odd {
			round = append(round, sum[:]...)
		} else {
			round = append(round, password...)
		}
		sum = md5.Sum(round)
	}
	var b strings.Builder
	b.WriteString(magic + salt + "$")
	put := func(v uint, chars int) {
		const digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		for range chars {
			b.WriteByte(digits[v&63])
			v >>= 6
		}
	}
	for i := range 5 {
		third := i + 12
		if i == 4 {
			third = 5
		}
		put(uint(sum[i])<<16|uint(sum[i+6])<<8|uint(sum[third]), 4)
	}
	put(uint(sum[11]), 2)
	return b.String()
}

// hmacStates returns the two states of an HMAC, after the outer and the inner
// pad, in hexadecimal: Courier keeps these in place of a password for its CRAM
// mechanisms. The key must not be longer than a block of the hash.
func hmacStates(newHash func() hash.Hash, key string) (string, error) {
	var states strings.Builder
	for _, pad := range []byte{0x5c, 0x36} {
		h := newHash()
		block := bytes.Repeat([]byte{pad}, h.BlockSize())
		for i := range len(key) {
			block[i] ^= key[i]
		}
		h.Write(block)
		data, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			return "", err
		}
		// The words of the state come after four octets that name the hash.
		state := data[4 : 4+h.Size()]
		if h.Size() == md5.Size {
			for word := range slices.Chunk(state, 4) {
				slices.Reverse(word)
			}
		}
		states.WriteString(hex.EncodeToString(state))
	}
	return states.String(), nil
}
