//go:build !lean || imap

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
)

func init() { makePeer[clientImap] = func() peer { return new(imapClient) } }

// imapClient is this library.
type imapClient struct{ c *imap.Client }

// compressor is a client that can switch to DEFLATE.
type compressor interface {
	Compress(ctx context.Context) error
}

func (p *imapClient) open(j *job) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if j.Spec.GCPercent > 0 {
		debug.SetGCPercent(j.Spec.GCPercent)
	}
	switch {
	case j.Spec.Wire == wireTLS:
		p.c, err = imap.DialTLS(ctx, j.Server.Addr, &imap.Options{TLSConfig: trusting(j.Server.Certificate)})
	case j.Spec.Wire == wireDeflate && !p.canCompress():
		var conn net.Conn
		if conn, err = dial(j); err == nil {
			p.c, err = imap.NewClient(ctx, conn, nil)
		}
	default:
		p.c, err = imap.DialInsecure(ctx, j.Server.Addr, nil)
	}
	if err != nil {
		return err
	}
	if err := p.c.Login(ctx, "user", "password"); err != nil {
		return err
	}
	if c, ok := any(p.c).(compressor); ok && j.Spec.Wire == wireDeflate {
		if err := c.Compress(ctx); err != nil {
			return err
		}
	}
	_, err = p.c.Select(ctx, mailboxName, nil)
	return err
}

func (p *imapClient) canCompress() bool {
	_, ok := any(p.c).(compressor)
	return ok
}

func (p *imapClient) close() { p.c.Close() }

func (p *imapClient) idle() error {
	go func() {
		for range p.c.Idle(context.Background()) {
		}
	}()
	return nil
}

var allUIDs = imap.UIDRange(1, imap.Star)

func (p *imapClient) run(j *job) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	s := &j.sums
	switch j.Spec.Kind {
	case kindFlags:
		return p.fetch(ctx, j, s, allUIDs, imap.FetchItems{Flags: true})
	case kindEnvelope:
		return p.fetch(ctx, j, s, allUIDs, imap.FetchItems{
			Flags: true, InternalDate: true, Size: true, Envelope: true, BodyStructure: true,
		})
	case kindBodies:
		return p.bodies(ctx, j)
	case kindSearch, kindESearch:
		found, err := p.c.UIDSearch(ctx, nil, nil)
		if err != nil {
			return err
		}
		addUIDs(s, found.All)
		return nil
	case kindList:
		for d, err := range p.c.List(ctx, "*", nil) {
			if err != nil {
				return err
			}
			addMailbox(s, d)
		}
		return nil
	case kindConnect:
		return p.fetch(ctx, j, s, imap.UIDs(1), imap.FetchItems{Flags: true})
	case kindMixed:
		return p.each(j, func(i int, s *sums) error { return p.mixed(ctx, j, s, i) })
	case kindAppend:
		if j.Spec.Multi {
			return p.appendAll(ctx, j)
		}
		return p.each(j, func(_ int, s *sums) error {
			put, err := p.c.Append(ctx, mailboxName, int64(len(j.text)), bytes.NewReader(j.text), nil)
			if err != nil {
				return err
			}
			addUIDs(s, put.UIDs)
			return nil
		})
	}
	return errUnsupported("not in the API")
}

func (p *imapClient) fetch(ctx context.Context, j *job, s *sums, uids imap.UIDSet, items imap.FetchItems) error {
	for m, err := range p.c.UIDFetch(ctx, uids, items, &imap.FetchOptions{Reuse: j.Spec.Reuse}) {
		if err != nil {
			return err
		}
		addMessage(s, m)
		if m.Envelope != nil {
			addEnvelope(s, m.Envelope)
			addBody(s, m.BodyStructure)
		}
	}
	return nil
}

func (p *imapClient) bodies(ctx context.Context, j *job) error {
	k := newSink(&j.sums, &j.Spec)
	for b, err := range p.c.UIDFetchBodies(ctx, allUIDs, imap.FetchItems{Sections: []imap.FetchSection{{}}}, nil) {
		if err != nil {
			return err
		}
		j.sums[sumRows]++
		j.sums[sumUIDs] += uint64(b.Message.UID)
		k.next()
		if _, err := io.Copy(k, b); err != nil {
			return err
		}
	}
	return nil
}

// each does something j.Spec.N times, one after the other, or each in a
// goroutine of its own.
func (p *imapClient) each(j *job, do func(i int, s *sums) error) error {
	if !j.Spec.Pipelined {
		for i := range j.Spec.N {
			if err := do(i, &j.sums); err != nil {
				return err
			}
		}
		return nil
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	for i := range j.Spec.N {
		wg.Go(func() {
			var own sums
			err := do(i, &own)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			}
			for k, v := range own {
				j.sums[k] += v
			}
		})
	}
	wg.Wait()
	return failed
}

func (p *imapClient) mixed(ctx context.Context, j *job, s *sums, i int) error {
	if i%2 == 0 {
		return p.fetch(ctx, j, s, imap.UIDs(imap.UID(i+1)), imap.FetchItems{Flags: true})
	}
	d, err := p.c.Status(ctx, statusName(i+1), imap.StatusMessages|imap.StatusUnseen)
	if err != nil {
		return err
	}
	s[sumRows]++
	s[sumCounts] += uint64(d.Messages)
	return nil
}

func (p *imapClient) appendAll(ctx context.Context, j *job) error {
	list := make([]imap.AppendMessage, j.Spec.N)
	for i := range list {
		list[i] = imap.AppendMessage{Size: int64(len(j.text)), Reader: bytes.NewReader(j.text)}
	}
	put, err := p.c.AppendAll(ctx, mailboxName, list)
	if err != nil {
		return err
	}
	addUIDs(&j.sums, put.UIDs)
	return nil
}
