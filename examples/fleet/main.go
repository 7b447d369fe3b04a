package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := program(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) && ctx.Err() == nil {
		slog.Error("fleet", "err", err) // which quotes what a server says
		os.Exit(1)
	}
}

func program(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	url := flags.String("nats", "", "`URL` of the NATS server; empty: one in this process")
	file := flags.String("accounts", "", "`FILE` of accounts to add")
	dir := flags.String("dir", "fleet-data", "`FOLDER` of the NATS server in this process")
	valid := flags.Duration("lease", 20*time.Second, "`TIME` that a lease is valid")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "usage: fleet [flags]\n\nfleet watches many accounts from many processes.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *url == "" {
		srv, err := embedded(*dir, 4222)
		if err != nil {
			return err
		}
		defer srv.Shutdown()
		*url = srv.ClientURL()
	}
	f, err := connect(ctx, *url, *valid)
	if err != nil {
		return err
	}
	defer f.nc.Close()
	if *file != "" {
		if err := f.add(ctx, *file); err != nil {
			return err
		}
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	w := f.worker(fmt.Sprintf("%s-%d", host, os.Getpid()), slog.Default())
	return w.run(ctx)
}

// embedded starts a NATS server with JetStream in this process.
func embedded(dir string, port int) (*server.Server, error) {
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		return nil, err
	}
	srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		srv.Shutdown()
		return nil, errors.New("the NATS server does not start")
	}
	return srv, nil
}

// fleet is what the workers share.
type fleet struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	accounts jetstream.KeyValue
	states   jetstream.KeyValue
	held     jetstream.KeyValue
	valid    time.Duration
}

// connect makes the buckets and the stream, unless they are there.
func connect(ctx context.Context, url string, valid time.Duration) (*fleet, error) {
	nc, err := nats.Connect(url, nats.MaxReconnects(-1))
	if err != nil {
		return nil, err
	}
	f := &fleet{nc: nc, valid: valid}
	if err := f.setUp(ctx); err != nil {
		nc.Close()
		return nil, err
	}
	return f, nil
}

func (f *fleet) setUp(ctx context.Context) (err error) {
	if f.js, err = jetstream.New(f.nc); err != nil {
		return err
	}
	for _, b := range []struct {
		kv   *jetstream.KeyValue
		conf jetstream.KeyValueConfig
	}{
		{&f.accounts, jetstream.KeyValueConfig{Bucket: "accounts"}},
		{&f.states, jetstream.KeyValueConfig{Bucket: "states"}},
		{&f.held, jetstream.KeyValueConfig{Bucket: "leases", TTL: f.valid, Storage: jetstream.MemoryStorage}},
	} {
		if *b.kv, err = f.js.CreateOrUpdateKeyValue(ctx, b.conf); err != nil {
			return err
		}
	}
	_, err = f.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: "mail", Subjects: []string{"mail.>"}, Duplicates: time.Hour, MaxAge: 7 * 24 * time.Hour})
	return err
}

// add adds the accounts of a file.
func (f *fleet) add(ctx context.Context, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	jobs := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &jobs); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for name, j := range jobs {
		if _, err := f.accounts.Put(ctx, name, j); err != nil {
			return fmt.Errorf("account %q: %w", name, err)
		}
	}
	return nil
}

// worker returns a worker of that name.
func (f *fleet) worker(name string, log *slog.Logger) *worker {
	return &worker{
		fleet: f, leases: &leases{f.held, name, f.valid}, secret: os.Getenv, log: log.With("worker", name),
		serving: func(account string, on bool) { log.Info("serving", "worker", name, "account", account, "on", on) },
	}
}
