package inflate_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// BenchmarkRead compares this package with compress/flate, on the rows of a FETCH,
// on base64, and on octets that hardly shrink.
func BenchmarkRead(b *testing.B) {
	for name, plain := range samples() {
		for _, level := range []int{flate.HuffmanOnly, 1, 6} {
			wire := deflate(b, plain, level)
			run := func(who string, r io.Reader, reset func(io.Reader)) {
				b.Run(fmt.Sprintf("%s/%d/%s", name, level, who), func(b *testing.B) {
					b.SetBytes(int64(len(plain)))
					b.ReportAllocs()
					for b.Loop() {
						reset(bytes.NewReader(wire))
						n, err := io.CopyBuffer(onlyWriter{io.Discard}, r, make([]byte, 16<<10))
						require.NoError(b, err)
						require.EqualValues(b, len(plain), n)
					}
				})
			}
			z := inflate.NewReader(nil)
			run("inflate", onlyReader{z}, z.Reset)
			f := flate.NewReader(nil)
			run("flate", onlyReader{f}, func(r io.Reader) { require.NoError(b, f.(flate.Resetter).Reset(r, nil)) })
		}
	}
}

type onlyReader struct{ io.Reader }
type onlyWriter struct{ io.Writer }
