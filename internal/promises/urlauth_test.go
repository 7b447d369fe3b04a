package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

const (
	urlPart  = "imap://joe@example.com/INBOX/;uid=20/;section=1.2"
	urlToken = urlPart + ";urlauth=submit+fred:internal:91354a473744909de610943775f92038"
)

// The examples of RFC 4467 §7.
func TestURLAuthAsInRFC4467(t *testing.T) {
	asInRFC(t, "URLAUTH", `
C: a775 GENURLAUTH "imap://joe@example.com/INBOX/;uid=20/
   ;section=1.2" INTERNAL
S: a775 BAD missing access identifier in supplied URL
C: a776 GENURLAUTH "imap://example.com/Shared/;uid=20/
   ;section=1.2;urlauth=submit+fred" INTERNAL
S: a776 BAD missing owner username in supplied URL
C: a777 GENURLAUTH "imap://joe@example.com/INBOX/;uid=20/
   ;section=1.2;urlauth=submit+fred" INTERNAL
S: * GENURLAUTH "imap://joe@example.com/INBOX/;uid=20/;section=1.2
   ;urlauth=submit+fred:internal:91354a473744909de610943775f92038"
S: a777 OK GENURLAUTH completed
C: a002 URLFETCH "imap://joe@example.com/INBOX/;uid=20/
   ;section=1.2;urlauth=submit+fred:internal
   :91354a473744909de610943775f92038"
S: * URLFETCH "imap://joe@example.com/INBOX/;uid=20/;section=1.2
   ;urlauth=submit+fred:internal
   :91354a473744909de610943775f92038" {28}
S: Si vis pacem, para bellum.
S:
S: a002 OK URLFETCH completed
C: a31 RESETKEY
S: a31 OK All keys removed
C: a32 RESETKEY INBOX
S: a32 OK [URLMECH INTERNAL] mechs`, func(t *testing.T, c *imap.Client) {
		ctx := t.Context()
		for _, bad := range []string{urlPart, "imap://example.com/Shared/;uid=20/;section=1.2;urlauth=submit+fred"} {
			_, err := c.GenURLAuth(ctx, bad)
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, imap.BAD, refused.Type)
		}
		urls, err := c.GenURLAuth(ctx, urlPart+";urlauth=submit+fred")
		require.NoError(t, err)
		require.Equal(t, []string{urlToken}, urls)
		parts, err := c.URLFetch(ctx, urls, commands.URLItems{})
		require.NoError(t, err)
		assert.Equal(t, []response.URLPart{{URL: urlToken, Data: []byte("Si vis pacem, para bellum.\r\n")}}, parts)
		require.NoError(t, c.ResetKey(ctx, ""))
		require.NoError(t, c.ResetKey(ctx, "INBOX"))
	})
}

// What RFC 5524 §4 and §5 have: the structure, and the octets as they are or decoded.
func TestURLFetchOfStructures(t *testing.T) {
	asInRFC(t, "URLAUTH URLAUTH=BINARY", `
C: A001 URLFETCH ("/a" BODYPARTSTRUCTURE BINARY) ("/b" BODYPARTSTRUCTURE BINARY)
S: * URLFETCH "/a" (BODYPARTSTRUCTURE ("IMAGE" "PNG" () NIL NIL "BINARY" 3)) (BINARY ~{3}
S: abc) "/b" (BODYPARTSTRUCTURE NIL) (BINARY NIL)
S: A001 OK done
C: A002 URLFETCH ("/a" BODYPARTSTRUCTURE)
S: * URLFETCH "/a" (BODYPARTSTRUCTURE ("IMAGE" "PNG" () NIL NIL "BASE64" 4))
S: A002 OK done
C: A003 URLFETCH ("/c" BODYPARTSTRUCTURE BODY)
S: * URLFETCH "/c" NIL
S: A003 OK done
C: A004 URLFETCH ("/a" BINARY)
S: * URLFETCH "/a" (X-NEW (1 2)) (BINARY "")
S: A004 OK done`, func(t *testing.T, c *imap.Client) {
		fetch := func(items commands.URLItems, urls ...string) []response.URLPart {
			parts, err := c.URLFetch(t.Context(), urls, items)
			require.NoError(t, err)
			require.Len(t, parts, len(urls))
			return parts
		}
		parts := fetch(commands.URLItems{Structure: true, Binary: true}, "/a", "/b")
		assert.Equal(t, "abc", string(parts[0].Data))
		assert.Equal(t, "PNG", parts[0].Structure.Subtype)
		assert.True(t, parts[1].Binary && parts[1].Data == nil && !parts[1].Nil && parts[1].Structure == nil)
		assert.Equal(t, "BASE64", fetch(commands.URLItems{Structure: true, NoOctets: true}, "/a")[0].Structure.Encoding)
		assert.True(t, fetch(commands.URLItems{Structure: true}, "/c")[0].Nil)
		assert.Equal(t, []byte{}, fetch(commands.URLItems{Binary: true}, "/a")[0].Data)
	})
}

func TestURLAuthThatCanNotBe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 URLAUTH] hi")
			p.Answer(`URLFETCH "/a" "/b"`, `* URLFETCH "/a" "x"`)
			p.Answer(`GENURLAUTH "/a" INTERNAL "/b" INTERNAL`, `* GENURLAUTH "/a:internal:ab"`)
			p.Answer(`URLFETCH "/a"`, `* URLFETCH "/a" (BODY`)
			p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1")
			p.Serve(nil)
		})
		ctx := t.Context()
		_, err := c.URLFetch(ctx, []string{"/a"}, commands.URLItems{Binary: true})
		var lacks *imap.UnsupportedError
		require.ErrorAs(t, err, &lacks)
		assert.Equal(t, response.CapURLAuthBinary, lacks.Cap)
		_, err = c.URLFetch(ctx, []string{"/a", "/b"}, commands.URLItems{})
		require.Error(t, err, "one is missing")
		_, err = c.GenURLAuth(ctx, "/a", "/b")
		require.Error(t, err, "one is missing")
		_, err = c.URLFetch(ctx, []string{"/a"}, commands.URLItems{})
		var broken *imap.ParseError
		require.ErrorAs(t, err, &broken)
		var bad *imap.ArgumentError
		for _, urls := range [][]string{nil, {""}, {"/ü"}, {"/a b"}} {
			_, err = c.URLFetch(ctx, urls, commands.URLItems{})
			require.ErrorAs(t, err, &bad, "%q", urls)
			_, err = c.GenURLAuth(ctx, urls...)
			require.ErrorAs(t, err, &bad, "%q", urls)
		}
		_, err = c.Capability(ctx)
		require.NoError(t, err)
		_, err = c.GenURLAuth(ctx, "/a")
		require.ErrorIs(t, err, imap.ErrUnsupported)
		require.ErrorIs(t, c.ResetKey(ctx, ""), imap.ErrUnsupported)
		works(t, c)
	})
}

// TestURLAuthAtImaptest gives another user access to a part of a message.
func TestURLAuthAtImaptest(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{
		Capabilities: []imaptest.Cap{"IMAP4rev1", "URLAUTH"},
		Users:        []imaptest.Account{{Name: "joe", Password: "x"}, {Name: "fred", Password: "x"}},
	})
	uid := srv.User("joe").Mailbox("INBOX").Deliver(imap.CRLF("Subject: secret\n\nthe text\n"))
	as := func(user string) *imap.Client {
		c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.Login(t.Context(), user, "x"))
		return c
	}
	joe, fred := as("joe"), as("fred")
	u := response.URL{User: "joe", Host: "example.org", Mailbox: "INBOX", UID: uid, Section: imap.Section{Specifier: response.SpecifierText}, Access: "user+fred"}
	urls, err := joe.GenURLAuth(t.Context(), u.String())
	require.NoError(t, err)
	back, err := response.ParseURL(urls[0])
	require.NoError(t, err)
	assert.Equal(t, "user+fred", back.Access)
	assert.NotEmpty(t, back.Token)
	parts, err := fred.URLFetch(t.Context(), urls, commands.URLItems{})
	require.NoError(t, err)
	assert.Equal(t, "the text\r\n", string(parts[0].Data))
	require.NoError(t, joe.ResetKey(t.Context(), "INBOX"))
	parts, err = fred.URLFetch(t.Context(), urls, commands.URLItems{})
	require.NoError(t, err)
	assert.True(t, parts[0].Nil)
}
