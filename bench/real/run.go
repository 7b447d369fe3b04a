package real

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// Options say what is measured.
type Options struct {
	N       int      // messages
	Servers []string // names, dovecot-maildir too; nil: all four
	Jobs    []string // nil: all
	Clients []string // nil: all that are installed
	Links   []string // nil: all
	Source  string   // folder of this package
	Out     io.Writer
	Log     io.Writer
}

var links = []link{
	{Name: "loopback"},
	{Name: "40 ms, 100 Mbit/s", RTT: 40 * time.Millisecond, Bits: 100e6},
	{Name: "40 ms, 20 Mbit/s", RTT: 40 * time.Millisecond, Bits: 20e6},
}

var clientNames = []string{"wire", "imap", "goimap2", "imapflow", "imaplib", "mbsync"}

// result is a row of the report.
type result struct {
	Server, Link, Client, Job string
	outcome
	Line  int64 // octets on the line, both directions; zero on loopback
	Turns int64 // how often the client spoke after the server
}

// bench is a run of the program.
type bench struct {
	Options
	folder  string
	version map[string]string // of the servers
	results []result
}

// Run measures and writes the report.
func Run(ctx context.Context, o Options) error {
	b := &bench{Options: o, version: make(map[string]string)}
	var err error
	if b.folder, err = os.MkdirTemp("", "imap-real-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	if len(b.Clients) == 0 {
		b.Clients = clientNames
	}
	if err := b.installImapflow(ctx); err != nil {
		fmt.Fprintln(b.Log, "imapflow is left out:", err)
	}
	names := b.Servers
	if len(names) == 0 {
		names = []string{"dovecot", "dovecot-maildir", "cyrus", "mox"}
	}
	for _, name := range names {
		if err := b.server(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return b.report()
}

// installImapflow has npm put imapflow beside a copy of its client.
func (b *bench) installImapflow(ctx context.Context) error {
	if !slices.Contains(b.Clients, "imapflow") {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(b.Source, "imapflow_client.mjs"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.folder, "client.mjs"), text, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--silent", "imapflow")
	cmd.Dir = b.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Clients = slices.DeleteFunc(slices.Clone(b.Clients), func(c string) bool { return c == "imapflow" })
		return fmt.Errorf("npm: %w: %s", err, out)
	}
	return nil
}

func (b *bench) server(ctx context.Context, name string) error {
	cfg := &servers.Config{QuotaKB: 8 << 20}
	program, format, _ := strings.Cut(name, "-")
	cfg.Format = format
	s, err := servers.Launch(ctx, program, cfg)
	if err != nil {
		return err
	}
	defer s.Stop()
	b.version[name] = s.Version
	c, err := imap.DialTLS(ctx, s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig(), ReadTimeout: 10 * time.Minute})
	if err != nil {
		return err
	}
	defer c.Close()
	user := s.Users[0]
	if err := c.AuthPassword(ctx, user.Name, user.Password); err != nil {
		return err
	}
	begin := time.Now()
	if err := fill(ctx, c, b.N); err != nil {
		return err
	}
	fmt.Fprintf(b.Log, "%s: filled in %.0f s\n", name, time.Since(begin).Seconds())
	for _, l := range links {
		if len(b.Links) > 0 && !slices.Contains(b.Links, l.Name) {
			continue
		}
		r, err := newRelay(s.TLSAddr, l)
		if err != nil {
			return err
		}
		err = b.link(ctx, name, s, c, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return c.Logout(ctx)
}

// link does every job with every client, in turn, so that what the machine does
// meanwhile falls on all.
func (b *bench) link(ctx context.Context, name string, s *servers.Server, c *imap.Client, r *relay) error {
	addr := s.TLSAddr
	if r.Bits > 0 {
		addr = r.addr
	}
	for _, job := range jobs {
		if len(b.Jobs) > 0 && !slices.Contains(b.Jobs, job) {
			continue
		}
		for i, client := range b.Clients {
			t := &task{Client: client, Job: job, Addr: addr, User: s.Users[0].Name, Password: s.Users[0].Password, CAFile: s.CAFile}
			t.Mailbox, t.Messages = boxAll, b.N
			switch {
			case job == jobAttachment:
				t.Mailbox, t.Messages = boxFile, 1
			case job == jobFolders:
				t.Folders, t.Messages = smallNames(), smallBoxes*smallMessages
			case r.Bits > 0:
				t.Mailbox, t.Messages = boxSome, b.N/10
			}
			changes := func() error { return nil }
			if job == jobChanges {
				changes = func() error { return change(ctx, c, t.Mailbox, i) }
			}
			row := result{Server: name, Link: r.Name, Client: client, Job: job}
			err := b.do(ctx, t, r, changes, &row)
			if errors.Is(err, errUnsupported) {
				continue
			}
			if err != nil {
				row.Err = err.Error()
			}
			b.results = append(b.results, row)
			fmt.Fprintf(b.Log, "%-16s %-18s %-11s %-9s %7.2f s wall %7.2f s CPU %6.1f MiB %6d messages %s\n", name, r.Name, job, client,
				row.Wall.Seconds(), row.CPU.Seconds(), float64(row.RSS)/(1<<20), row.Messages, row.Err)
		}
	}
	return nil
}

// do does a job, with changes between its preparation and itself.
func (b *bench) do(ctx context.Context, t *task, r *relay, changes func() error, row *result) error {
	var err error
	if t.Folder, err = os.MkdirTemp(b.folder, "files-"); err != nil {
		return err
	}
	defer os.RemoveAll(t.Folder)
	measured := func() error {
		if err := changes(); err != nil {
			return err
		}
		r.reset()
		return nil
	}
	if t.Client == "mbsync" {
		err = b.mbsync(ctx, t, measured, &row.outcome)
	} else {
		err = b.process(ctx, t, measured, &row.outcome)
	}
	if r.Bits > 0 {
		row.Line, row.Turns = r.up.octets.Load()+r.down.octets.Load(), r.turns.Load()
	}
	return err
}

func (b *bench) mbsync(ctx context.Context, t *task, measured func() error, out *outcome) error {
	if t.Job == jobHeaders || t.Job == jobAttachment {
		return errUnsupported
	}
	m, err := newMbsync(t)
	if err != nil {
		return err
	}
	if t.Job == jobNoChange || t.Job == jobChanges {
		if err := m.run(ctx, new(outcome)); err != nil {
			return err
		}
	}
	if err := measured(); err != nil {
		return err
	}
	return m.run(ctx, out)
}

// process runs a client in a process of its own.
func (b *bench) process(ctx context.Context, t *task, measured func() error, out *outcome) error {
	var cmd *exec.Cmd
	switch t.Client {
	case "imaplib":
		cmd = exec.CommandContext(ctx, "python3", filepath.Join(b.Source, "imaplib_client.py"))
	case "imapflow":
		cmd = exec.CommandContext(ctx, "node", filepath.Join(b.folder, "client.mjs"))
	default:
		program, err := os.Executable()
		if err != nil {
			return err
		}
		cmd = exec.CommandContext(ctx, program, "real-client")
	}
	cmd.Stderr = b.Log
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer cmd.Wait()
	defer in.Close()
	lines := bufio.NewReader(pipe)
	if err := json.NewEncoder(in).Encode(t); err != nil {
		return err
	}
	if line, err := lines.ReadString('\n'); err != nil || line != ready+"\n" {
		return fmt.Errorf("%s said %q: %w", t.Client, line, err)
	}
	if err := measured(); err != nil {
		return err
	}
	if _, err := io.WriteString(in, "go\n"); err != nil {
		return err
	}
	if err := json.NewDecoder(lines).Decode(out); err != nil {
		return err
	}
	switch {
	case out.Err == errUnsupported.Error():
		return errUnsupported
	case out.Err != "":
		return errors.New(out.Err)
	case t.Job == jobBodies && out.Messages != t.Messages, t.Job == jobChanges && out.Messages != 30:
		return fmt.Errorf("%d messages came", out.Messages)
	}
	return nil
}

// machine names what the figures were measured on.
func machine() string {
	return fmt.Sprintf("%s, %s/%s, %d processors", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
