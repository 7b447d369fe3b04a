//go:build !lean

package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// serve implements the part of IMAP that the workloads need.
func (c *serverConn) serve() {
	defer c.conn.Close()
	c.say("* OK [CAPABILITY %s] ready", c.capabilities())
	for {
		if c.in.Buffered() == 0 {
			if c.flush() != nil {
				return
			}
		}
		tag, words, literals, err := c.command()
		if err != nil {
			return
		}
		bye, err := c.answer(tag, words, literals)
		if err != nil || bye {
			c.flush()
			return
		}
	}
}

func (c *serverConn) capabilities() string {
	s := "IMAP4rev1 UIDPLUS NAMESPACE IDLE"
	if c.srv.spec.LiteralPlus {
		s += " LITERAL+"
	}
	if c.srv.spec.ESearch {
		s += " ESEARCH"
	}
	if c.srv.spec.MultiAppend {
		s += " MULTIAPPEND"
	}
	if c.srv.spec.Wire == wireDeflate && !c.compressed {
		s += " COMPRESS=DEFLATE"
	}
	return s
}

// command reads one command: its tag, its text without literals, and how many
// literals brought the text that was expected.
func (c *serverConn) command() (tag, text string, literals int, err error) {
	var all strings.Builder
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "", "", 0, err
		}
		line = strings.TrimRight(line, "\r\n")
		size, plus, before, ok := announced(line)
		if !ok {
			all.WriteString(line)
			break
		}
		all.WriteString(before)
		if !plus {
			c.say("+ go on")
			if err := c.flush(); err != nil {
				return "", "", 0, err
			}
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(c.in, b); err != nil {
			return "", "", 0, err
		}
		if bytes.Equal(b, c.srv.appended) {
			literals++
		} else {
			all.Write(b)
		}
	}
	tag, text, _ = strings.Cut(all.String(), " ")
	return tag, text, literals, nil
}

// announced removes the header of a literal from the end of a line.
func announced(line string) (size int, plus bool, before string, ok bool) {
	at := strings.LastIndexByte(line, '{')
	if at < 0 || !strings.HasSuffix(line, "}") {
		return 0, false, "", false
	}
	digits := line[at+1 : len(line)-1]
	digits, plus = strings.CutSuffix(digits, "+")
	size, err := strconv.Atoi(digits)
	if err != nil || size < 0 || size > 1<<26 {
		return 0, false, "", false
	}
	return size, plus, line[:at], true
}

func (c *serverConn) answer(tag, text string, literals int) (bye bool, err error) {
	name, args, _ := strings.Cut(text, " ")
	name = strings.ToUpper(name)
	if name == "UID" {
		var sub string
		sub, args, _ = strings.Cut(args, " ")
		name += " " + strings.ToUpper(sub)
	}
	done := "done"
	switch name {
	case "CAPABILITY":
		c.say("* CAPABILITY %s", c.capabilities())
	case "LOGIN", "AUTHENTICATE":
		done = "[CAPABILITY " + c.capabilities() + "] welcome"
	case "SELECT", "EXAMINE":
		c.selected()
		done = "[READ-WRITE] selected"
	case "UID FETCH":
		err = c.fetch(args)
	case "UID SEARCH":
		err = c.search(tag, args)
	case "LIST":
		if strings.HasSuffix(args, `""`) || c.srv.spec.Kind != kindList {
			c.say(`* LIST (\Noselect) "/" ""`)
		} else {
			err = c.long()
		}
	case "STATUS":
		c.status(args)
	case "NAMESPACE":
		c.say(`* NAMESPACE (("" "/")) NIL NIL`)
	case "APPEND":
		done = c.appendDone(literals)
	case "COMPRESS":
		c.say("%s OK compressing", tag)
		if err := c.flush(); err != nil {
			return false, err
		}
		c.compress()
		return false, nil
	case "IDLE":
		c.say("+ idling")
		if err := c.flush(); err != nil {
			return false, err
		}
		if _, err := c.in.ReadString('\n'); err != nil { // DONE
			return false, err
		}
	case "LOGOUT":
		c.say("* BYE see you")
		bye = true
	}
	if strings.HasPrefix(done, "NO ") {
		c.say("%s %s", tag, done)
	} else {
		c.say("%s OK %s", tag, done)
	}
	return bye, err
}

func (c *serverConn) selected() {
	c.say("* %d EXISTS", c.srv.spec.N)
	c.say("* 0 RECENT")
	c.say(`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)`)
	c.say(`* OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded \*)] flags`)
	c.say("* OK [UIDVALIDITY 1] UIDs are valid")
	c.say("* OK [UIDNEXT 4000000000] predicted")
}

// fetch answers with the workload's messages, or with the one asked for.
func (c *serverConn) fetch(args string) error {
	switch c.srv.spec.Kind {
	case kindFlags, kindEnvelope, kindBodies:
		return c.long()
	}
	set, _, _ := strings.Cut(args, " ")
	c.say(`* %s FETCH (UID %s FLAGS (\Seen))`, set, set)
	return nil
}

func (c *serverConn) search(tag, args string) error {
	if c.srv.spec.Kind == kindESearch && strings.HasPrefix(strings.ToUpper(args), "RETURN") {
		c.out = append(c.out, `* ESEARCH (TAG "`+tag+`") UID ALL `...)
		if err := c.long(); err != nil {
			return err
		}
		c.say("")
		return nil
	}
	return c.long()
}

// status answers with the number that ends the mailbox's name.
func (c *serverConn) status(args string) {
	name, items, _ := strings.Cut(args, " ")
	digits := strings.Trim(name, `"`)
	digits = digits[strings.LastIndexByte(digits, '-')+1:]
	var out []string
	for item := range strings.FieldsSeq(strings.Trim(items, "()")) {
		out = append(out, item+" "+digits)
	}
	c.say("* STATUS %s (%s)", name, strings.Join(out, " "))
}

func (c *serverConn) appendDone(literals int) string {
	if literals == 0 {
		return "NO not the text that was expected"
	}
	first := c.uid + 1
	c.uid += literals
	if literals == 1 {
		return "[APPENDUID 1 " + strconv.Itoa(first) + "] appended"
	}
	return "[APPENDUID 1 " + strconv.Itoa(first) + ":" + strconv.Itoa(c.uid) + "] appended"
}
