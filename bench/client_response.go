//go:build !lean || response

package main

import (
	"fmt"
	"io"
	"net"

	"github.com/seed-090b04e4/imap/response"
)

// responseReader uses package response on a bare connection: it shows what parsing
// alone costs.
type responseReader struct {
	conn net.Conn
	r    *response.Reader
	tag  int
}

func init() { makePeer[clientResponse] = func() peer { return new(responseReader) } }

func (c *responseReader) open(j *job) (err error) {
	if j.Spec.clocked() || j.Spec.Kind == kindIdle {
		return errUnsupported("only reads")
	}
	if c.conn, err = dial(j); err != nil {
		return err
	}
	c.r = response.NewReader(c.conn, response.Limits{})
	ignore := func(response.Response) error { return nil }
	for _, s := range []string{"LOGIN user password", "SELECT " + mailboxName} {
		if err := c.do(s, ignore); err != nil {
			return err
		}
	}
	return nil
}

func (c *responseReader) close() { c.conn.Close() }

// do sends a command and hands its untagged responses to each.
func (c *responseReader) do(command string, each func(response.Response) error) error {
	c.tag++
	if _, err := fmt.Fprintf(c.conn, "R%d %s\r\n", c.tag, command); err != nil {
		return err
	}
	for {
		resp, err := c.r.Read()
		if err != nil {
			return err
		}
		if resp.Err != nil {
			return resp.Err
		}
		if resp.Kind == response.Tagged {
			return nil
		}
		if err := each(resp); err != nil {
			return err
		}
	}
}

func (c *responseReader) run(j *job) error {
	j.note = "package response alone"
	s := &j.sums
	switch j.Spec.Kind {
	case kindFlags:
		return c.do("UID FETCH 1:* (FLAGS)", func(r response.Response) error {
			if m, ok := r.Data.(*response.Message); ok {
				addMessage(s, m)
			}
			return nil
		})
	case kindEnvelope:
		return c.do("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)", func(r response.Response) error {
			if m, ok := r.Data.(*response.Message); ok {
				addMessage(s, m)
				addEnvelope(s, m.Envelope)
				addBody(s, m.BodyStructure)
			}
			return nil
		})
	case kindBodies:
		k := newSink(s, &j.Spec)
		return c.do("UID FETCH 1:* (BODY.PEEK[])", func(r response.Response) error {
			if m, ok := r.Data.(*response.Message); ok && r.Literal != nil {
				s[sumRows]++
				s[sumUIDs] += uint64(m.UID)
				k.next()
				_, err := io.Copy(k, r.Literal)
				return err
			}
			return nil
		})
	case kindSearch:
		return c.do("UID SEARCH ALL", func(r response.Response) error {
			if d, ok := r.Data.(*response.SearchData); ok {
				addUIDs(s, d.Nums)
			}
			return nil
		})
	case kindESearch:
		return c.do("UID SEARCH RETURN (ALL) ALL", func(r response.Response) error {
			if d, ok := r.Data.(*response.ESearchData); ok {
				addUIDs(s, d.All)
			}
			return nil
		})
	case kindList:
		return c.do(`LIST "" "*"`, func(r response.Response) error {
			if d, ok := r.Data.(*response.MailboxInfo); ok {
				addMailbox(s, d)
			}
			return nil
		})
	}
	return errUnsupported("only reads")
}
