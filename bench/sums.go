package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// sum names one figure that client and server compute over the values of a
// workload, each from its own side. All are sums, so that the order of maps and
// of answers doesn't matter.
type sum int

const (
	sumRows        sum = iota // messages, mailboxes, UIDs or answers
	sumUIDs                   // UIDs added up
	sumFlagCount              // flags
	sumFlags                  // their texts
	sumSizes                  // RFC822.SIZE
	sumReceived               // INTERNALDATE
	sumSent                   // the envelope's date
	sumSubjects               // decoded
	sumMessageIDs             // without angle brackets
	sumInReplyTo              // without angle brackets
	sumAddresses              // how many
	sumNames                  // display names, decoded
	sumAddrSpecs              // mailbox and host
	sumParts                  // parts of the MIME structure
	sumTypes                  // media types and encodings
	sumParams                 // parameters of the media types
	sumPartSizes              // octets
	sumLines                  // lines
	sumDisposition            // dispositions and their parameters
	sumOctets                 // of literals
	sumSamples                // every 4096th octet of each literal
	sumMailboxes              // mailbox names, decoded
	sumCounts                 // numbers of STATUS
	numSums
)

var sumNamesOnWire = [numSums]string{
	"rows", "UIDs", "flag count", "flags", "sizes", "INTERNALDATE", "dates", "subjects",
	"message IDs", "in-reply-to", "address count", "names", "addresses", "parts", "media types",
	"parameters", "part sizes", "lines", "dispositions", "octets", "octet samples", "mailbox names",
	"STATUS numbers",
}

// sums holds the figures of one run.
type sums [numSums]uint64

// weigh turns a text into a number that differs if the text does. It costs little in
// comparison with what is measured.
func weigh(s string) uint64 {
	const prime = 0x9e3779b97f4a7c15
	h := uint64(len(s)) * prime
	for len(s) >= 8 {
		v := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = (h ^ v) * prime
		s = s[8:]
	}
	var v uint64
	for i := range len(s) {
		v = v<<8 | uint64(s[i])
	}
	return (h ^ v) * prime
}

// add adds one text.
func (s *sums) add(what sum, text string) { s[what] += weigh(text) }

// bare returns a message ID without its angle brackets.
func bare(id string) string {
	if n := len(id); n >= 2 && id[0] == '<' && id[n-1] == '>' {
		return id[1 : n-1]
	}
	return id
}

// difference names the figures in which s differs from want, leaving out those
// that the client cannot report, and how many agree.
func (s *sums) difference(want *sums, hidden []sum) (agreeing, all int, differing []string) {
	for i := range numSums {
		if want[i] == 0 && s[i] == 0 {
			continue
		}
		all++
		switch {
		case s[i] == want[i]:
			agreeing++
		case !slices.Contains(hidden, i):
			differing = append(differing, sumNamesOnWire[i])
		}
	}
	return agreeing, all, differing
}

// MarshalJSON writes the figures by name, without those that are zero.
func (s sums) MarshalJSON() ([]byte, error) {
	m := map[string]uint64{}
	for i, v := range s {
		if v != 0 {
			m[sumNamesOnWire[i]] = v
		}
	}
	return json.Marshal(m)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *sums) UnmarshalJSON(b []byte) error {
	var m map[string]uint64
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	for name, v := range m {
		i := slices.Index(sumNamesOnWire[:], name)
		if i < 0 {
			return fmt.Errorf("unknown sum %q", name)
		}
		s[i] = v
	}
	return nil
}

// sampleEvery is the distance of the octets of a literal that are looked at.
const sampleEvery = 4096

// sink takes the octets of literals, as many at a time as the workload says unless
// the source writes by itself, and looks at some of them.
type sink struct {
	s     *sums
	off   int64 // within the literal
	buf   []byte
	files *files // nil: the octets go nowhere
}

func newSink(s *sums, w *spec) *sink {
	k := &sink{s: s, buf: make([]byte, w.Buffer)}
	if w.Files {
		k.files = new(files)
	}
	return k
}

// next begins another literal.
func (k *sink) next() {
	k.off = 0
	if k.files != nil {
		k.files.next()
	}
}

func (k *sink) Write(b []byte) (int, error) {
	first := (sampleEvery - k.off%sampleEvery) % sampleEvery
	for i := first; i < int64(len(b)); i += sampleEvery {
		k.s[sumSamples] += uint64(b[i]) * uint64((k.off+i)/sampleEvery+1)
	}
	k.off += int64(len(b))
	k.s[sumOctets] += uint64(len(b))
	if k.files != nil {
		return len(b), k.files.write(b)
	}
	return len(b), nil
}

// ReadFrom implements io.ReaderFrom, as io.Discard does.
func (k *sink) ReadFrom(r io.Reader) (int64, error) {
	var n int64
	for {
		m, err := r.Read(k.buf)
		n += int64(m)
		k.Write(k.buf[:m])
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// addNumbers adds what was counted in variables of a loop over many UIDs: in
// memory, the counting would cost more than the loop.
func (s *sums) addNumbers(rows, uids uint64) {
	s[sumRows] += rows
	s[sumUIDs] += uids
}
