package threads_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/threads"
)

func TestReferences(t *testing.T) {
	for field, want := range map[string][]string{
		"":                             nil,
		"<a@b>":                        {"<a@b>"},
		"<a@b> <c@d>\r\n\t<e@f>":       {"<a@b>", "<c@d>", "<e@f>"},
		"<a@b><c@d>":                   {"<a@b>", "<c@d>"},
		"Your message of Monday <a@b>": {"<a@b>"},
		"<a@\r\n b>":                   {"<a@b>"},
		"<cut off <c@d> <>":            {"<c@d>"},
		"<a@b":                         nil,
		"References: <a@b>,<c@d>\r\n":  {"<a@b>", "<c@d>"},
	} {
		assert.Equal(t, want, threads.References(field), "%q", field)
	}
}

// show writes threads as RFC 5256 does.
func show(list []response.Thread[response.UID]) string {
	var b strings.Builder
	for _, th := range list {
		fmt.Fprintf(&b, "(%d%s)", th.Num, show(th.Children))
	}
	return b.String()
}

func TestByReferences(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n)*3600, 0) }
	m := func(uid int, id string, refs ...string) threads.Message {
		return threads.Message{UID: response.UID(uid), ID: id, References: refs, Date: at(uid)}
	}
	late := m(9, "<a>")
	late.Date = at(99)
	for name, test := range map[string]struct {
		messages []threads.Message
		want     string
	}{
		"nothing":               {nil, ""},
		"a chain":               {[]threads.Message{m(1, "<a>"), m(2, "<b>", "<a>"), m(3, "<c>", "<a>", "<b>")}, "(1(2(3)))"},
		"in any order":          {[]threads.Message{m(3, "<c>", "<a>", "<b>"), m(2, "<b>", "<a>"), m(1, "<a>")}, "(1(2(3)))"},
		"two answers":           {[]threads.Message{m(1, "<a>"), m(3, "<c>", "<a>"), m(2, "<b>", "<a>")}, "(1(2)(3))"},
		"a missing one":         {[]threads.Message{m(1, "<a>"), m(3, "<c>", "<a>", "<b>")}, "(1(3))"},
		"a missing root":        {[]threads.Message{m(2, "<b>", "<a>"), m(3, "<c>", "<a>")}, "(0(2)(3))"},
		"a missing root of one": {[]threads.Message{m(2, "<b>", "<a>")}, "(2)"},
		"a circle":              {[]threads.Message{m(1, "<a>", "<b>"), m(2, "<b>", "<a>")}, "(2(1))"},
		"itself":                {[]threads.Message{m(1, "<a>", "<a>")}, "(1)"},
		"the same ID":           {[]threads.Message{m(1, "<a>"), m(2, "<a>"), m(3, "<b>", "<a>")}, "(1(3))(2)"},
		"no ID":                 {[]threads.Message{m(1, ""), m(2, "")}, "(1)(2)"},
		"by date":               {[]threads.Message{late, m(2, "<b>")}, "(2)(9)"},
	} {
		assert.Equal(t, test.want, show(threads.ByReferences(test.messages)), name)
	}
}

// Long chains and wide threads take little time, and no stack.
func TestByReferencesOfManyMessages(t *testing.T) {
	const n = 20_000
	var chain, wide []threads.Message
	for i := 1; i <= n; i++ {
		id := func(i int) string { return fmt.Sprintf("<%d@x>", i) }
		chain = append(chain, threads.Message{UID: response.UID(i), ID: id(i), References: []string{id(i - 1)}})
		wide = append(wide, threads.Message{UID: response.UID(i), ID: id(i), References: []string{"<root>"}})
	}
	count := func(list []response.Thread[response.UID]) (n int) {
		for i := range list {
			for range list[i].All() {
				n++
			}
		}
		return n
	}
	assert.Equal(t, n, count(threads.ByReferences(chain)))
	slices.Reverse(chain)
	assert.Equal(t, n, count(threads.ByReferences(chain)))
	assert.Equal(t, n, count(threads.ByReferences(wide)))
}
