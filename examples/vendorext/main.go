// Command vendorext speaks an extension that the library does not know, without a fork
// of it: XSNOOZE of an imaginary vendor hides messages until a given day. It has a command,
// a response code, a search key and a FETCH item, each with a type.
//
//	vendorext
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// CapSnooze is the capability of the extension.
const CapSnooze imap.Cap = "XSNOOZE"

// snooze is the command: XSNOOZE set SP date-time. Whatever its fields hold, it is one
// command, because the encoder has written each of them.
type snooze struct {
	uids  imap.UIDSet
	until time.Time
}

func (snooze) Name() string { return "XSNOOZE" }

// Effects says that it works on the selected mailbox, which may lose messages.
func (snooze) Effects() commands.Effects { return commands.Selected | commands.MayExpunge }

func (s snooze) Encode(e *commands.Encoder) {
	e.Atom("XSNOOZE")
	e.SP()
	e.UIDs(s.uids)
	e.SP()
	e.DateTime(s.until)
}

// Snooze hides messages, and returns those that the server has hidden: its answer has
// the response code XSNOOZED with their UIDs.
func Snooze(ctx context.Context, c *imap.Client, uids imap.UIDSet, until time.Time) (imap.UIDSet, error) {
	if !c.Caps().Has(CapSnooze) {
		return imap.UIDSet{}, &imap.UnsupportedError{Command: "XSNOOZE", Cap: CapSnooze}
	}
	answer, err := c.Do(ctx, snooze{uids, until})
	if err != nil {
		return imap.UIDSet{}, err
	}
	code, ok := answer.Status.Code.(response.OtherCode)
	if !ok || code.CodeName != "XSNOOZED" {
		return imap.UIDSet{}, nil
	}
	return imap.ParseUIDSet(code.Args)
}

// SnoozedBefore is the search key: messages that come back before a day.
func SnoozedBefore(day time.Time) search.Key {
	return search.Raw("XSNOOZED", commands.ArgAtom("BEFORE"), commands.ArgDate(day))
}

// itemSnoozed is the FETCH item, and SnoozedUntil reads it.
const itemSnoozed = "XSNOOZED"

// SnoozedUntil returns when a message comes back, zero if it is not hidden.
func SnoozedUntil(m *imap.Message) (time.Time, error) {
	v, ok := m.Other(itemSnoozed)
	if !ok || v.Kind == response.ValueNil {
		return time.Time{}, nil
	}
	return time.Parse("_2-Jan-2006 15:04:05 -0700", v.Text)
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "vendorext:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	c, err := imap.NewClient(ctx, vendorServer(), nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Select(ctx, "INBOX", nil); err != nil {
		return err
	}
	monday := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	hidden, err := Snooze(ctx, c, imap.UIDs(1, 2), monday)
	if err != nil {
		return err
	}
	fmt.Println("hidden:", hidden)
	found, err := c.UIDSearch(ctx, search.And(search.Unseen(), SnoozedBefore(monday.AddDate(0, 0, 1))), nil)
	if err != nil {
		return err
	}
	for m, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Other: []string{itemSnoozed}}, nil) {
		if err != nil {
			return err
		}
		until, err := SnoozedUntil(m)
		if err != nil {
			return err
		}
		fmt.Printf("message %d comes back on %s\n", m.UID, until.Format(time.RFC1123Z))
	}
	return c.Logout(ctx)
}

// vendorServer is as much of the vendor's server as this program needs.
func vendorServer() net.Conn {
	answers := map[string]string{
		"SELECT INBOX": "* 3 EXISTS\r\n",
		`XSNOOZE 1:2 " 2-Mar-2026 08:00:00 +0000"`:     "",
		"UID SEARCH UNSEEN XSNOOZED BEFORE 3-Mar-2026": "* SEARCH 2\r\n",
		"UID FETCH 2 (XSNOOZED)":                       "* 2 FETCH (UID 2 XSNOOZED \" 2-Mar-2026 08:00:00 +0000\")\r\n",
		"LOGOUT":                                       "* BYE see you\r\n",
	}
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		fmt.Fprint(server, "* PREAUTH [CAPABILITY IMAP4rev1 XSNOOZE] ready\r\n")
		for lines := bufio.NewScanner(server); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			answer, known := answers[command]
			switch {
			case !known:
				io.WriteString(server, tag+" BAD unknown: "+command+"\r\n")
			case strings.HasPrefix(command, "XSNOOZE"):
				io.WriteString(server, tag+" OK [XSNOOZED 1:2] hidden\r\n")
			default:
				io.WriteString(server, answer+tag+" OK done\r\n")
			}
		}
	}()
	return client
}
