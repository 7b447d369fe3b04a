// Package utf7 converts mailbox names between UTF-8 and the modified UTF-7 of
// RFC 3501 §5.1.3.
//
// The functions append to a caller's slice and allocate only to make room in
// it. Decoding comes in two strengths. [AppendDecode] takes the one canonical
// spelling of a name and nothing else, so that a name it accepts is sent back
// to the server byte for byte as the server spelled it. [AppendDecodeLoose]
// also reads the misspellings seen in the wild; use it for display, and keep
// the server's spelling to name the mailbox in commands.
package utf7
