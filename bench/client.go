package main

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// The names of the clients.
const (
	clientFloor    = "floor"
	clientImap     = "imap"
	clientResponse = "response"
	clientGoIMAP2  = "goimap2"
	clientGoIMAP1  = "goimap1"
	clientMox      = "mox"
	clientImaplib  = "imaplib"

	// clientAgain is this library again, the same program: the difference of its
	// figures is the noise of the measurement.
	clientAgain = "again"
)

// peer is a library that is measured.
type peer interface {
	// open connects, logs in and selects the mailbox.
	open(j *job) error
	// run does the workload and fills in j.sums.
	run(j *job) error
	close()
}

// idler is a library that has IDLE.
type idler interface {
	// idle begins an IDLE that does not end.
	idle() error
}

// clients are the names of all clients, in the order of the report.
var clients = []string{clientFloor, clientImap, clientResponse, clientGoIMAP2, clientGoIMAP1, clientMox, clientImaplib}

// makePeer makes the clients that run in this program. Each is built into a
// program of its own, with the tag lean and one with its name, so that no client's
// memory has that of the others' packages; without tags, all are in.
var makePeer = map[string]func() peer{}

// errUnsupported says that a library has no way to do a workload.
type errUnsupported string

func (e errUnsupported) Error() string { return string(e) }

// job is what a client process has to do.
type job struct {
	Client  string
	Spec    spec
	Server  serverInfo
	Profile string // file for a CPU profile

	text   []byte // of the messages that are appended
	sums   sums
	hidden []sum  // what the library does not report
	note   string // what a reader has to know
}

// hide records that the library does not report these figures.
func (j *job) hide(which ...sum) { j.hidden = append(j.hidden, which...) }

// outcome is what a client process prints at its end.
type outcome struct {
	Wall, CPU   time.Duration
	RSS         int64 // octets, the largest the process ever had
	Allocs      uint64
	Bytes       uint64
	Kept        int64 // octets that the process got from the system since the start, for connections that idle
	Goroutines  int
	Sums        sums
	Hidden      []sum
	Note        string
	Unsupported string
	Err         string
}

// clientMain is the client process.
func clientMain() error {
	var j job
	if err := json.NewDecoder(os.Stdin).Decode(&j); err != nil {
		return err
	}
	var out outcome
	err := runJob(&j, &out)
	var no errUnsupported
	switch {
	case errors.As(err, &no):
		out.Unsupported = string(no)
	case err != nil:
		out.Err = err.Error()
	}
	out.Sums, out.Hidden, out.Note = j.sums, j.hidden, j.note
	return json.NewEncoder(os.Stdout).Encode(out)
}

func runJob(j *job, out *outcome) error {
	make := makePeer[j.Client]
	if make == nil {
		return errUnsupported("not in this program")
	}
	if j.Spec.Kind == kindAppend {
		j.text = messageText(int(j.Spec.Octets))
	}
	work := func() error { return many(j, out, make) }
	if j.Spec.Kind != kindConnect && j.Spec.Kind != kindIdle {
		p := make()
		if err := p.open(j); err != nil {
			return err
		}
		defer p.close()
		work = func() error {
			for range j.Spec.Repeat {
				if err := p.run(j); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return measure(j, out, work)
}

// measure runs work, and nothing else, between two looks at the clocks.
func measure(j *job, out *outcome, work func() error) error {
	if j.Profile != "" {
		f, err := os.Create(j.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := cpuTime(), time.Now()
	err := work()
	out.Wall, out.CPU = time.Since(start), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	out.Allocs, out.Bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	out.RSS = peakRSS()
	return err
}

// many opens many connections: one after the other up to the first message, or
// side by side and left idle.
func many(j *job, out *outcome, make func() peer) error {
	var kept []peer
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	for range j.Spec.N {
		p := make()
		if err := p.open(j); err != nil {
			return err
		}
		if j.Spec.Kind == kindIdle {
			if j.Spec.InIDLE {
				if err := p.(idler).idle(); err != nil {
					return err
				}
			}
			kept = append(kept, p)
			j.sums[sumRows]++
			continue
		}
		if err := p.run(j); err != nil {
			return err
		}
		p.close()
	}
	if j.Spec.Kind == kindIdle {
		time.Sleep(time.Second) // memory that is released while idle is released
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&after)
		out.Kept = int64(after.HeapInuse+after.StackInuse) - int64(before.HeapInuse+before.StackInuse)
		out.Goroutines = runtime.NumGoroutine() - goroutines
	}
	runtime.KeepAlive(kept)
	return nil
}

// dial connects over the workload's wire, for libraries that take a connection.
func dial(j *job) (net.Conn, error) {
	addr := j.Server.Addr
	if j.Spec.Wire == wireDeflate {
		addr = j.Server.Compressed
	}
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	switch j.Spec.Wire {
	case wireTLS:
		return tls.Client(conn, trusting(j.Server.Certificate)), nil
	case wireDeflate:
		return newDeflateConn(conn)
	}
	return conn, nil
}

// deflateConn compresses a connection for libraries that cannot.
type deflateConn struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func newDeflateConn(conn net.Conn) (*deflateConn, error) {
	w, err := flate.NewWriter(conn, flate.BestSpeed)
	return &deflateConn{conn, flate.NewReader(bufio.NewReaderSize(conn, 64<<10)), w}, err
}

func (c *deflateConn) Read(b []byte) (int, error) { return c.r.Read(b) }

func (c *deflateConn) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	if err == nil {
		err = c.w.Flush()
	}
	return n, err
}

// statusName returns the name of the mailbox that STATUS asks for in the mixed
// workload; the server answers with the number.
func statusName(i int) string { return fmt.Sprintf("Box-%d", i) }
