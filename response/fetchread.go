package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// fetchWhole reads a FETCH response that lies in the window as a whole.
func (r *Reader) fetchWhole(p *parser, resp *Response, n uint32, byUID bool) {
	own := p.mem
	defer func() { p.mem = own }()
	p.mem = r.messageMemory()
	p.mem.begin()
	f := fetchState{msg: p.mem.newMessage(n, byUID)}
	resp.Data = f.msg
	if p.peek() != '(' && !p.sp() {
		resp.Err = p.err
		return
	}
	_, ok := p.msgAtt(&f)
	if !ok {
		resp.Err = p.err
		p.i = len(p.b)
		return
	}
	resp.Err = f.lost
}

func (mem *memory) newMessage(n uint32, byUID bool) *Message {
	m := mem.messages.one()
	mem.messages.limit, mem.sections.limit = lastSlab, heavySlab
	if mem.arena != nil && mem.arena.Poison {
		mem.arena.born(m)
	}
	if byUID { // RFC 9586 §3.3
		if m.UID = UID(n); n > 0 {
			m.Items |= ItemUID
		}
	} else {
		m.SeqNum = SeqNum(n)
	}
	return m
}

// readToLiteral parses a FETCH response up to a literal that is read on its
// own. It is handed out unless it broke the grammar, which is reported at its end.
func (r *Reader) readToLiteral(resp *Response, b []byte) (handed bool) {
	continues := r.partial
	p := r.begin(b)
	p.open = true
	if !r.partial {
		r.partial = true
		p.special('*')
		p.spaces()
		n, _ := p.anyNumber()
		p.spaces()
		byUID := ascii.EqualFold(p.untilSpace(), "UIDFETCH")
		r.mem.messages.few(textRow)
		r.fetch = fetchState{msg: r.mem.newMessage(n, byUID)}
		r.mem.sections.few(textRow)
		p.spaces()
	}
	atLiteral := false
	if r.broken == nil && p.err == nil {
		atLiteral, _ = p.msgAtt(&r.fetch)
		if m := r.fetch.msg; atLiteral && m.SeqNum == 0 && m.UID == 0 {
			atLiteral = p.fail("nz-number")
		}
	}
	if !atLiteral {
		if r.broken == nil {
			p.fail("the text of a section")
			r.broken = p.err
			r.broken.Raw = bytes.Clone(b[:min(len(b), keepRaw)])
		}
		return false
	}
	resp.Kind, resp.Data, resp.Literal, resp.Continues = Untagged, r.fetch.msg, &r.lit, continues
	return true
}

// readBehindLiteral parses the rest of a FETCH response.
func (r *Reader) readBehindLiteral(resp *Response, b []byte) {
	p := r.begin(b)
	resp.Kind, resp.Data, resp.Continues, resp.Err = Untagged, r.fetch.msg, true, r.broken
	if r.broken == nil {
		if _, ok := p.msgAtt(&r.fetch); !ok {
			resp.Err = p.err
		} else {
			resp.Err = r.fetch.lost
		}
	}
	r.partial, r.broken, r.texts = false, nil, 0
	r.fetch = fetchState{}
	if resp.Err != nil {
		describe(resp, b)
	}
}
