package response

import (
	"bytes"
	"unicode"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// begin makes the parser ready for b. It clears only what a response has set,
// as this happens a million times a second.
func (r *Reader) begin(b []byte) *parser {
	p := &r.parse
	p.b, p.i, p.depth = b, 0, 0
	p.utf8, p.open, p.reread = r.utf8, false, 0
	if p.mem == nil {
		p.mem = &r.mem
		p.mem.vocabulary = new(vocabulary)
		p.mem.limits()
		p.mem.budget = r.budget()
	}
	if p.next != checkStep {
		p.mem.trim()
	}
	if large := len(b) > largeRow; large || r.large {
		p.mem.isolate()
		r.large = large
	}
	p.next = checkStep
	if !r.partial {
		p.mem.charged = 0
	}
	if p.err != nil {
		p.err = nil
	}
	r.mem.clearScratch()
	return p
}

// readWhole parses a response that lies in the window as a whole.
func (r *Reader) readWhole(resp *Response, b []byte) {
	p := r.begin(b)
	switch {
	case len(b) > 1 && b[0] == '*':
		p.i = 1 // some servers send no space
		resp.Kind = Untagged
		r.untagged(p, resp)
	case len(b) > 0 && b[0] == '+':
		p.i = 1
		p.special(' ')
		resp.Kind, resp.Text = Continuation, b[p.i:]
		return
	default:
		p.tagged(resp)
	}
	if resp.Data == nil && resp.Status == nil && resp.Err == nil {
		resp.Err = p.err
	}
	if r.stopped.Load() {
		return
	}
	if resp.Err != nil {
		describe(resp, b)
	}
}

// tagged reads tag SP resp-cond-state (RFC 9051 §9 "response-tagged").
func (p *parser) tagged(resp *Response) {
	if t, ok := p.condition(); ok {
		resp.Kind = Tagless
		resp.Data = p.respText(t)
		return
	}
	resp.Kind = Untagged // unless it proves to be one
	tag := p.untilSpace()
	if len(tag) == 0 || !ascii.All(tag, ascii.TagChar) {
		p.i = 0
		p.fail(`"* ", "+" or a tag`)
		return
	}
	p.spaces()
	t, ok := p.condition()
	if !ok || t == PREAUTH || t == BYE {
		p.fail("OK, NO or BAD")
		return
	}
	resp.Kind = Tagged
	resp.Tag = string(tag)
	resp.Status = p.respText(t)
}

// untagged reads what follows "* " (RFC 9051 §9 "response-data").
func (r *Reader) untagged(p *parser, resp *Response) {
	p.spaces()
	if c := p.peek(); '0' <= c && c <= '9' {
		r.numbered(p, resp)
		return
	}
	if t, ok := p.condition(); ok {
		resp.Data = p.respText(t)
		return
	}
	if p.peek() == '[' { // Exchange 2013, home.pl: * [COPYUID 55 31 6]
		resp.Data = p.respText(OK)
		return
	}
	name := p.responseName()
	if len(name) == 0 {
		p.fail("response-data")
		return
	}
	p.named(resp, name)
}

// responseName reads the atom that names a response.
func (p *parser) responseName() []byte {
	b, i := p.b, p.i
	for i < len(b) && ascii.Is(b[i], ascii.AtomChar) {
		i++
	}
	name := b[p.i:i]
	p.i = i
	return name
}

// numbered reads the responses that begin with a number.
func (r *Reader) numbered(p *parser, resp *Response) {
	at := p.i
	n, ok := p.anyNumber()
	if !p.sp() {
		return
	}
	start := p.i
	name := p.responseName()
	switch string(name) {
	case "":
		p.fail("message-data")
		return
	case "FETCH", "UIDFETCH":
		r.fetchWhole(p, resp, n, len(name) == len("UIDFETCH"))
		if m := resp.Data.(*Message); m.SeqNum == 0 && m.UID == 0 {
			p.i, p.err = at, nil
			p.fail("nz-number")
			resp.Data, resp.Err = nil, p.err
		}
		return
	case "EXISTS":
		resp.Data = &ExistsData{n}
	case "RECENT":
		resp.Data = &RecentData{n}
	case "EXPUNGE", "EXPUNGED": // Mailutils says EXPUNGED
		ok = n > 0
		resp.Data = &ExpungeData{SeqNum(n)}
	default:
		if up := upperName(name); up != string(name) {
			p.i = at
			p.b = append(append(append([]byte{}, p.b[:start]...), up...), p.b[start+len(up):]...)
			r.numbered(p, resp)
			return
		}
		p.unknown(resp, name)
		u := resp.Data.(*UnknownData)
		u.Num, u.HasNum = n, ok
		return
	}
	if !ok {
		p.i = at
		p.fail("number")
		resp.Data, resp.Err = nil, p.err
	} else if p.spaces(); !p.end() {
		p.fail("the end of the response")
		resp.Data, resp.Err = nil, p.err
	}
}

// named reads the responses that begin with a name.
func (p *parser) named(resp *Response, name []byte) {
	at := p.i
	data, known, ok := p.namedData(name)
	if !known && !unicode.IsLetter(rune(name[0])) && dataAfterNumber(p) { // what is no number
		p.fail("number")
		resp.Err = p.err
		return
	}
	if !known {
		if ascii.EqualFold(string(CodeCopyUID), name) || ascii.EqualFold(string(CodeAppendUID), name) { // without "OK [" and "]"
			st := &StatusResponse{Type: OK}
			st.Code, st.CodeArgs = p.respTextCode(p.b[at-len(name):])
			resp.Data = st
			return
		}
		p.unknown(resp, name)
		return
	}
	if ok && !p.exceeded(0) {
		if p.spaces(); p.end() {
			resp.Data = data
			return
		}
		p.fail("the end of the response")
	}
	if p.err == nil {
		p.i = at
		p.fail("the data of " + upperName(name))
	}
	resp.Err = p.err
	resp.Err.Response = upperName(name)
}

// namedData calls the parse function of a name. The typed nil that a function
// returns with false is not used.
func (p *parser) namedData(name []byte) (data Data, known, ok bool) {
	known = true
	switch string(name) {
	case "CAPABILITY":
		data, ok = &CapabilityData{p.capabilities()}, true
	case "ENABLED":
		data, ok = &EnabledData{p.capabilities()}, true
	case "FLAGS":
		var list []Flag
		if ok = p.sp(); ok {
			list, ok = p.flagsOrNIL()
		}
		data = &FlagsData{list}
	case "LIST", "XLIST":
		data, ok = p.listData(false)
	case "LSUB":
		data, ok = p.listData(true)
	case "STATUS":
		data, ok = p.statusData()
	case "SEARCH":
		data, ok = p.searchData(nil)
	case "ESEARCH":
		data, ok = p.esearchData()
	case "SORT":
		data, ok = p.sortData()
	case "THREAD":
		data, ok = p.threadData()
	case "VANISHED":
		data, ok = p.vanishedData()
	default:
		return p.extensionData(name)
	}
	return data, known, ok
}

// extensionData is namedData for the names that come less often.
func (p *parser) extensionData(name []byte) (data Data, known, ok bool) {
	known = true
	switch string(name) {
	case "NAMESPACE":
		data, ok = p.namespaceData()
	case "ID":
		data, ok = p.idData()
	case "QUOTA":
		data, ok = p.quotaData()
	case "QUOTAROOT":
		data, ok = p.quotaRootData()
	case "ACL":
		data, ok = p.aclData()
	case "LISTRIGHTS":
		data, ok = p.listRightsData()
	case "MYRIGHTS":
		data, ok = p.myRightsData()
	case "METADATA":
		data, ok = p.metadataData()
	case "LANGUAGE":
		data, ok = p.languageData()
	case "GENURLAUTH":
		data, ok = p.genURLAuthData()
	case "URLFETCH":
		data, ok = p.urlFetchData()
	case "COMPARATOR":
		data, ok = p.comparatorData()
	case "JMAPACCESS":
		data, ok = p.jmapAccessData()
	case "UIDBATCHES":
		data, ok = p.uidBatchesData()
	default:
		if up := upperName(name); up != string(name) {
			return p.namedData([]byte(up))
		}
		known = false
	}
	return data, known, ok
}

// describe gives the response's error the octets that it is about, and whose they
// are.
func describe(resp *Response, b []byte) {
	err := resp.Err
	if err.Raw == nil {
		err.Raw = bytes.Clone(b[:min(len(b), keepRaw)])
	}
	p := parser{b: b}
	untagged := p.special('*')
	p.spaces()
	n, _ := p.anyNumber()
	p.spaces()
	m, ok := resp.Data.(*Message)
	name := upperName(p.responseName())
	if at := p.i; name != "" && !unicode.IsLetter(rune(name[0])) && dataAfterNumber(&p) {
		p.spaces()
		name = upperName(p.responseName())
		p.i = at
	}
	if untagged && err.Response == "" && ascii.All(name, ascii.Letter) {
		err.Response = name
	}
	if !ok && err.Response == "" && rowLike(b) { // whatever stands before it
		err.Response, err.UID = "FETCH", uidWithin(b)
		return
	}
	switch {
	case ok:
		if err.Response != "UIDFETCH" {
			err.Response = "FETCH"
		}
		err.SeqNum, err.UID = m.SeqNum, m.UID
	case err.Response == "FETCH":
		err.SeqNum = SeqNum(n)
		err.UID = uidWithin(b)
	case err.Response == "UIDFETCH":
		err.UID = UID(n)
	}
}

// dataAfterNumber reports whether the name of a response follows that needs a number
// before it.
func dataAfterNumber(p *parser) bool {
	p.spaces()
	at := p.i
	name := upperName(p.responseName())
	p.i = at
	switch name {
	case "FETCH", "UIDFETCH", "EXISTS", "EXPUNGE":
		return true
	}
	return false
}

// rowLike reports whether a response that can't be read looks as if it were meant as
// FETCH: that name stands before a list, and no other name before it.
func rowLike(b []byte) bool {
	const name, most = "FETCH", 40 // octets of numbers and signs
	i := bytes.IndexFunc(b[:min(len(b), most)], unicode.IsLetter)
	if i < 0 || len(b) < i+len(name) || upperName(b[i:i+len(name)]) != name {
		return false
	}
	rest := bytes.TrimLeft(b[i+len(name):], " \t0123456789")
	return len(rest) > 0 && rest[0] == '('
}

// uidWithin returns the value of the first UID item in b, and zero if there is none.
func uidWithin(b []byte) UID {
	const item = "UID "
	if i := bytes.Index(b, []byte(item)); i > 0 && (b[i-1] == '(' || b[i-1] == ' ') {
		if n, _, ok := scanNumber(b, i+len(item), max32); ok {
			return UID(n)
		}
	}
	return 0
}
