package main

import "math/rand/v2"

// messageText returns n octets of a mail with an attachment in base64.
func messageText(n int) []byte {
	r := rand.New(rand.NewPCG(822, 5322))
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	out := []byte("From: Alice Smith <alice@example.com>\r\nSubject: report\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for len(out) < n {
		for range 76 {
			out = append(out, digits[r.IntN(64)])
		}
		out = append(out, "\r\n"...)
	}
	return out[:n]
}
