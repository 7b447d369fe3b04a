package promises_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// attachedAs are the ways in which mail programs write the name Über uns.csv, all of which
// public reports of other libraries have as lost. none is without a name.
var attachedAs = map[string][2]string{ // parameters of Content-Type and of Content-Disposition
	"none":                   {"", ""},
	"RFC 2231":               {"", "; filename*=utf-8''%C3%9Cber%20uns.csv"},
	"in Latin-1":             {"", "; filename*=iso-8859-1'de'%DCber%20uns.csv"},
	"without charset":        {"", "; filename*=%C3%9Cber%20uns.csv"},
	"with an empty charset":  {"", "; filename*=''%C3%9Cber%20uns.csv"},
	"with a quoted value":    {"", `; filename*="utf-8''%C3%9Cber%20uns.csv"`},
	"continued":              {"", "; filename*0*=utf-8''%C3%9Cb; filename*1*=er%20; filename*2=uns.csv"},
	"continued out of order": {"", "; filename*2=uns.csv;\r\n filename*1*=er%20;\r\n filename*0*=utf-8''%C3%9Cb"},
	"cut within an octet":    {"", "; filename*0*=utf-8''%C3; filename*1*=%9Cber%20uns.csv"},
	"both forms":             {"", "; filename=\"Uber uns.csv\"; filename*=utf-8''%C3%9Cber%20uns.csv"},
	"RFC 2047":               {"", `; filename="=?utf-8?B?w5xiZXIgdW5zLmNzdg==?="`},
	"RFC 2047 in two words":  {"", "; filename=\"=?utf-8?Q?=C3=9Cber?=\r\n =?utf-8?Q?_uns.csv?=\""},
	"RFC 2047 unquoted":      {"", "; filename==?utf-8?Q?=C3=9Cber_uns.csv?="},
	"raw UTF-8":              {"", `; filename="Über uns.csv"`},
	"of the type":            {"; name*=utf-8''%C3%9Cber%20uns.csv", ""},
	"of the type, RFC 2047":  {`; name="=?iso-8859-1?Q?=DCber_uns.csv?="`, ""},
}

// TestWhatAPersonWouldSaveIsAnAttachment: files of any type, with any disposition and any
// kind of name, are attachments, with their names and octets; the text is not.
func TestWhatAPersonWouldSaveIsAnAttachment(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, nil)
	inbox := srv.User("user").Mailbox("INBOX")
	c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	content := "Subject: a file\r\n\r\nK\xf6ln;1\r\n"
	seen := 0
	for _, kind := range []string{"application/msword", "application/pdf", "message/rfc822", "audio/mpeg", "text/csv", "text/plain", "x-unknown/type", "image/jpeg"} {
		for _, disposition := range []string{"", "attachment", "inline", "ATTACHMENT"} {
			for way, params := range attachedAs {
				if way == "none" && !strings.EqualFold(disposition, "attachment") && kind[0] != 'a' && kind[0] != 'm' {
					continue // which is a text or a picture that is shown
				}
				if disposition == "" && params[1] != "" {
					continue
				}
				field := ""
				if disposition != "" {
					field = "Content-Disposition: " + disposition + params[1] + "\r\n"
				}
				raw := "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nthe text\r\n" +
					"--b\r\nContent-Type: " + kind + params[0] + "\r\n" + field + "\r\n" + content + "\r\n--b--\r\n"
				uid := inbox.Deliver([]byte(raw))
				require.NoError(t, c.Noop(t.Context()))
				where := fmt.Sprintf("%s, %q, name %s", kind, disposition, way)
				m, err := c.UIDFetchOne(t.Context(), uid, imap.FetchItems{BodyStructure: true})
				require.NoError(t, err)
				require.NoError(t, c.ConfirmNames(t.Context(), uid, m.BodyStructure))
				text := m.BodyStructure.Text(imap.PreferPlain)
				require.Len(t, text, 1, where)
				assert.Equal(t, "1", text[0].String(), where)
				files := m.BodyStructure.Attachments()
				require.Len(t, files, 1, where)
				if way == "none" {
					assert.Empty(t, files[0].Filename(), where)
				} else {
					assert.Equal(t, "Über uns.csv", files[0].Filename(), where)
				}
				r, err := c.OpenPart(t.Context(), uid, files[0], nil)
				require.NoError(t, err, where)
				got, err := io.ReadAll(r)
				require.NoError(t, err, where)
				assert.True(t, bytes.Equal([]byte(content), got), where)
				seen++
			}
		}
	}
	require.Greater(t, seen, 300)
}
