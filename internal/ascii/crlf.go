package ascii

// CRLF returns a copy of text in which every line ends in CRLF: an LF without CR
// before it gets one.
func CRLF[T string | []byte](text T) []byte {
	out := make([]byte, 0, len(text)+len(text)/32)
	for i := range len(text) {
		if text[i] == '\n' && (i == 0 || text[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, text[i])
	}
	return out
}
