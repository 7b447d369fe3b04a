package utf7

// alphabet is the modified base64 alphabet: "," stands in for "/".
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,"

// notBase64 marks the bytes outside the alphabet in sextets.
const notBase64 = 0xff

// sextets maps a byte of the alphabet to its six bits.
var sextets = makeSextets()

func makeSextets() (t [256]byte) {
	for i := range t {
		t[i] = notBase64
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	return t
}

// isDirect reports whether b is a printable US-ASCII character, which stands
// for itself outside base64 ("&" needs an escape all the same).
func isDirect(b byte) bool { return b-0x20 < 0x7f-0x20 }
