package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

const intro = `# Extensions

<!-- Written by go run ./internal/extensions: do not edit. -->

Every capability of IANA's registry of IMAP capabilities, and some of vendors: what of the library speaks it, and on
which servers the behaviour suite has verified that: “all” is Dovecot 2.3 and 2.4, Cyrus 3.6 and 3.12, Courier, mox,
GNU Mailutils, go-imap's server, gluon and maddy; one in parentheses passes but for a known deviation
([SERVERS.md](SERVERS.md) has each test's outcome). ` + "`imaptest`" + ` is the in-process server of this module.

A name without a package is of package ` + "`imap`" + `. A method returns ` + "`ErrUnsupported`" + `, naming the capability, if the server lacks it and
there is no safe substitute; a substitute stands under “note”.

Anything else that a server offers can be spoken by ` + "`Client.Do`" + `, with a ` + "`commands.Raw`" + ` or a type of one's own, as
[examples/vendorext](../examples/vendorext) shows.

| capability | RFC | request | response | verified on | imaptest | note |
|---|---|---|---|---|:-:|---|
`

// page returns docs/EXTENSIONS.md of the module in the folder top.
func page(top string) ([]byte, error) {
	results, err := readResults(top)
	if err != nil {
		return nil, err
	}
	offered, err := imaptestOffers(top)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(intro)
	for _, x := range table {
		on, inProcess := results.verified(x.tests())
		if slices.ContainsFunc(x.caps(), offered.has) {
			inProcess = true
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", quoted(x.caps()), rfcs(x.RFC),
			quoted(strings.Fields(x.Request)), quoted(strings.Fields(x.Response)), on, mark(inProcess), x.Note)
	}
	return b.Bytes(), nil
}

func (x *extension) caps() []string { return strings.Fields(x.Caps) }

func (x *extension) tests() []string {
	if x.Tests == "" {
		return nil
	}
	return strings.Split(x.Tests, "; ")
}

func mark(yes bool) string {
	if yes {
		return "✓"
	}
	return ""
}

func quoted(names []string) string {
	for i, name := range names {
		names[i] = "`" + name + "`"
	}
	return strings.Join(names, ", ")
}

// rfcs returns links to the documents.
func rfcs(numbers string) string {
	if numbers == "-" {
		return "–"
	}
	var links []string
	for n := range strings.SplitSeq(numbers, ", ") {
		links = append(links, fmt.Sprintf("[%s](https://www.rfc-editor.org/rfc/rfc%s)", n, n))
	}
	return strings.Join(links, ", ")
}
