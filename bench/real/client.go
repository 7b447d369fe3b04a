package real

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// worker is a client that is written in Go.
type worker interface {
	// prepare does what is not measured.
	prepare(ctx context.Context, t *task) error
	// run does the job.
	run(ctx context.Context, t *task, out *outcome) error
}

var workers = map[string]func() worker{
	"imap":    func() worker { return new(ours) },
	"goimap2": func() worker { return new(goimap2) },
	"wire":    func() worker { return new(wire) },
}

// Client is the client process.
func Client() error {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	var t task
	if err := json.Unmarshal(line, &t); err != nil {
		return err
	}
	ctx, w := context.Background(), workers[t.Client]()
	var out outcome
	if err := w.prepare(ctx, &t); err != nil {
		out.Err = err.Error()
	}
	fmt.Println(ready)
	if _, err := in.ReadBytes('\n'); err != nil {
		return err
	}
	if out.Err == "" {
		begin, cpu := time.Now(), cpuTime()
		if err := w.run(ctx, &t, &out); err != nil {
			out.Err = err.Error()
		}
		out.Wall, out.CPU, out.RSS = time.Since(begin), cpuTime()-cpu, peakOf("self")
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// save writes a message to a file of its own, through a buffer.
func save(t *task, name string, write func(*bufio.Writer) error) error {
	f, err := os.Create(filepath.Join(t.Folder, name))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	if err := write(w); err != nil {
		f.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
