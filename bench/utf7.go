//go:build !lean

package main

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// modifiedUTF7 encodes a mailbox name (RFC 3501 §5.1.3). It is not the library's
// code, so that a mistake there is found.
func modifiedUTF7(name string) string {
	code := base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)
	var out strings.Builder
	var wide []byte
	flush := func() {
		if len(wide) > 0 {
			out.WriteString("&" + code.EncodeToString(wide) + "-")
			wide = nil
		}
	}
	for _, r := range name {
		if r < ' ' || r > '~' {
			for _, u := range utf16.Encode([]rune{r}) {
				wide = append(wide, byte(u>>8), byte(u))
			}
			continue
		}
		flush()
		out.WriteRune(r)
		if r == '&' {
			out.WriteByte('-')
		}
	}
	flush()
	return out.String()
}
