//go:build !lean

package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// generator makes the mailbox that the server replays: always the same one, and
// for every octet on the wire, the figures that a client has to find in it.
type generator struct {
	r        *rand.Rand
	out      []byte
	sums     sums
	uid      uint32
	subjects []phrase
	people   []address
	bodySeq  int
	foreign  []language
}

// address is a person in an envelope.
type address struct {
	name          phrase
	mailbox, host string
}

func newGenerator(legacy bool) *generator {
	r := rand.New(rand.NewPCG(3501, 9051))
	languages := foreign[:ordinary]
	if legacy {
		languages = foreign
	}
	return &generator{r: r, foreign: languages, subjects: subjects(r, languages, 2000), people: people(r, languages, 1000)}
}

// nextUID counts UIDs with gaps, as in a mailbox in which mail is deleted: 59
// in 1,000 are missing, alone or in runs.
func (g *generator) nextUID() uint32 {
	g.uid++
	if g.r.IntN(1000) < 59 {
		g.uid += 1 + uint32(g.r.IntN(3))
	}
	return g.uid
}

var flagLists = [...][]string{
	{`\Seen`}, {`\Seen`}, {`\Seen`}, {`\Seen`}, {`\Seen`}, {}, {},
	{`\Answered`, `\Seen`}, {`\Answered`, `\Seen`}, {`\Flagged`, `\Seen`}, {`\Deleted`}, {`\Draft`, `\Seen`},
	{`\Seen`, `$Forwarded`}, {`\Seen`, `NonJunk`}, {`\Seen`, `$NotJunk`}, {`\Seen`, `$Label1`, `project-x`},
}

func (g *generator) text(s string)  { g.out = append(g.out, s...) }
func (g *generator) number(n int64) { g.out = strconv.AppendInt(g.out, n, 10) }

func (g *generator) flags() {
	list := flagLists[g.r.IntN(len(flagLists))]
	g.text("FLAGS (")
	for i, f := range list {
		if i > 0 {
			g.text(" ")
		}
		g.text(f)
		g.sums[sumFlagCount]++
		g.sums.add(sumFlags, f)
	}
	g.text(")")
}

// beginRow writes the start of a FETCH response.
func (g *generator) beginRow(seq int) uint32 {
	uid := g.nextUID()
	g.text("* ")
	g.number(int64(seq))
	g.text(" FETCH (UID ")
	g.number(int64(uid))
	g.text(" ")
	g.sums[sumRows]++
	g.sums[sumUIDs] += uint64(uid)
	return uid
}

// flagsRow writes the answer to UID FETCH (FLAGS) for one message.
func (g *generator) flagsRow(seq int) {
	g.beginRow(seq)
	g.flags()
	g.text(")\r\n")
}

var zones = []*time.Location{
	time.UTC, time.FixedZone("", 3600), time.FixedZone("", -5*3600), time.FixedZone("", 5*3600+1800), time.FixedZone("", 9*3600),
}

func (g *generator) date() time.Time {
	return time.Unix(1_400_000_000+g.r.Int64N(350_000_000), 0).In(zones[g.r.IntN(len(zones))])
}

// envelopeRow writes the answer to UID FETCH (FLAGS INTERNALDATE RFC822.SIZE
// ENVELOPE BODYSTRUCTURE) for one message.
func (g *generator) envelopeRow(seq int) {
	g.beginRow(seq)
	g.flags()
	t := g.date()
	g.text(" INTERNALDATE \"")
	g.out = t.AppendFormat(g.out, "02-Jan-2006 15:04:05 -0700")
	g.sums[sumReceived] += uint64(t.Unix())
	size := 2000 + g.r.Int64N(200_000)
	g.text("\" RFC822.SIZE ")
	g.number(size)
	g.sums[sumSizes] += uint64(size)
	g.text(" ENVELOPE ")
	g.envelope(t)
	g.text(" BODYSTRUCTURE ")
	g.body()
	g.text(")\r\n")
}

// quoted writes a quoted string, or now and then a literal.
func (g *generator) quoted(s string) {
	if g.r.IntN(50) == 0 {
		g.text("{")
		g.number(int64(len(s)))
		g.text("}\r\n")
		g.text(s)
		return
	}
	g.text(`"`)
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			g.text(`\`)
		}
		g.out = append(g.out, s[i])
	}
	g.text(`"`)
}

func (g *generator) envelope(t time.Time) {
	sent := t.Add(-time.Duration(g.r.IntN(600)) * time.Second)
	g.text(`("`)
	layout := "Mon, 02 Jan 2006 15:04:05 -0700"
	switch g.r.IntN(12) {
	case 0:
		layout = "2 Jan 2006 15:04:05 -0700"
	case 1:
		layout = "Mon, 2 Jan 2006 15:04:05 -0700 (MST)"
	}
	g.out = sent.AppendFormat(g.out, layout)
	g.sums[sumSent] += uint64(sent.Unix())
	g.text(`" `)
	subject := g.subjects[g.r.IntN(len(g.subjects))]
	g.quoted(subject.wire)
	g.sums.add(sumSubjects, subject.decoded)

	from := g.people[g.r.IntN(len(g.people))]
	lists := [6][]address{{from}, {from}, {from}, g.some(1, 4), nil, nil}
	if g.r.IntN(3) == 0 {
		lists[4] = g.some(1, 3)
	}
	for _, list := range lists {
		g.text(" ")
		g.addresses(list)
	}
	g.text(" ")
	if g.r.IntN(2) == 0 {
		g.text("NIL")
		g.sums.add(sumInReplyTo, "")
	} else {
		id := g.messageID()
		g.quoted("<" + id + ">")
		g.sums.add(sumInReplyTo, id)
	}
	id := g.messageID()
	g.text(` "<` + id + `>")`)
	g.sums.add(sumMessageIDs, id)
}

func (g *generator) messageID() string {
	return strconv.FormatUint(g.r.Uint64(), 36) + "." + strconv.Itoa(g.r.IntN(100_000)) + "@mail" + strconv.Itoa(g.r.IntN(9)) + ".example.com"
}

func (g *generator) some(low, high int) []address {
	list := make([]address, low+g.r.IntN(high-low+1))
	for i := range list {
		list[i] = g.people[g.r.IntN(len(g.people))]
	}
	return list
}

func (g *generator) addresses(list []address) {
	if len(list) == 0 {
		g.text("NIL")
		return
	}
	g.text("(")
	for _, a := range list {
		g.text("(")
		if a.name.wire == "" {
			g.text("NIL")
		} else {
			g.quoted(a.name.wire)
		}
		g.text(` NIL "` + a.mailbox + `" "` + a.host + `")`)
		g.sums[sumAddresses]++
		g.sums.add(sumNames, a.name.decoded)
		g.sums.add(sumAddrSpecs, a.mailbox)
		g.sums.add(sumAddrSpecs, a.host)
	}
	g.text(")")
}

// mailboxRow writes one LIST response. Half of the names are not ASCII.
func (g *generator) mailboxRow(i int) {
	year := strconv.Itoa(1995 + g.r.IntN(32))
	name := "Archive/" + year + "/" + pick(g.r, english.words) + "-" + strconv.Itoa(i)
	if g.r.IntN(2) == 0 {
		l := g.foreign[g.r.IntN(len(g.foreign))]
		name = "Archiv/" + year + "/" + pick(g.r, l.words) + " & " + pick(g.r, l.family) + "/" + strconv.Itoa(i)
	}
	attrs := [...]string{`\HasNoChildren`, `\HasNoChildren`, `\HasNoChildren`, `\HasChildren`, `\HasNoChildren \Marked`, `\Noselect \HasChildren`}
	a := attrs[g.r.IntN(len(attrs))]
	g.text("* LIST (" + a + `) "/" `)
	g.quoted(modifiedUTF7(name))
	g.text("\r\n")
	g.sums[sumRows]++
	g.sums[sumFlagCount] += uint64(1 + strings.Count(a, " "))
	g.sums.add(sumMailboxes, name)
}

// searchAnswer writes the UIDs of a mailbox, one by one.
func (g *generator) searchAnswer(n int) {
	g.text("* SEARCH")
	for range n {
		uid := g.nextUID()
		g.text(" ")
		g.number(int64(uid))
		g.sums[sumRows]++
		g.sums[sumUIDs] += uint64(uid)
	}
	g.text("\r\n")
}

// searchRanges writes the same UIDs as a sequence-set.
func (g *generator) searchRanges(n int) {
	start, last := uint32(0), uint32(0)
	flush := func() {
		if start == 0 {
			return
		}
		if len(g.out) > 0 {
			g.text(",")
		}
		g.number(int64(start))
		if last > start {
			g.text(":")
			g.number(int64(last))
		}
	}
	for range n {
		uid := g.nextUID()
		if start == 0 || uid != last+1 {
			flush()
			start = uid
		}
		last = uid
		g.sums[sumRows]++
		g.sums[sumUIDs] += uint64(uid)
	}
	flush()
}
