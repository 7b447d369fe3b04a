//go:build !lean

package main

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
)

// server replays one workload to any number of connections.
type server struct {
	spec     *spec
	reply    *reply
	appended []byte // the text that APPEND has to bring
}

// serverMain is the server process: it reads a spec from its standard input,
// answers with a serverInfo, and ends when its input does.
func serverMain() error {
	in := bufio.NewReader(os.Stdin)
	var s spec
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &s); err != nil {
		return err
	}
	r, expect, err := makeReply(&s)
	if err != nil {
		return err
	}
	srv := &server{spec: &s, reply: r}
	if s.Kind == kindAppend {
		srv.appended = messageText(int(s.Octets))
	}
	info := serverInfo{Expect: *expect, Octets: r.total, Deflated: int64(len(r.deflated))}
	if err := srv.listen(&info); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(info); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}

// listen opens the ports that the workload needs.
func (srv *server) listen(info *serverInfo) error {
	open := func(config *tls.Config, compressed bool) (string, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		go srv.accept(l, config, compressed)
		addr := l.Addr().String()
		if srv.spec.RTT > 0 {
			return delayed(addr, srv.spec.RTT/2)
		}
		return addr, nil
	}
	var config *tls.Config
	if srv.spec.Wire == wireTLS {
		cert, pem, err := newCertificate()
		if err != nil {
			return err
		}
		info.Certificate = pem
		config = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	var err error
	if info.Addr, err = open(config, false); err != nil {
		return err
	}
	if srv.spec.Wire == wireDeflate {
		info.Compressed, err = open(nil, true)
	}
	return err
}

func (srv *server) accept(l net.Listener, config *tls.Config, compressed bool) {
	for {
		conn, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			return
		}
		if config != nil {
			conn = tls.Server(conn, config)
		}
		c := &serverConn{srv: srv, conn: conn, in: bufio.NewReader(conn)}
		if compressed {
			c.compress()
		}
		go c.serve()
	}
}

// serverConn is one connection. Short answers are collected in out and sent together
// when no further command has arrived.
type serverConn struct {
	srv        *server
	conn       net.Conn
	in         *bufio.Reader
	out        []byte
	deflater   *flate.Writer
	compressed bool
	uid        int // of the last appended message
}

func (c *serverConn) say(format string, args ...any) {
	c.out = fmt.Appendf(c.out, format+"\r\n", args...)
}

func (c *serverConn) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	defer func() { c.out = c.out[:0] }()
	if !c.compressed {
		_, err := c.conn.Write(c.out)
		return err
	}
	c.deflater.Reset(c.conn) // see reply.deflate
	if _, err := c.deflater.Write(c.out); err != nil {
		return err
	}
	return c.deflater.Flush()
}

// compress switches both directions to DEFLATE.
func (c *serverConn) compress() {
	c.compressed = true
	c.deflater, _ = flate.NewWriter(c.conn, 1)
	c.in = bufio.NewReader(flate.NewReader(c.in))
}

// long sends the workload's long answer.
func (c *serverConn) long() error {
	if err := c.flush(); err != nil {
		return err
	}
	return c.srv.reply.send(c.conn, c.compressed)
}
