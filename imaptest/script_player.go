package imaptest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Script plays the server's side of a conversation over [net.Pipe] and returns
// the client's end. It works inside testing/synctest. When the test ends, the
// script must have been played to its end.
//
//	S: * OK ready
//	C: a LOGIN <*>
//	S: a OK done
//	C: b APPEND Drafts {<<END}
//	Subject: a literal of the lines up to END
//	END
//	S: b OK [APPENDUID 7 12] stored
//	--- cut
//
// "C: " lines are expected. Their first word is a name for the tag: whatever
// tag the client sends there belongs to that name, and "S: " lines that begin
// with the name begin with the client's tag. <*> stands for any text. A line of
// one word, like DONE, has no tag. "C| " lines are expected as they are, without
// a tag: the lines of a literal, or SASL.
//
// "S: " lines are sent. "S| " lines are sent without looking for a tag, "S> "
// without a line end.
//
// A line that ends in {<<WORD} announces a literal, counted by itself, of the
// lines that follow up to one that begins with WORD; what stands after WORD
// continues the line. Where a client's literal waits for it, "+" is sent. {<<WORD+}
// is a non-synchronizing one.
//
// Lines that begin with "---" are directives: "cut" ends the connection, "eof"
// waits for the client to end it, "wait 50ms" pauses, "starttls" begins TLS
// with a certificate that [ClientTLSConfig] trusts. Empty lines, and those that
// begin with "#", are left out.
//
// A client that says something else fails the test with the script's line. So
// does a malformed script.
func Script(t testing.TB, text string) net.Conn {
	t.Helper()
	steps, err := parseScript(text)
	if err != nil {
		t.Fatal(err)
	}
	client, server := net.Pipe()
	play(t, steps, server)
	return client
}

// ScriptServer listens on loopback and plays one script for each connection, in
// the order of the scripts. It returns host:port, without TLS. Each script must
// have been played to its end when the test ends, see [Script].
func ScriptServer(t testing.TB, scripts ...string) string {
	t.Helper()
	var all [][]scriptStep
	for i, text := range scripts {
		steps, err := parseScript(text)
		if err != nil {
			t.Fatalf("script %d of %d: %v", i+1, len(scripts), err)
		}
		all = append(all, steps)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i, steps := range all {
			conn, err := l.Accept()
			if err != nil {
				t.Errorf("imaptest: nobody connected for script %d of %d", i+1, len(all))
				return
			}
			play(t, steps, conn)
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // ends Accept
		wg.Wait()
	})
	return l.Addr().String()
}

// play plays steps on conn, which it closes when the test ends.
func play(t testing.TB, steps []scriptStep, conn net.Conn) {
	p := &player{raw: conn, conn: conn, br: bufio.NewReader(conn), tags: make(map[string]string), stop: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer conn.Close()
		for i, st := range steps {
			if err := p.step(st); err != nil {
				if p.isStopped() {
					err = errors.New("the test ended here")
				}
				p.failed = fmt.Errorf("imaptest: script line %d: %w", st.line, err)
				if i == len(steps)-1 && st.do == stepEOF && p.isStopped() {
					p.failed = nil
				}
				if p.failed != nil {
					t.Error(p.failed)
				}
				return
			}
		}
		p.linger()
	}()
	t.Cleanup(func() {
		close(p.stop)
		_ = conn.Close() // ends what the player waits for
		<-done
	})
}

type player struct {
	raw    net.Conn
	conn   net.Conn
	br     *bufio.Reader
	tags   map[string]string // the script's to the client's
	stop   chan struct{}
	failed error
}

func (p *player) isStopped() bool {
	select {
	case <-p.stop:
		return true
	default:
		return false
	}
}

// linger keeps a connection open whose script has ended, and reads what no line
// waits for, until the client or the test ends it.
func (p *player) linger() { _, _ = io.Copy(io.Discard, p.br) }

func (p *player) step(st scriptStep) error {
	switch st.do {
	case stepSend, stepSendRaw, stepSendPart:
		return p.send(st)
	case stepWant, stepWantRaw:
		return p.want(st)
	case stepCut:
		if err := p.raw.Close(); !errors.Is(err, net.ErrClosed) { // the test may have ended before
			return err
		}
		return nil
	case stepWait:
		timer := time.NewTimer(st.wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-p.stop:
			return errors.New("stopped")
		}
	case stepStartTLS:
		conn := tls.Server(p.conn, serverTLS(nil))
		if err := conn.Handshake(); err != nil {
			return fmt.Errorf("TLS: %w", err)
		}
		p.conn, p.br = conn, bufio.NewReader(conn)
		return nil
	}
	rest, err := io.ReadAll(p.br) // stepEOF
	if len(rest) > 0 {
		return fmt.Errorf("wanted the end of the connection, got %q", rest)
	}
	if err != nil && p.isStopped() {
		return err
	}
	return nil
}

func (p *player) send(st scriptStep) error {
	text := st.text
	if st.do == stepSend && !st.join {
		text = p.mapTags(text)
	}
	b := []byte(text)
	if st.do != stepSendPart || st.lit {
		b = append(b, "\r\n"...)
	}
	_, err := p.conn.Write(append(b, st.data...))
	if err != nil {
		return fmt.Errorf("wanted to send %q: %w", text, err)
	}
	return nil
}

var tagCorrelator = regexp.MustCompile(`\(TAG "([^"]*)"\)`)

// mapTags puts the client's tags in place of the script's.
func (p *player) mapTags(text string) string {
	first, rest, more := strings.Cut(text, " ")
	if tag, known := p.tags[first]; known {
		first = tag
	}
	if more {
		first += " " + rest
	}
	return tagCorrelator.ReplaceAllStringFunc(first, func(m string) string {
		if tag, known := p.tags[tagCorrelator.FindStringSubmatch(m)[1]]; known {
			return `(TAG "` + tag + `")`
		}
		return m
	})
}

func (p *player) want(st scriptStep) error {
	line, err := p.br.ReadString('\n')
	if err != nil {
		return fmt.Errorf("wanted %q, got the end of the connection (%w) after %q", st.text, err, line)
	}
	got := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	want := st.text
	if tag, rest, more := strings.Cut(want, " "); more && st.do == stepWant && !st.join {
		gotTag, gotRest, _ := strings.Cut(got, " ")
		if known, used := p.tags[tag]; used && known == gotTag {
			// the same name may be used again for the client's next tag, but
			// a client must not use a tag twice
			return fmt.Errorf("the client used the tag %q twice", gotTag)
		}
		p.tags[tag] = gotTag
		want, got = rest, gotRest
	}
	if !wildcard(want, got) {
		return fmt.Errorf("\nwanted %s\ngot    %s", st.text, strings.TrimSuffix(line, "\r\n"))
	}
	if !st.lit {
		return nil
	}
	return p.literal(st)
}

func (p *player) literal(st scriptStep) error {
	if st.sync {
		if _, err := io.WriteString(p.conn, "+ go ahead\r\n"); err != nil {
			return fmt.Errorf("sending the continuation: %w", err)
		}
	}
	data := make([]byte, len(st.data))
	n, err := io.ReadFull(p.br, data)
	if err != nil {
		return fmt.Errorf("wanted a literal of %d octets, got %q: %w", len(data), data[:n], err)
	}
	if !bytes.Equal(data, st.data) {
		return fmt.Errorf("in the literal:\nwanted %q\ngot    %q", st.data, data)
	}
	return nil
}

// wildcard matches text with a pattern in which <*> stands for any text.
func wildcard(pattern, text string) bool {
	pieces := strings.Split(pattern, "<*>")
	if len(pieces) == 1 {
		return pattern == text
	}
	last := pieces[len(pieces)-1]
	if !strings.HasPrefix(text, pieces[0]) || !strings.HasSuffix(text[len(pieces[0]):], last) {
		return false
	}
	text = text[len(pieces[0]) : len(text)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(text, piece)
		if i < 0 {
			return false
		}
		text = text[i+len(piece):]
	}
	return true
}
