package response

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A bomb is a response that is long for one reason: a place of the grammar into
// which a unit is put again and again. Places and units are combined freely, in
// several shapes, as what is quadratic is so mostly where two of them meet.
//
// IMAP_BOMBS=all tries every combination, which takes some hours; a number is
// how many are drawn at random.

// places are rules of the grammar up to the point that takes any number of
// values, and what ends them.
var places = []struct{ name, before, after string }{
	{"status text", `* OK `, ``},
	{"status code", `* OK [`, `] text`},
	{"unknown code", `* OK [X `, `] text`},
	{"open code", `* OK [X `, ``},
	{"PERMANENTFLAGS", `* OK [PERMANENTFLAGS (`, `)] text`},
	{"bare PERMANENTFLAGS", `* OK [PERMANENTFLAGS \`, `] text`},
	{"BADCHARSET", `* NO [BADCHARSET (`, `)] text`},
	{"REFERRAL", `* NO [REFERRAL `, `] text`},
	{"COPYUID", `* OK [COPYUID 1 `, ` 1] text`},
	{"COPYUID's second", `* OK [COPYUID 1 1 `, `] text`},
	{"MODIFIED", `* OK [MODIFIED `, `] text`},
	{"CAPABILITY code", `* OK [CAPABILITY `, `] text`},
	{"tagged", `A1 OK `, ``},
	{"no response", ``, ``},
	{"a tag", `A`, ` OK done`},
	{"continuation", `+ `, ``},
	{"CAPABILITY", `* CAPABILITY `, ``},
	{"ENABLED", `* ENABLED `, ``},
	{"FLAGS", `* FLAGS (`, `)`},
	{"LIST attributes", `* LIST (`, `) NIL a`},
	{"LIST delimiter", `* LIST () "`, `" a`},
	{"LIST mailbox", `* LIST () NIL `, ``},
	{"LIST quoted mailbox", `* LIST () NIL "`, `"`},
	{"LIST extended", `* LIST () NIL a (`, `)`},
	{"LIST CHILDINFO", `* LIST () NIL a ("CHILDINFO" (`, `))`},
	{"LIST OLDNAME", `* LIST () NIL a ("OLDNAME" ("`, `"))`},
	{"STATUS mailbox", `* STATUS `, ` (MESSAGES 1)`},
	{"STATUS quoted mailbox", `* STATUS "`, `" (MESSAGES 1)`},
	{"STATUS items", `* STATUS a (`, `)`},
	{"SEARCH", `* SEARCH `, ``},
	{"SEARCH MODSEQ", `* SEARCH 1 (MODSEQ `, `)`},
	{"ESEARCH", `* ESEARCH (TAG "A1") UID `, ``},
	{"ESEARCH correlator", `* ESEARCH (`, `)`},
	{"ESEARCH ALL", `* ESEARCH (TAG "A1") UID ALL `, ` COUNT 1`},
	{"ESEARCH PARTIAL", `* ESEARCH UID PARTIAL (1:10 `, `)`},
	{"ESEARCH ADDTO", `* ESEARCH UID ADDTO (`, `)`},
	{"ESEARCH RELEVANCY", `* ESEARCH UID RELEVANCY (`, `)`},
	{"SORT", `* SORT `, ``},
	{"THREAD", `* THREAD `, ``},
	{"THREAD list", `* THREAD (`, `)`},
	{"VANISHED", `* VANISHED (EARLIER) `, ``},
	{"UIDBATCHES", `* UIDBATCHES (TAG "A1") `, ``},
	{"NAMESPACE", `* NAMESPACE (`, `) NIL NIL`},
	{"NAMESPACE extension", `* NAMESPACE (("" "/" `, `)) NIL NIL`},
	{"ID", `* ID (`, `)`},
	{"QUOTA", `* QUOTA "" (`, `)`},
	{"QUOTAROOT", `* QUOTAROOT a `, ``},
	{"ACL", `* ACL a `, ``},
	{"LISTRIGHTS", `* LISTRIGHTS a b `, ``},
	{"METADATA", `* METADATA "" (`, `)`},
	{"METADATA names", `* METADATA "" `, ``},
	{"LANGUAGE", `* LANGUAGE (`, `)`},
	{"unknown", `* XUNKNOWN `, ``},
	{"numbered unknown", `* 7 XUNKNOWN `, ``},
	{"a number", `* 7`, ` EXISTS`},
	{"FETCH", `* 7 FETCH (`, `)`},
	{"FETCH without a list", `* 7 FETCH `, ``},
	{"FETCH FLAGS", `* 7 FETCH (UID 1 FLAGS (`, `) RFC822.SIZE 1)`},
	{"FETCH UID", `* 7 FETCH (UID `, ` FLAGS ())`},
	{"FETCH INTERNALDATE", `* 7 FETCH (INTERNALDATE "`, `" UID 1)`},
	{"FETCH section", `* 7 FETCH (BODY[`, `] "x" UID 1)`},
	{"FETCH header fields", `* 7 FETCH (BODY[HEADER.FIELDS (`, `)] "x" UID 1)`},
	{"FETCH text", `* 7 FETCH (BODY[] "`, `" UID 1)`},
	{"FETCH unknown item", `* 7 FETCH (X-NEW `, ` UID 1)`},
	{"FETCH unknown section", `* 7 FETCH (X-NEW[`, `] 1 UID 1)`},
	{"FETCH labels", `* 7 FETCH (X-GM-LABELS (`, `) UID 1)`},
	{"FETCH PREVIEW", `* 7 FETCH (PREVIEW "`, `" UID 1)`},
	{"FETCH MODSEQ", `* 7 FETCH (MODSEQ (`, `) UID 1)`},
	{"ENVELOPE", `* 7 FETCH (ENVELOPE (`, `) UID 1)`},
	{"ENVELOPE date", `* 7 FETCH (ENVELOPE ("`, `" NIL NIL NIL NIL NIL NIL NIL NIL NIL) UID 1)`},
	{"ENVELOPE subject", `* 7 FETCH (ENVELOPE (NIL "`, `" NIL NIL NIL NIL NIL NIL NIL NIL) UID 1)`},
	{"ENVELOPE From", `* 7 FETCH (ENVELOPE (NIL NIL (`, `) NIL NIL NIL NIL NIL NIL NIL) UID 1)`},
	{"ENVELOPE To", `* 7 FETCH (ENVELOPE (NIL NIL NIL NIL NIL (`, `) NIL NIL NIL NIL) UID 1)`},
	{"ENVELOPE name", `* 7 FETCH (ENVELOPE (NIL NIL (("`, `" NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL) UID 1)`},
	{"ENVELOPE Message-ID", `* 7 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL "`, `") UID 1)`},
	{"BODYSTRUCTURE", `* 7 FETCH (BODYSTRUCTURE (`, `) UID 1)`},
	{"BODYSTRUCTURE parts", `* 7 FETCH (BODYSTRUCTURE (`, `"mixed" NIL NIL NIL NIL) UID 1)`},
	{"BODYSTRUCTURE subtype", `* 7 FETCH (BODYSTRUCTURE ("text" "`, `" NIL NIL NIL "7bit" 1 1) UID 1)`},
	{"BODYSTRUCTURE parameters", `* 7 FETCH (BODYSTRUCTURE ("text" "plain" (`, `) NIL NIL "7bit" 1 1) UID 1)`},
	{"BODYSTRUCTURE parameter", `* 7 FETCH (BODYSTRUCTURE ("text" "plain" ("name" "`, `") NIL NIL "7bit" 1 1) UID 1)`},
	{"BODYSTRUCTURE description", `* 7 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL "`, `" "7bit" 1 1) UID 1)`},
	{"BODYSTRUCTURE disposition", `* 7 FETCH (BODYSTRUCTURE ("a" "b" NIL NIL NIL "7bit" 1 NIL (`, `)) UID 1)`},
	{"BODYSTRUCTURE language", `* 7 FETCH (BODYSTRUCTURE ("a" "b" NIL NIL NIL "7bit" 1 NIL NIL (`, `)) UID 1)`},
	{"BODYSTRUCTURE extension", `* 7 FETCH (BODYSTRUCTURE ("a" "b" NIL NIL NIL "7bit" 1 NIL NIL NIL NIL `, `) UID 1)`},
	{"BODYSTRUCTURE message", `* 7 FETCH (BODYSTRUCTURE ("message" "rfc822" NIL NIL NIL "7bit" 1 `, `) UID 1)`},
}

// units are what is repeated. A "#" is a number that counts down, a "%" one that
// counts up with gaps.
var units = []string{
	"(", ")", "()", "( )", `"`, `""`, `"a" `, `"a"`, `"a"b" `, `\`, `\\`, `\" `, `"\\" `, `"a\"b" `, `\a`, `a`, `a `, ` `, `  x`,
	"NIL ", `NIL NIL "a" "b" `, `(NIL NIL "a" "b")`, `("a\\b" NIL "c\"d" "e") `, `("=?utf-8?q?a=20b?=" NIL "c" "d")`,
	`("a\\b" "c" NIL NIL NIL "7" 1 NIL)`, `(NIL "c\\d" NIL NIL NIL "7" 1 NIL)`, `("text" "plain" ("a" "b") NIL NIL "7bit" 1 1)`,
	`("message" "rfc822" NIL NIL NIL "7bit" 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 1 1) 1)`,
	`=?utf-8?q?a_b?= `, `=?utf-8?b?YQ==?=`, `=?`, `=?=?`, `?=`, `=?utf-8?q?`, `&AOk-`, `&`, `&-`, `&AOk`, "\xc3\xa9", "\xff",
	`name*%*="x" `, `"name*%*" "x" `, `"name*" "utf-8''%41" `, `%41`, `''`, `"x" "=?utf-8?q?a?=" `,
	"{0}\r\n", "{1}\r\na", "{1}\r\na ", "{3}\r\n\"\\\" ", "~{1}\r\na ", "{", "}", "{9", "[", "]", "[]", "[a]", "<1>", "<", ">",
	`BODY[] "a" `, "BODY[] {2}\r\nab ", `BODY[1.MIME]<0> NIL `, `X-NEW `, `X[`, `UID 1 `, `FLAGS (\Seen a) `, `FLAGS (`, `ENVELOPE () `, `BODYSTRUCTURE () `,
	`X ("a" (b)) `, `EMAILID (a) `, `RFC822.SIZE "1" `, `RFC822.SIZE x `, `MODSEQ (1) `, `BODYSTRUCTURE ("a"b"c" "d") `, `ENVELOPE ("a"b"c" "d") `,
	"1 ", "1,", "1:2,", "# ", "#,", "#:#,", "% ", "%,", "(#)", "(% ", "* ", "*,", "1.", "0", "-", "+", ",", ":", "(1 ", "(MODSEQ 1)", `ALL # `, `ADDTO (1 #) `, `(1 #,`,
	"MESSAGES 1 ", `X 1 `, "STORAGE 1 2 ", `"a" NIL `, `("" "/")`, `("a" ("b" "c"))`, `"a" ("b") `, "\x00", "\t", "\n ", "\r", "\"\r\n \"",
	`1 Jan 2020 `, `(a)`, `, `, `Mon, `, `10:00:00 `, `10:`,
}

// bomb puts n octets of a and b into a place, in one of the shapes.
func bomb(place int, a, b string, shape string, n int) []byte {
	var out []byte
	up, down := 1, 1<<31
	put := func(u string) {
		for i := 0; i < len(u); i++ {
			switch u[i] {
			case '#':
				out = strconv.AppendInt(out, int64(down), 10)
				down -= 2
			case '%':
				out = strconv.AppendInt(out, int64(up), 10)
				up += 2
			default:
				out = append(out, u[i])
			}
		}
	}
	out = append(out, places[place].before...)
	switch shape {
	case "repeated":
		for len(out) < n {
			put(a)
		}
	case "interleaved":
		for len(out) < n {
			put(a)
			put(b)
		}
	case "one after the other":
		for len(out) < n/2 {
			put(a)
		}
		for len(out) < n {
			put(b)
		}
	case "nested": // a deep list in each of many
		open := strings.Repeat("(", 100)
		for len(out) < n {
			put(open)
			put(a)
			put(strings.Repeat(")", 100))
			put(b)
		}
	}
	out = append(out, places[place].after...)
	return append(out, "\r\n"...)
}

// readBomb reads all of b, and returns what the responses say.
func readBomb(b []byte, limits Limits) (list []Data, err error) {
	r := NewReader(bytes.NewReader(b), limits)
	for {
		resp, err := r.Read()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return list, nil
		} else if err != nil {
			return list, err
		}
		if resp.Data != nil && !resp.Continues {
			list = append(list, resp.Data)
		}
	}
}

// cpuOf returns the processor time that f takes, the least of some tries.
func cpuOf(tries int, f func()) time.Duration {
	least := time.Duration(1 << 62)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range tries {
		runtime.GC()
		before := threadTime()
		f()
		least = min(least, threadTime()-before)
	}
	return least
}

// superlinear reports whether reading takes more than 2.5 times the processor
// time for twice the octets, again and again.
func superlinear(build func(n int) []byte, n int) (report string, bad bool) {
	const fast = 100 * time.Nanosecond // an octet: what costs less at this size is no attack
	measure := func(n, tries int) time.Duration {
		b := build(n)
		return cpuOf(tries, func() { readBomb(b, Limits{}) })
	}
	t := measure(n, 1)
	if t < time.Duration(n)*fast {
		return "", false
	}
	for range 3 {
		next := measure(2*n, 3)
		t = min(t, measure(n, 3))
		report += fmt.Sprintf(" %d KiB %v, %d KiB %v;", n>>10, t.Round(time.Millisecond), n>>9, next.Round(time.Millisecond))
		if next*2 < t*5 {
			return report, false
		}
		if next > 20*time.Second {
			return report, true
		}
		n, t = 2*n, next
	}
	return report, true
}

type combination struct {
	place int
	a, b  string
	shape string
}

func (c combination) String() string {
	return fmt.Sprintf("%s: %q and %q %s", places[c.place].name, c.a, c.b, c.shape)
}

// combinations yields bombs: all, or so many drawn by the seed.
func combinations(t *testing.T, few int) []combination {
	shapes := []string{"repeated", "interleaved", "one after the other", "nested"}
	var list []combination
	how := os.Getenv("IMAP_BOMBS")
	if how == "all" {
		for place := range places {
			for _, a := range units {
				list = append(list, combination{place, a, a, "repeated"})
				for _, b := range units {
					for _, shape := range shapes[1:] {
						list = append(list, combination{place, a, b, shape})
					}
				}
			}
		}
		return list
	}
	if n, err := strconv.Atoi(how); err == nil {
		few = n
	}
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("IMAP_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("IMAP_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range few {
		list = append(list, combination{r.IntN(len(places)), units[r.IntN(len(units))], units[r.IntN(len(units))], shapes[r.IntN(len(shapes))]})
	}
	return list
}

// knownBombs have taken time in proportion to the square of their length once.
var knownBombs = []combination{
	{placeNamed("FLAGS"), `\`, `\`, "repeated"},
	{placeNamed("LIST attributes"), `\`, `\`, "repeated"},
	{placeNamed("FETCH FLAGS"), `\a`, `\`, "interleaved"},
	{placeNamed("open code"), "{0}\r\n", "{0}\r\n", "repeated"},
	{placeNamed("ENVELOPE subject"), `a`, `x"`, "one after the other"},
	{placeNamed("ENVELOPE From"), `("a\\b" NIL "c\"d" "e") `, `("a\\b" NIL "c\"d" "e") `, "repeated"},
	{placeNamed("BODYSTRUCTURE parts"), `("a\\b" "c" NIL NIL NIL "7" 1 NIL)`, `(NIL "c\\d" NIL NIL NIL "7" 1 NIL)`, "one after the other"},
	{placeNamed("VANISHED"), `#,`, `#,`, "repeated"},
	{placeNamed("SEARCH"), `# `, `% `, "one after the other"},
	{placeNamed("SEARCH"), `0`, `0`, "repeated"},
}

func placeNamed(name string) int {
	return slices.IndexFunc(places, func(p struct{ name, before, after string }) bool { return p.name == name })
}

// TestTimeIsLinear reads bombs of two lengths, and longer ones where that looks
// suspicious. Promise 8.
func TestTimeIsLinear(t *testing.T) {
	if threadTime() == 0 {
		t.Skip("the processor time of a thread is not known here")
	}
	for i, c := range append(slices.Clone(knownBombs), combinations(t, 30)...) {
		n := 256 << 10
		if i < len(knownBombs) {
			n = 1 << 20
		}
		report, bad := superlinear(func(n int) []byte { return bomb(c.place, c.a, c.b, c.shape, n) }, n)
		if bad {
			t.Errorf("%v:%s", c, report)
		} else if report != "" {
			t.Logf("slow, but linear: %v:%s", c, report)
		}
	}
}

// TestRepeatedFromIsLinear has Sender and Reply-To repeat From, whose strings
// must all be made.
func TestRepeatedFromIsLinear(t *testing.T) {
	if threadTime() == 0 {
		t.Skip("the processor time of a thread is not known here")
	}
	report, bad := superlinear(func(n int) []byte {
		list := "(" + strings.Repeat(`("a\\b" NIL "c\"d" "e")`, n/66) + ")"
		return []byte(`* 7 FETCH (ENVELOPE (NIL NIL ` + list + " " + list + " " + list + " NIL NIL NIL NIL NIL))\r\n")
	}, 2<<20)
	require.False(t, bad, report)
}

// TestCollectingIsLinear adds to sets, and to capabilities, in the order that
// is worst.
func TestCollectingIsLinear(t *testing.T) {
	if threadTime() == 0 {
		t.Skip("the processor time of a thread is not known here")
	}
	for name, add := range map[string]func(n int){
		"descending pieces": func(n int) {
			var b SetBuilder[UID]
			for i := n; i > 0; i-- {
				b.AddSet(UIDs(UID(10*i), UID(10*i+5)))
			}
		},
		"descending numbers": func(n int) {
			var b SetBuilder[SeqNum]
			for i := n; i > 0; i-- {
				b.AddNum(SeqNum(2 * i))
			}
		},
		"shuffled": func(n int) {
			var b SetBuilder[SeqNum]
			for i := range n {
				b.AddNum(SeqNum(2 + 2*(i*7919%n)))
			}
		},
		"capabilities": func(n int) {
			more := make(Capabilities, n/10)
			for i := range more {
				more[i] = Cap(strconv.Itoa(i))
			}
			have := more[:len(more)/2].Union(more)
			require.Len(t, have, n/10)
		},
	} {
		var report string
		bad := true
		for n := 50_000; bad && n <= 400_000; n *= 2 {
			one, two := cpuOf(3, func() { add(n) }), cpuOf(3, func() { add(2 * n) })
			report += fmt.Sprintf(" %d %v, %d %v;", n, one, 2*n, two)
			bad = two > 3*one && two > 50*time.Millisecond
		}
		require.False(t, bad, "%s:%s", name, report)
	}
}
