// Package mimeword turns the text of mail headers into UTF-8 fit for display:
// encoded-words (RFC 2047), parameter values with a charset or in several
// pieces (RFC 2231), and bytes that came without any label. It also holds the
// table of charsets that bodies are read with.
//
// Headers are what their senders made of them, so nothing here fails. What
// cannot be decoded stays as it came, except that all text becomes valid
// UTF-8 on a single line, free of control characters.
package mimeword
