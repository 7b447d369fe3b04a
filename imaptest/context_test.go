package imaptest_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// TestGroupSearchContextUpdate: ImapTest's groups search-context-update, with the
// examples of RFC 5267 §4.3.
func TestGroupSearchContextUpdate(t *testing.T) {
	for name, c := range map[string]string{
		"SEARCH": `
			C: s1 SEARCH RETURN (UPDATE COUNT) SEEN
			S: * ESEARCH (TAG "s1") COUNT 0
			S: s1 OK SEARCH completed
			C: a1 STORE 1:2,5 +FLAGS.SILENT (\Seen)
			S: * ESEARCH (TAG "s1") ADDTO (0 1:2,5)
			S: a1 OK STORE completed
			C: a2 STORE 1 -FLAGS.SILENT (\Seen)
			S: * ESEARCH (TAG "s1") REMOVEFROM (0 1)
			S: a2 OK STORE completed
			C: a3 STORE 4:6 +FLAGS.SILENT (\Deleted)
			S: a3 OK STORE completed
			C: a4 EXPUNGE
			S: * ESEARCH (TAG "s1") REMOVEFROM (0 5)
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: a4 OK EXPUNGE completed
			C: a5 APPEND INBOX (\Seen) {4+}
			C| a: b
			S: * 4 EXISTS
			S: * 4 RECENT
			S: * ESEARCH (TAG "s1") ADDTO (0 4)
			S: a5 OK [APPENDUID 1 7] APPEND completed
			C: a6 CANCELUPDATE "s1"
			S: a6 OK CANCELUPDATE completed
			C: a7 STORE 1 +FLAGS.SILENT (\Seen)
			S: a7 OK STORE completed`,
		"UID SEARCH": `
			C: s1 UID SEARCH RETURN (CONTEXT UPDATE) OR SEEN SUBJECT "Hello 6"
			S: * ESEARCH (TAG "s1") UID ALL 6
			S: s1 OK SEARCH completed
			C: a1 STORE 3:5 +FLAGS.SILENT (\Seen \Deleted)
			S: * ESEARCH (TAG "s1") UID ADDTO (0 3:5)
			S: a1 OK STORE completed
			C: a2 UID EXPUNGE 3:4
			S: * ESEARCH (TAG "s1") UID REMOVEFROM (0 3:4)
			S: * 3 EXPUNGE
			S: * 3 EXPUNGE
			S: a2 OK EXPUNGE completed
			C: a3 STORE 3:4 FLAGS.SILENT ()
			S: * ESEARCH (TAG "s1") UID REMOVEFROM (0 5)
			S: a3 OK STORE completed`,
		"SORT": `
			C: s1 UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 UNSEEN
			S: * ESEARCH (TAG "s1") UID ALL 6,5,4,3,2,1
			S: s1 OK SORT completed
			C: a1 STORE 2,4:5 +FLAGS.SILENT (\Seen)
			S: * ESEARCH (TAG "s1") UID REMOVEFROM (2 5,4 3 2)
			S: a1 OK STORE completed
			C: a2 STORE 2,5 -FLAGS.SILENT (\Seen)
			S: * ESEARCH (TAG "s1") UID ADDTO (2 5 4 2)
			S: a2 OK STORE completed`,
		"numbers mean what they meant": `
			C: s1 SEARCH RETURN (UPDATE) 2:3 UNSEEN
			S: * ESEARCH (TAG "s1") ALL 2:3
			S: s1 OK SEARCH completed
			C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
			S: a1 OK STORE completed
			C: a2 EXPUNGE
			S: * 1 EXPUNGE
			S: a2 OK EXPUNGE completed
			C: a3 STORE 1:3 +FLAGS.SILENT (\Seen)
			S: * ESEARCH (TAG "s1") REMOVEFROM (0 1:2)
			S: a3 OK STORE completed`,
		"what is refused": `
			C: s1 SEARCH RETURN (UPDATE COUNT) SEEN
			S: * ESEARCH (TAG "s1") COUNT 0
			S: s1 OK SEARCH completed
			C: s1 SORT RETURN (UPDATE) (DATE) UTF-8 FLAGGED
			S: s1 BAD Tag reuse
			C: a1 CANCELUPDATE "none"
			S: a1 BAD <*>
			C: a2 CANCELUPDATE
			S: a2 BAD <*>
			C: a3 ESEARCH IN (PERSONAL) RETURN (UPDATE) ALL
			S: a3 BAD <*>
			C: a4 CLOSE
			S: a4 OK CLOSE completed
			C: a5 CANCELUPDATE "s1"
			S: a5 BAD <*>`,
	} {
		t.Run(name, func(t *testing.T) { converse(t, selected(t, withHello(t, 6, nil)), c) })
	}
}

// TestTooManyContexts: the eleventh is refused, and answered (RFC 5267 §4.3.1).
func TestTooManyContexts(t *testing.T) {
	conn := selected(t, withHello(t, 1, nil))
	for i := range 10 {
		assert.Len(t, skip(t, conn, fmt.Sprintf("s%d SEARCH RETURN (UPDATE) ALL", i)), 1)
	}
	converse(t, conn, `
		C: s10 SEARCH RETURN (UPDATE) ALL
		S: * ESEARCH (TAG "s10") ALL 1
		S: * NO [NOUPDATE "s10"] Too many contexts
		S: s10 OK SEARCH completed`)
	conn = selected(t, withHello(t, 1, &imaptest.Options{Without: []imaptest.Cap{"CONTEXT=SEARCH", "CONTEXT=SORT"}}))
	converse(t, conn, "C: a1 SEARCH RETURN (UPDATE) ALL\nS: a1 BAD <*>\nC: a2 CANCELUPDATE \"a1\"\nS: a2 BAD <*>")
}

// TestContextsFollowTheMailbox applies the updates of a sorted and an unsorted
// context to what the searches returned, over random changes, some of which other
// sessions make: it must be what a search returns at the end.
func TestContextsFollowTheMailbox(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			srv := withHello(t, 8, nil)
			box := srv.User("user").Mailbox("INBOX")
			conn := selected(t, srv)
			const sort, search = "UID SORT RETURN (%s) (REVERSE ARRIVAL SUBJECT) UTF-8 UNSEEN", "UID SEARCH RETURN (%s) FLAGGED"
			results := map[string][]string{}
			r := bufio.NewReader(conn)
			run := func(tag, command string) {
				_, err := io.WriteString(conn, tag+" "+command+"\r\n")
				require.NoError(t, err)
				for {
					line, err := r.ReadString('\n')
					require.NoError(t, err)
					if strings.HasPrefix(line, tag+" ") {
						require.Contains(t, line, " OK ")
						return
					}
					applyUpdate(t, results, strings.TrimSpace(line))
				}
			}
			run("sort", fmt.Sprintf(sort, "UPDATE ALL"))
			run("search", fmt.Sprintf(search, "UPDATE ALL"))
			for range 60 {
				uid := imaptest.UID(1 + rnd.IntN(int(box.UIDNext())))
				switch rnd.IntN(6) {
				case 0:
					box.Deliver(imaptest.CRLF("Subject: " + strconv.Itoa(rnd.IntN(9)) + "\n\n"))
				case 1:
					box.Expunge(uid)
				case 2:
					box.SetFlags(uid, [][]imaptest.Flag{nil, {`\Seen`}, {`\Flagged`}, {`\Seen`, `\Flagged`}}[rnd.IntN(4)]...)
				case 3:
					run("n", "NOOP")
				case 4:
					run("n", "UID STORE "+strconv.Itoa(int(uid))+" +FLAGS.SILENT (\\Flagged)")
				case 5:
					run("n", "UID SEARCH RETURN (COUNT) ALL")
				}
			}
			run("n", "NOOP")
			run("sort2", fmt.Sprintf(sort, "ALL"))
			run("search2", fmt.Sprintf(search, "ALL"))
			assert.Equal(t, results["sort2"], results["sort"])
			slices.Sort(results["search"])
			slices.Sort(results["search2"])
			assert.Equal(t, results["search2"], results["search"])
		})
	}
}

// applyUpdate applies an ESEARCH response as RFC 5267 §4.3.2 has it.
func applyUpdate(t *testing.T, results map[string][]string, line string) {
	t.Helper()
	rest, is := strings.CutPrefix(line, `* ESEARCH (TAG "`)
	if !is {
		return
	}
	tag, rest, _ := strings.Cut(rest, `")`)
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(rest))
	words = slices.DeleteFunc(words, func(w string) bool { return w == "UID" })
	if len(words) == 0 {
		return
	}
	switch words[0] {
	case "ALL":
		results[tag] = expand(t, words[1])
	case "ADDTO", "REMOVEFROM":
		for i := 1; i+1 < len(words); i += 2 {
			pos, err := strconv.Atoi(words[i])
			require.NoError(t, err)
			uids := expand(t, words[i+1])
			switch have := results[tag]; {
			case words[0] == "ADDTO" && pos == 0:
				results[tag] = append(have, uids...)
			case words[0] == "ADDTO":
				results[tag] = slices.Insert(have, pos-1, uids...)
			case pos == 0:
				results[tag] = slices.DeleteFunc(have, func(u string) bool { return slices.Contains(uids, u) })
			default:
				require.Equal(t, uids, have[pos-1:pos-1+len(uids)], line)
				results[tag] = slices.Delete(have, pos-1, pos-1+len(uids))
			}
		}
	}
}

// expand lists the numbers of a set in its order.
func expand(t *testing.T, set string) (out []string) {
	t.Helper()
	for piece := range strings.SplitSeq(set, ",") {
		s, err := response.ParseUIDSet(piece)
		require.NoError(t, err)
		for uid := range s.All() {
			out = append(out, strconv.Itoa(int(uid)))
		}
	}
	return out
}
