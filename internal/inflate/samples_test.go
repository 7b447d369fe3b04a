package inflate_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// samples returns data of the kinds that IMAP servers send, and extremes.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	var rows bytes.Buffer
	for i := 1; rows.Len() < 300<<10; i++ {
		fmt.Fprintf(&rows, "* %d FETCH (UID %d FLAGS (\\Seen) RFC822.SIZE %d ENVELOPE (\"Mon, %d Nov 2026 %02d:%02d:00 +0100\" \"Re: order %d\" ((\"Ann\" NIL \"ann%d\" \"example.org\")) NIL NIL NIL NIL NIL \"<%x@example.org>\"))\r\n",
			i, i*3, r.IntN(1<<17), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(1000), r.IntN(50), r.Uint64())
	}
	noise := make([]byte, 200<<10)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	return map[string][]byte{
		"rows":   rows.Bytes(),
		"base64": []byte(base64.StdEncoding.EncodeToString(noise)),
		"noise":  noise,
		"zeros":  make([]byte, 300<<10),
	}
}

// deflate compresses plain into a whole stream.
func deflate(tb testing.TB, plain []byte, level int) []byte {
	var wire bytes.Buffer
	w, err := flate.NewWriter(&wire, level)
	require.NoError(tb, err)
	_, err = w.Write(plain)
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return wire.Bytes()
}
