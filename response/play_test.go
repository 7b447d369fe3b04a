package response

import (
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// errLater is what a source says whose time is over for now.
var errLater = errors.New("try again later")

// cutSource gives data in pieces. Where later is set, it says errLater between
// them.
type cutSource struct {
	data  string
	next  func(left int) int // length of the next piece
	later bool
	pause bool
}

func (s *cutSource) Read(b []byte) (int, error) {
	if s.data == "" {
		return 0, io.EOF
	}
	if s.pause {
		s.pause = false
		return 0, errLater
	}
	n := copy(b[:min(len(b), max(1, s.next(len(s.data))))], s.data)
	s.data = s.data[n:]
	s.pause = s.later
	return n, nil
}

// cutAt gives data in two pieces with a timeout between them.
func cutAt(data string, at int) io.Reader {
	first := true
	return &cutSource{data: data, later: true, next: func(left int) int {
		if first {
			first = false
			return at
		}
		return left
	}}
}

// oneByOne gives data octet by octet, each behind a timeout.
func oneByOne(data string) io.Reader {
	return &cutSource{data: data, later: true, next: func(int) int { return 1 }}
}

// inChunks gives data in pieces of random length.
func inChunks(data string, seed uint64, largest int) io.Reader {
	r := rand.New(rand.NewPCG(seed, 1))
	return &cutSource{data: data, later: seed%2 == 0, next: func(int) int { return 1 + r.IntN(largest) }}
}

// byLine gives one line at a time, so that what a response was made of can be
// told from what is left.
func byLine(data string) *cutSource {
	s := &cutSource{data: data}
	s.next = func(int) int { return strings.IndexByte(s.data, '\n') + 1 }
	return s
}

// read returns the next response, however often the source says errLater. The
// text of a literal is put into its section.
func read(r *Reader) (resp Response, err error) {
	for {
		if resp, err = r.Read(); !errors.Is(err, errLater) {
			break
		}
	}
	if err != nil || resp.Literal == nil {
		return resp, err
	}
	m := resp.Data.(*Message)
	s := &m.Sections[len(m.Sections)-1]
	for {
		if s.Data, err = resp.Literal.ReadAll(s.Data); !errors.Is(err, errLater) {
			return resp, err
		}
	}
}

// readAll returns what a Reader makes of all of src, each response as text.
func readAll(src io.Reader) (list []string, err error) {
	r := NewReader(src, Limits{})
	for {
		resp, err := read(r)
		if err != nil {
			return list, err
		}
		list = append(list, dumpResponse(resp))
	}
}

func dumpResponse(resp Response) string {
	var out string
	switch {
	case resp.Kind == Continuation:
		return "+ " + string(resp.Text)
	case resp.Kind == Tagged:
		out = resp.Tag + " " + dump(resp.Status)
	case resp.Kind == Tagless:
		out = "tagless " + dump(resp.Data)
	case resp.Data != nil:
		out = dump(resp.Data)
	}
	if resp.Literal != nil {
		out += " …"
	}
	if resp.Continues {
		out = "… " + out
	}
	if resp.Err != nil {
		out = strings.TrimSpace(out + " " + dump(resp.Err))
	}
	return out
}

// responses reads all of wire, which must have no more to say than responses.
func responses(t testing.TB, wire string) []Response {
	t.Helper()
	r := NewReader(strings.NewReader(wire), Limits{})
	var list []Response
	for {
		resp, err := read(r)
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		resp.Text = append([]byte(nil), resp.Text...)
		list = append(list, resp)
	}
}

// one reads the only response of a line that is given without its end.
func one(t testing.TB, line string) Response {
	t.Helper()
	list := responses(t, line+"\r\n")
	require.Len(t, list, 1, "%q", line)
	return list[0]
}

// data reads a line that must hold data of type T and be without a fault.
func data[T Data](t testing.TB, line string) T {
	t.Helper()
	resp := one(t, line)
	require.Nil(t, resp.Err, "%q: %v", line, resp.Err)
	d, ok := resp.Data.(T)
	require.True(t, ok, "%q: %T", line, resp.Data)
	return d
}

// readFile returns the content of a file, its lines ending in LF.
func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}
