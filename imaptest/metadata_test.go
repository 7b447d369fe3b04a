package imaptest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// The examples of RFC 5464 §4.2 and §4.3, options in both places.
func TestMetadataOfTheRFC(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 SETMETADATA INBOX (/private/comment {33}
		S: + Ready for literal data
		C| My new comment across
		C| two lines.)
		S: a1 OK SETMETADATA completed
		C: a2 SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/boss/x "deeper")
		S: a2 OK SETMETADATA completed
		C: a3 GETMETADATA INBOX (DEPTH 1) (/private/filters/values)
		S: * METADATA INBOX (/private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/small "SMALLER 5000")
		S: a3 OK GETMETADATA completed
		C: a4 GETMETADATA (MAXSIZE 6 DEPTH infinity) INBOX /private/filters/values
		S: * METADATA INBOX (/private/filters/values/boss/x "deeper")
		S: a4 OK [METADATA LONGENTRIES 23] GETMETADATA completed
		C: a5 GETMETADATA (DEPTH 7) INBOX /private/filters
		S: a5 BAD GETMETADATA: expected a depth at ") INBOX /private/filters"
		C: a6 GETMETADATA INBOX ()
		S: a6 BAD GETMETADATA: expected an entry at ""
		C: a7 SETMETADATA INBOX ("/private/an \"odd\" (name" NIL /private "x")
		S: a7 BAD SETMETADATA: no entry's name: "/private"
		C: a8 SETMETADATA INBOX ("/private/an \"odd\" (name" "")
		S: a8 OK SETMETADATA completed
		C: a9 GETMETADATA INBOX ("/private/an \"odd\" (name")
		S: * METADATA INBOX ("/private/an \"odd\" (name" "")
		S: a9 OK GETMETADATA completed`)
}

func TestMetadataBinary(t *testing.T) {
	conn := selected(t, imaptest.NewServer(t, nil))
	_, err := fmt.Fprint(conn, "a1 SETMETADATA INBOX (/private/x ~{3+}\r\na\x00b)\r\na2 GETMETADATA INBOX /private/x\r\n")
	require.NoError(t, err)
	converse(t, conn, "S: a1 OK SETMETADATA completed\nS: * METADATA INBOX (/private/x ~{3}\nS: a\x00b)\nS: a2 OK GETMETADATA completed")
}

func TestMetadataLimits(t *testing.T) {
	conn := selected(t, imaptest.NewServer(t, &imaptest.Options{MaxLiteral: 1024}))
	converse(t, conn, `
		C: a1 SETMETADATA INBOX (/private/x "x" /private/y {1025}
		S: a1 NO [METADATA MAXSIZE 1024] The value is too long
		C: a2 SETMETADATA INBOX (/private/y "`+strings.Repeat("y", 1025)+`")
		S: a2 NO [METADATA MAXSIZE 1024] The value is too long
		C: a3 SETMETADATA "" (/shared/admin "x")
		S: a3 NO [NOPERM] This entry can't be changed
		C: a4 GETMETADATA INBOX /private/x
		S: * METADATA INBOX (/private/x NIL)
		S: a4 OK GETMETADATA completed`)
	var items []string
	for i := range 101 {
		items = append(items, fmt.Sprintf("/private/%d %q", i, "x"))
	}
	converse(t, conn, `
		C: b1 SETMETADATA INBOX (`+strings.Join(items, " ")+`)
		S: b1 NO [METADATA TOOMANY] Too many entries
		C: b2 SETMETADATA INBOX (`+strings.Join(items[:100], " ")+`)
		S: b2 OK SETMETADATA completed
		C: b3 SETMETADATA INBOX (/private/7 NIL /private/100 "x")
		S: b3 OK SETMETADATA completed`)
}

func TestMetadataFollowsItsMailbox(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, &imaptest.Options{Without: []response.Cap{response.CapObjectID}})), `
		C: a1 CREATE a/b
		S: a1 OK CREATE completed
		C: a2 SETMETADATA a/b (/private/x "b")
		S: a2 OK SETMETADATA completed
		C: a3 RENAME a c
		S: a3 OK RENAME completed
		C: a4 GETMETADATA c/b /private/x
		S: * METADATA c/b (/private/x "b")
		S: a4 OK GETMETADATA completed
		C: a5 DELETE c/b
		S: a5 OK DELETE completed
		C: a6 CREATE c/b
		S: a6 OK CREATE completed
		C: a7 GETMETADATA c/b /private/x
		S: * METADATA c/b (/private/x NIL)
		S: a7 OK GETMETADATA completed
		C: a8 SETMETADATA INBOX (/private/x "of INBOX")
		S: a8 OK SETMETADATA completed
		C: a9 RENAME INBOX old
		S: a9 OK RENAME completed
		C: b1 GETMETADATA old /private/x
		S: * METADATA old (/private/x "of INBOX")
		S: b1 OK GETMETADATA completed
		C: b2 GETMETADATA inbox /private/x
		S: * METADATA inbox (/private/x "of INBOX")
		S: b2 OK GETMETADATA completed`)
}

func TestMetadataOfTheServerAlone(t *testing.T) {
	only := imaptest.NewServer(t, &imaptest.Options{Without: []response.Cap{response.CapMetadata}})
	converse(t, selected(t, only), `
		C: a1 SETMETADATA "" (/private/x "x")
		S: a1 OK SETMETADATA completed
		C: a2 GETMETADATA "" /private/x
		S: * METADATA "" (/private/x "x")
		S: a2 OK GETMETADATA completed
		C: a3 GETMETADATA INBOX /private/x
		S: a3 NO [CANNOT] Only the server itself has entries`)
	none := imaptest.NewServer(t, &imaptest.Options{Without: []response.Cap{response.CapMetadata, response.CapMetadataServer}})
	converse(t, selected(t, none), `
		C: a1 GETMETADATA "" /private/x
		S: a1 BAD Unknown command "GETMETADATA"`)
}
