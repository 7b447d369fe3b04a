package main

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// exchange is a command on the line: when it left, and when its answer was there.
type exchange struct {
	command string
	sent    time.Duration
	done    time.Duration
}

var mailboxes = []string{"INBOX", "Archive", "Drafts", "Sent", "Trash"}

// trace asks imaptest for the status of five mailboxes over a line with a delay each
// way, one after the other or from a goroutine each, and returns what went over it.
func trace(ctx context.Context, delay time.Duration, together bool) ([]exchange, error) {
	var folders []imaptest.Folder
	for _, name := range mailboxes {
		folders = append(folders, imaptest.Folder{Name: name})
	}
	srv, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{Name: "user", Password: "password", Mailboxes: folders}}})
	if err != nil {
		return nil, err
	}
	defer srv.Close()
	near, far := net.Pipe()
	l := &line{Conn: near, tags: map[string]int{}}
	defer connect(far, srv.Pipe(), delay)()
	c, err := imap.NewClient(ctx, l, nil)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		return nil, err
	}
	l.start()
	errs := make([]error, len(mailboxes))
	var all sync.WaitGroup
	for i, name := range mailboxes {
		all.Go(func() { _, errs[i] = c.Status(ctx, name, imap.StatusMessages) })
		if !together {
			all.Wait()
		}
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trace, nil
}

// line notes the commands that a client writes, and when their answers are read.
type line struct {
	net.Conn
	mu    sync.Mutex
	begin time.Time
	trace []exchange
	tags  map[string]int
	rest  []byte // of a line that has not been read to its end
}

// start begins the trace.
func (l *line) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin, l.trace, l.tags = time.Now(), nil, map[string]int{}
}

func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	for s := range strings.Lines(string(p)) {
		if tag, command, ok := strings.Cut(strings.TrimSpace(s), " "); ok && !l.begin.IsZero() {
			l.tags[tag] = len(l.trace)
			l.trace = append(l.trace, exchange{command: command, sent: time.Since(l.begin)})
		}
	}
	l.mu.Unlock()
	return l.Conn.Write(p)
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p[:n]...)
	for {
		s, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return n, err
		}
		l.rest = rest
		tag, _, _ := strings.Cut(string(s), " ")
		if i, ok := l.tags[tag]; ok {
			l.trace[i].done = time.Since(l.begin)
		}
	}
}

// connect joins two ends with a line that takes its time. The function that it returns
// ends both, and waits.
func connect(a, b net.Conn, delay time.Duration) func() {
	var all sync.WaitGroup
	all.Go(func() { carry(a, b, delay) })
	all.Go(func() { carry(b, a, delay) })
	return func() {
		a.Close()
		b.Close()
		all.Wait()
	}
}

// carry copies from one end to the other. Each piece arrives after the delay, however
// many are on their way.
func carry(to, from net.Conn, delay time.Duration) {
	type piece struct {
		at   time.Time
		data []byte
	}
	pieces := make(chan piece, 1024)
	var writer sync.WaitGroup
	writer.Go(func() {
		for p := range pieces {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.data); err != nil {
				from.Close()
			}
		}
	})
	for {
		buf := make([]byte, 16<<10)
		n, err := from.Read(buf)
		if n > 0 {
			pieces <- piece{time.Now().Add(delay), buf[:n]}
		}
		if err != nil {
			break
		}
	}
	close(pieces)
	writer.Wait()
}
