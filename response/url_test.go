package response

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestURLs reads the URLs of RFC 5092, RFC 4467, RFC 4469 and RFC 5550, and builds
// them again.
func TestURLs(t *testing.T) {
	part := Section{Part: []int{1, 2}}
	expire := time.Date(2005, 10, 28, 23, 59, 59, 0, time.UTC)
	const token = "91354a473744909de610943775f92038"
	for text, want := range map[string]URL{
		"imap://minbari.example.org": {Host: "minbari.example.org"},
		"imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024": {
			Host: "minbari.example.org", Mailbox: "gray-council", UIDValidity: 385759045, UID: 20, Partial: true, Length: 1024,
		},
		"imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97": {
			Host: "psicorp.example.org", Mailbox: "~peter/日本語/台北",
		},
		"imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;uid=20/;section=1.2": {
			Auth: "GSSAPI", Host: "minbari.example.org", Mailbox: "gray-council", UID: 20, Section: part,
		},
		"imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows": {
			Auth: "*", Host: "minbari.example.org", Mailbox: "gray council", Search: "SUBJECT shadows",
		},
		"imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14+%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0": {
			User: "john", Auth: "*", Host: "minbari.example.org", Mailbox: "babylon5/personel", Search: "charset UTF-8 SUBJECT {14+}\r\nИванова",
		},
		"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:" + token: {
			User: "joe", Host: "example.com", Mailbox: "INBOX", UID: 20, Section: part, Access: "submit+fred", Mechanism: "internal", Token: token,
		},
		"imap://bob.ar@example.org/Sent;UIDVALIDITY=387899045/;uid=45;expire=2005-10-28T23:59:59Z;urlauth=submit+bob.ar": {
			User: "bob.ar", Host: "example.org", Mailbox: "Sent", UIDValidity: 387899045, UID: 45, Expire: expire, Access: "submit+bob.ar",
		},
		"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER": {
			Mailbox: "Drafts", UIDValidity: 385759045, UID: 20, Section: Section{Specifier: SpecifierHeader},
		},
		"/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9": {
			Mailbox: "INBOX", UIDValidity: 785799047, UID: 113330, Section: Section{Part: []int{1, 5, 9}},
		},
		"/A/;UID=1/;SECTION=HEADER.FIELDS%20(Date%20%22a(b%22)/;PARTIAL=3": {
			Mailbox: "A", UID: 1, Section: Section{Specifier: SpecifierHeaderFields, Fields: []string{"Date", "a(b"}}, Partial: true, Offset: 3,
		},
		"imap://[2001:DB8::1]:993/": {Host: "[2001:DB8::1]:993"},
		"/":                         {},
		"/%2Fetc/%2E%2E/x":          {Mailbox: "/etc/../x"},
		"/a%3BUID=1":                {Mailbox: "a;UID=1"},
	} {
		got, err := ParseURL(text)
		require.NoError(t, err, text)
		require.Equal(t, want, *got, text)
		again, err := ParseURL(got.String())
		require.NoError(t, err, got.String())
		require.Equal(t, want, *again, text)
		if !strings.HasSuffix(got.String(), "/") && !strings.ContainsAny(text, "%") {
			assert.Equal(t, strings.ToUpper(text), strings.ToUpper(got.String()))
		}
	}
}

// TestURLsThatDeceiveAreErrors: what another program might read in another way.
func TestURLsThatDeceiveAreErrors(t *testing.T) {
	for _, text := range []string{
		"", "INBOX", ";UID=20", "..;UIDVALIDITY=385759045/;UID=20", "//example.org/INBOX", "http://example.org/", "imaps://example.org/",
		"imap://", "imap:///INBOX", "imap://good.example@evil.example@x/", "imap://a:b:c/", "imap://a:x/", "imap://[::1/", "imap://[]/", "imap://a%2Fb/",
		"imap://a%40b/", "imap://@a/", "imap://u;AUTH=@a/", "imap://u;X=1@a/", "imap://u;AUTH=%2A@a/", "imap://a b/", "imap://ü/", "imap://a?x",
		"/a%", "/a%0", "/a%zz", "/a%0D%0Ab", "/a%00", "/%FF", "/a b", "/a\r\nb", "/ü", "/a/../b", "/..", "/./a", "/a\x00",
		"/a/;UID=0", "/a/;UID=4294967296", "/a/;UID=", "/a/;UID=1x", "/a/;UID=+1", "/a;UID=1", "/;UID=1", "/a/;UID=1/;UID=2", "/a/;UID=1/..",
		"/a/;UID=1;UIDVALIDITY=1", "/a;UIDVALIDITY=0", "/a/;SECTION=1", "/a/;PARTIAL=1", "/a/;UID=1/;PARTIAL=1/;SECTION=1", "/a/;UID=1/;X=1",
		"/a/;UID=1/;SECTION=", "/a/;UID=1/;SECTION=1%5D%20BODY%5B", "/a/;UID=1/;SECTION=0", "/a/;UID=1/;SECTION=HEADER.FIELDS%20(%7B1%7D%0D%0Aa)",
		"/a/;UID=1/;PARTIAL=1.0", "/a/;UID=1/;PARTIAL=-1", "/a/;UID=1/;PARTIAL=9223372036854775808", "/a/;UID=1?ALL", "/?ALL", "/a?", "/a?b?c", "/a#b",
		"/a/;UID=1;EXPIRE=2005-10-28T23:59:59Z", "/a/;UID=1;EXPIRE=soon;URLAUTH=authuser", "/a/;UID=1;URLAUTH=", "/a/;UID=1;URLAUTH=authuser:internal",
		"/a/;UID=1;URLAUTH=authuser:internal:xyz", "/a/;UID=1;URLAUTH=authuser::ab", "/a;URLAUTH=authuser", "/a/;UID=1;URLAUTH=a;URLAUTH=b",
	} {
		u, err := ParseURL(text)
		var bad *ParseError
		assert.ErrorAs(t, err, &bad, "%q: %+v", text, u)
	}
}

// FuzzURL: what can be read is built to the same again, and whatever fields hold, none
// becomes another.
func FuzzURL(f *testing.F) {
	for _, s := range []string{"", "a", "a@b", "x;UID=1", "x/;UID=1", "?", "%00", "..", "/", "a/b", "ü", "\x00", "\r\n", ":", "[::1]", "*", "1.2.MIME", "HEADER.FIELDS (a)"} {
		f.Add(s, "/"+s, uint32(len(s)))
	}
	f.Add("imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:91354a473744909de610943775f92038", "INBOX", uint32(1))
	f.Add("/a;UIDVALIDITY=1/;UID=2/;SECTION=HEADER.FIELDS%20(%22%5C%22%22)/;PARTIAL=1.2;EXPIRE=2005-10-28T23:59:59.5+01:00;URLAUTH=anonymous", "", uint32(2))
	f.Fuzz(func(t *testing.T, text, field string, n uint32) {
		if u, err := ParseURL(text); err == nil {
			again, err := ParseURL(u.String())
			require.NoError(t, err, "%q: %q", text, u)
			if !u.Expire.IsZero() {
				require.True(t, u.Expire.Equal(again.Expire))
				u.Expire, again.Expire = time.Time{}, time.Time{}
			}
			require.Equal(t, u, again, "%q", text)
		}
		u := URL{
			User: field, Auth: field, Host: "example.org", Mailbox: "m" + field, UIDValidity: n, UID: UID(n),
			Access: field, Mechanism: "INTERNAL", Token: "ab",
		}
		got, err := ParseURL(u.String())
		if err != nil {
			return // NUL, or what is not UTF-8
		}
		require.Equal(t, u.Host, got.Host, "%q", u.String())
		require.Equal(t, u.Mailbox, got.Mailbox)
		require.Equal(t, u.User, got.User)
		require.Equal(t, u.UID, got.UID)
		require.Equal(t, u.UIDValidity, got.UIDValidity)
		if n > 0 && field != "" {
			require.Equal(t, u.Access, got.Access)
			require.Equal(t, u.Token, got.Token)
		}
	})
}
