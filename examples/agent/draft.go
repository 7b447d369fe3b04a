package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-090b04e4/imap"
)

type draftIn struct {
	Folder string   `json:"folder"`
	UID    imap.UID `json:"uid" jsonschema:"the message to reply to"`
	Text   string   `json:"text" jsonschema:"the text of the reply"`
}

type draftOut struct {
	Folder  string   `json:"folder"`
	UID     imap.UID `json:"uid,omitempty"`
	To      string   `json:"to"`
	Subject string   `json:"subject"`
}

// draft puts a reply into the folder for drafts.
func (m *mailbox) draft(ctx context.Context, _ *mcp.CallToolRequest, in draftIn) (*mcp.CallToolResult, draftOut, error) {
	var out draftOut
	var content []byte
	err := m.in(ctx, in.Folder, func(ctx context.Context, c *imap.Client) error {
		references := imap.HeaderFields("References")
		msg, err := c.UIDFetchOne(ctx, in.UID, imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{references}})
		if err != nil {
			return err
		}
		if msg.Envelope == nil {
			return errors.New("the server gave no readable header of the message")
		}
		content, out, err = m.compose(msg.Envelope, msg.Body(), in.Text)
		return err
	})
	if err != nil {
		return nil, out, err
	}
	// Not within the function above, which may run twice.
	err = m.acc.Do(ctx, "", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
		if out.Folder, err = drafts(ctx, c); err != nil {
			return err
		}
		res, err := c.Append(ctx, out.Folder, int64(len(content)), bytes.NewReader(content), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft, imap.FlagSeen}})
		if err == nil {
			out.UID = res.UID()
		}
		return err
	})
	out.Folder = clean(out.Folder)
	return nil, out, err
}

// compose makes the message. field is the References field of the one that is replied to.
func (m *mailbox) compose(env *imap.Envelope, field []byte, text string) ([]byte, draftOut, error) {
	to := env.ReplyTo
	if len(to) == 0 {
		to = env.From
	}
	out := draftOut{To: addresses(to), Subject: strings.Join(strings.Fields(clean(env.Subject)), " ")}
	if len(out.Subject) < 3 || !strings.EqualFold(out.Subject[:3], "re:") {
		out.Subject = "Re: " + out.Subject
	}
	var h mail.Header
	h.SetDate(time.Now())
	h.SetSubject(out.Subject)
	h.SetAddressList("From", []*mail.Address{{Address: m.from}})
	h.SetAddressList("To", mailAddresses(to))
	if err := h.GenerateMessageID(); err != nil {
		return nil, out, err
	}
	// RFC 5322 §3.6.4: the references of the message, or what it replies to, and itself.
	var ids []string
	for _, id := range strings.Fields(clean(string(field)) + " " + env.MessageID) {
		if strings.HasPrefix(id, "<") && strings.HasSuffix(id, ">") {
			ids = append(ids, strings.Trim(id, "<>"))
		}
	}
	if len(ids) == 0 || len(ids) == 1 && env.InReplyTo != "" {
		if first := strings.Fields(env.InReplyTo); len(first) == 1 {
			ids = append([]string{strings.Trim(first[0], "<>")}, ids...)
		}
	}
	if len(ids) > 0 {
		h.SetMsgIDList("In-Reply-To", ids[len(ids)-1:])
		h.SetMsgIDList("References", ids)
	}
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	var b bytes.Buffer
	w, err := mail.CreateSingleInlineWriter(&b, h)
	if err != nil {
		return nil, out, err
	}
	if _, err := w.Write(imap.CRLF(text)); err != nil {
		return nil, out, err
	}
	err = w.Close()
	return b.Bytes(), out, err
}

func mailAddresses(list []imap.Address) (out []*mail.Address) {
	for _, a := range list {
		if !a.IsGroupStart() && !a.IsGroupEnd() {
			out = append(out, &mail.Address{Name: clean(a.Name), Address: clean(a.Addr())})
		}
	}
	return out
}

// drafts returns the folder for drafts: the one that the server says it is (RFC 6154), or
// one of that name.
func drafts(ctx context.Context, c *imap.Client) (string, error) {
	name := ""
	for info, err := range c.List(ctx, "*", &imap.ListOptions{SpecialUse: c.Caps().Has(imap.CapSpecialUse)}) {
		switch {
		case imap.RowError(err):
		case err != nil:
			return "", err
		case info.HasAttr(imap.AttrDrafts):
			return info.Mailbox, nil
		case strings.EqualFold(info.Mailbox, "Drafts") || strings.EqualFold(info.Mailbox, "INBOX"+info.Delim+"Drafts"):
			name = info.Mailbox
		}
	}
	if name == "" {
		return "", errors.New("the account has no folder for drafts")
	}
	return name, nil
}
