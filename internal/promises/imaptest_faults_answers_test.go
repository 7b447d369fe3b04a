package promises_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// appendNote appends a short message.
func appendNote(ctx context.Context, c *imap.Client) error {
	const note = "Subject: note\r\n\r\nnote\r\n"
	_, err := c.Append(ctx, "INBOX", int64(len(note)), strings.NewReader(note), nil)
	return err
}

// requireStatus checks an answer that is no OK, after which all goes on.
func requireStatus(t *testing.T, c *imap.Client, err error, typ response.StatusType, text string) {
	t.Helper()
	var status *imap.StatusError
	require.ErrorAs(t, err, &status)
	require.Equal(t, typ, status.Type)
	require.Equal(t, text, status.Text)
	works(t, c)
}

// TestFaultsOfAnswers: refusing, ending, falling silent.
func TestFaultsOfAnswers(t *testing.T) {
	runHits(t, &imap.Options{ReadTimeout: time.Minute}, []hit{
		{"the second APPEND is refused: its code, and the third is done",
			[]imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "APPEND", N: 2}, Code: "OVERQUOTA", Text: "full"}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				require.NoError(t, appendNote(t.Context(), c))
				err := appendNote(t.Context(), c)
				requireStatus(t, c, err, imap.NO, "full")
				require.ErrorIs(t, err, imap.CodeOverQuota)
				require.NoError(t, appendNote(t.Context(), c))
				require.Equal(t, letters+2, srv.User("user").Mailbox("INBOX").Len())
			}},
		{"BAD to one command: the next one goes", []imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "UID FETCH"}, Status: "BAD", Text: "no"}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				_, err := fetchLetters(t, c)
				requireStatus(t, c, err, imap.BAD, "no")
				getsAll(t, c, srv)
			}},
		{"throttled as by Exchange: the text, with the time to wait in it", []imaptest.Fault{imaptest.Backoff{Wait: 2 * time.Second}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				requireStatus(t, c, c.Noop(t.Context()), imap.BAD, "Request is throttled. Suggested Backoff Time: 2000 milliseconds")
			}},
		{"BYE in place of an answer: a *ConnError with it", []imaptest.Fault{imaptest.Bye{On: imaptest.Nth{Command: "UID FETCH"}, Code: "UNAVAILABLE", Text: "down"}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				rows, err := fetchLetters(t, c)
				requireLost(t, err, true, "")
				require.ErrorIs(t, err, imap.CodeUnavailable)
				require.Zero(t, rows)
			}},
		{"BYE after the work is done: the rows, and the outcome unknown", []imaptest.Fault{imaptest.Bye{On: imaptest.Nth{Command: "UID FETCH"}, Late: true}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				rows, err := fetchLetters(t, c)
				requireLost(t, err, true, "")
				require.Equal(t, letters, rows)
			}},
		{"one answer that never comes: ctx.Err, and all goes on", []imaptest.Fault{imaptest.Silent{On: imaptest.Nth{Command: "STATUS"}}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := c.Status(ctx, "INBOX", imap.StatusMessages)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				works(t, c)
			}},
		{"an answer with a tag that nobody gave: a *ProtocolError", []imaptest.Fault{imaptest.WrongTag{}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				err := c.Noop(t.Context())
				requireLost(t, err, true, "")
				var violation *imap.ProtocolError
				require.ErrorAs(t, err, &violation)
			}},
	})
}

// TestFaultRefuseWithAnyCode: errors.Is finds each code.
func TestFaultRefuseWithAnyCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		srv := serverWithLetters(t, nil)
		c := clientOf(t, srv, nil)
		for code, name := range map[string]error{
			"ALERT": imap.CodeAlert, "ALREADYEXISTS": imap.CodeAlreadyExists, "AUTHENTICATIONFAILED": imap.CodeAuthenticationFailed,
			"BADCHARSET (UTF-8 KOI8-R)": response.CodeBadCharset, "CANNOT": imap.CodeCannot, "CLIENTBUG": response.CodeClientBug,
			"CONTACTADMIN": response.CodeContactAdmin, "CORRUPTION": response.CodeCorruption, "EXPIRED": imap.CodeExpired,
			"EXPUNGEISSUED": response.CodeExpungeIssued, "INUSE": imap.CodeInUse, "LIMIT": imap.CodeLimit, "NONEXISTENT": imap.CodeNonExistent,
			"NOPERM": imap.CodeNoPerm, "OVERQUOTA": imap.CodeOverQuota, "PARSE": response.CodeParse, "PRIVACYREQUIRED": imap.CodePrivacyRequired,
			"READ-ONLY": response.CodeReadOnly, "SERVERBUG": response.CodeServerBug, "TOOBIG": imap.CodeTooBig, "TRYCREATE": imap.CodeTryCreate,
			"UNAVAILABLE": imap.CodeUnavailable, "UNKNOWN-CTE": response.CodeUnknownCTE, "USEATTR": response.CodeUseAttr,
		} {
			for _, status := range []string{"NO", "BAD"} {
				srv.ClearFaults()
				srv.Fault(imaptest.Refuse{Status: status, Code: code})
				err := c.Create(t.Context(), "x", nil)
				assert.ErrorIs(t, err, name, code)
				var refused *imap.StatusError
				if assert.ErrorAs(t, err, &refused) {
					assert.Equal(t, status, refused.Type.String())
				}
			}
		}
		works(t, c)
	})
}

// TestFaultsOfData: what is untagged.
func TestFaultsOfData(t *testing.T) {
	runHits(t, &imap.Options{ReadTimeout: time.Minute}, []hit{
		{"messages in two responses: one row each", []imaptest.Fault{imaptest.SplitFetch{}}, getsAll},
		{"the same with UID in both", []imaptest.Fault{imaptest.SplitFetch{At: 2, WithUID: true}}, getsAll},
		{"unsolicited lines between any two: all", []imaptest.Fault{imaptest.Unsolicited{Lines: []string{
			"* {exists} EXISTS", "* {recent} RECENT", "* OK [ALERT] Beware", `* {exists} FETCH (UID {uid} FLAGS (\Recent))`,
			"* XFROB {tag} (1 2) {3+}", "* NO [XODD arguments] slow today", "* CAPABILITY IMAP4rev1 XFROB",
		}}}, getsAll},
		{"responses in capitals: all", []imaptest.Fault{imaptest.Rewrite{With: capitals}}, getsAll},
		{"a malformed BODYSTRUCTURE: a *ParseError with the rest of that message", []imaptest.Fault{imaptest.SpoilStructure{UID: 2}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				var spoilt int
				for m, err := range c.UIDFetch(t.Context(), all, imap.FetchItems{Flags: true, BodyStructure: true}, nil) {
					if m.UID != 2 {
						require.NoError(t, err)
						require.Equal(t, "text/plain", m.BodyStructure.MediaType())
						continue
					}
					spoilt++
					var bad *imap.ParseError
					require.ErrorAs(t, err, &bad)
					require.True(t, m.HasFlag(imap.FlagFlagged))
				}
				require.Equal(t, 1, spoilt)
				works(t, c)
			}},
		{"a capability that is not told: the other way is gone", []imaptest.Fault{imaptest.HideCapabilities{Names: []imaptest.Cap{imap.CapMove, imap.CapIMAP4rev2}}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				_, err := c.Capability(t.Context())
				require.NoError(t, err)
				require.NoError(t, c.Create(t.Context(), "Archive", nil))
				res, err := c.UIDMove(t.Context(), imap.UIDs(2), "Archive")
				require.NoError(t, err)
				require.Equal(t, "1", res.Dest.String())
				require.Equal(t, 1, srv.User("user").Mailbox("Archive").Len())
				require.Equal(t, letters-1, srv.User("user").Mailbox("INBOX").Len())
				require.NotContains(t, srv.Transcript()[0], "MOVE 2")
			}},
	})
}

// TestFaultUnsolicitedEverywhere has the server say more than it was asked for
// after every line of a session: the answers are right, and the rest are events.
func TestFaultUnsolicitedEverywhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		srv := serverWithLetters(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Unsolicited{
			Lines: []string{"* OK [ALERT] Beware", "* {exists} EXISTS", "* XFROB 4711", `* {exists} FETCH (UID {uid} FLAGS ($New))`},
		}}})
		told := make(map[string]int) // by the goroutine of the events
		c := clientOf(t, srv, &imap.Options{OnEvent: func(event imap.Event) {
			switch event := event.(type) {
			case *imap.StatusResponse:
				told["* OK "+event.Text]++
			case *response.UnknownData:
				told[event.Name]++
			case *imap.Message:
				require.True(t, event.HasFlag("$New"))
				told["FETCH"]++
			}
		}})
		ctx := t.Context()
		boxes, err := imap.Collect(c.List(ctx, "*", nil))
		require.NoError(t, err)
		require.Len(t, boxes, 1)
		figures, err := c.Status(ctx, "INBOX", imap.StatusMessages)
		require.NoError(t, err)
		require.EqualValues(t, letters, figures.Messages)
		found, err := c.UIDSearch(ctx, search.Flagged(), nil)
		require.NoError(t, err)
		require.Equal(t, "2", found.All.String())
		require.NoError(t, appendNote(ctx, c))
		put, err := c.UIDCopy(ctx, imap.UIDs(1), "INBOX")
		require.NoError(t, err)
		require.Equal(t, "5", put.Dest.String())
		require.EqualValues(t, letters+2, c.Mailbox().Messages)
		require.NoError(t, c.Logout(ctx))
		synctest.Wait()
		for _, event := range []string{"* OK Beware", "XFROB", "FETCH"} {
			require.GreaterOrEqual(t, told[event], 7, event)
		}
	})
}

// capitals writes an untagged response without literals in capitals.
func capitals(response string) string {
	if strings.HasPrefix(response, "* ") && !strings.Contains(response, "\r\n") {
		return strings.ToUpper(response)
	}
	return response
}

// TestFaultsOfLiterals: either side's.
func TestFaultsOfLiterals(t *testing.T) {
	spoilt := func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
		rows, err := fetchLetters(t, c)
		require.Equal(t, 1, rows, "nobody gets a text of the wrong length")
		var bad *imap.ParseError
		require.ErrorAs(t, err, &bad)
		works(t, c)
	}
	hits := []hit{
		{"announced too short: a *ParseError for that row", []imaptest.Fault{imaptest.WrongLiteral{N: 2, Delta: -5}}, spoilt},
		{"announced too long: a *ParseError for that row", []imaptest.Fault{imaptest.WrongLiteral{N: 2, Delta: 5}}, spoilt},
		{"announced longer than all that comes: ErrTimeout", []imaptest.Fault{imaptest.WrongLiteral{N: 2, Delta: 5000}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				rows, err := fetchLetters(t, c)
				require.ErrorIs(t, err, imap.ErrTimeout)
				require.Equal(t, 1, rows)
			}},
	}
	runHits(t, &imap.Options{ReadTimeout: time.Minute}, hits)
}

// TestFaultsOfTheClientsLiterals has a server that wants to be asked before each
// literal.
func TestFaultsOfTheClientsLiterals(t *testing.T) {
	for _, h := range []hit{
		{"refused: its code, nothing of the message is sent, and the next one goes", []imaptest.Fault{imaptest.RefuseLiteral{N: 1, Command: "APPEND", Code: "TOOBIG"}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				err := appendNote(t.Context(), c)
				requireStatus(t, c, err, imap.NO, "No literals now")
				require.ErrorIs(t, err, imap.CodeTooBig)
				require.NotContains(t, srv.Transcript()[0], "Subject: note")
				require.NoError(t, appendNote(t.Context(), c))
			}},
		{"an early OK: a *ProtocolError, as the message was not sent", []imaptest.Fault{imaptest.EarlyOK{On: imaptest.Nth{Command: "APPEND"}}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				err := appendNote(t.Context(), c)
				var violation *imap.ProtocolError
				require.ErrorAs(t, err, &violation)
				require.Equal(t, letters, srv.User("user").Mailbox("INBOX").Len())
			}},
	} {
		t.Run(h.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				srv := serverWithLetters(t, &imaptest.Options{Without: []imaptest.Cap{response.CapLiteralPlus, response.CapLiteralMinus, imap.CapIMAP4rev2}})
				c := clientOf(t, srv, nil)
				srv.Fault(h.faults...)
				h.gets(t, c, srv)
			})
		})
	}
}

// TestEveryFaultIsMet: each fault of package imaptest is in one of the tests above.
func TestEveryFaultIsMet(t *testing.T) {
	var tests strings.Builder
	files, err := filepath.Glob("imaptest_faults*_test.go")
	require.NoError(t, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		tests.Write(b)
	}
	sources, err := filepath.Glob("../../imaptest/fault*.go")
	require.NoError(t, err)
	count := 0
	for _, name := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, is := decl.(*ast.FuncDecl)
			if !is || f.Recv == nil || f.Name.Name != "effect" {
				continue
			}
			if fault, is := f.Recv.List[0].Type.(*ast.Ident); is && fault.IsExported() {
				count++
				assert.Contains(t, tests.String(), "imaptest."+fault.Name+"{")
			}
		}
	}
	assert.GreaterOrEqual(t, count, 22)
}
