package response

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
)

// esearchData reads ESEARCH behind its name (RFC 9051 §9 "esearch-response").
func (p *parser) esearchData() (*ESearchData, bool) {
	d := new(ESearchData)
	return d, p.esearchHead(d) && p.esearchRest(d)
}

// esearchHead reads [search-correlator] [SP "UID"].
func (p *parser) esearchHead(d *ESearchData) bool {
	if p.spaces(); p.peek() == '(' {
		if !p.searchCorrelator(d) {
			return false
		}
		p.spaces()
	}
	if p.keyword("UID") {
		d.UID = true
	}
	return true
}

// esearchRest reads *(SP search-return-data).
func (p *parser) esearchRest(d *ESearchData) bool {
	for p.spaces(); !p.end(); p.spaces() {
		p.check()
		if ascii.HasPrefixFold(p.b[p.i:], "(MODSEQ ") { // as SEARCH has it
			modSeq, ok := p.searchModSeq()
			if !ok {
				return false
			}
			d.ModSeq = modSeq
			d.Items |= ESearchModSeq
			continue
		}
		name, ok := p.atom()
		if !ok || !p.sp() || !p.searchReturnData(d, name) {
			return p.fail("search-return-data")
		}
		if !p.end() && p.peek() != ' ' {
			return p.fail("SP")
		}
	}
	return true
}

// searchCorrelator reads "(" "TAG" SP string ")", in which MULTISEARCH puts
// mailbox and UIDVALIDITY too (RFC 7377 §2.1).
func (p *parser) searchCorrelator(d *ESearchData) bool {
	if !p.enter() {
		return false
	}
	for !p.leave() {
		name, ok := p.atom()
		if !ok || !p.sp() {
			return false
		}
		switch ascii.ToUpper(string(name)) {
		case "TAG":
			s, ok := p.astring()
			if !ok {
				return false
			}
			d.Tag = p.string(s)
		case "MAILBOX":
			if d.Mailbox, ok = p.mailboxString(); !ok {
				return false
			}
			d.Items |= ESearchMailbox
		case "UIDVALIDITY":
			if d.UIDValidity, ok = p.number(); !ok {
				return false
			}
		default:
			if !p.skipValue() {
				return false
			}
		}
	}
	return true
}

// searchReturnData reads the value of one result option.
func (p *parser) searchReturnData(d *ESearchData, name []byte) (ok bool) {
	switch ascii.ToUpper(p.mem.word(name)) {
	case "MIN":
		d.Min, ok = p.number()
		d.Items |= ESearchMin
	case "MAX":
		d.Max, ok = p.number()
		d.Items |= ESearchMax
	case "COUNT":
		d.Count, ok = p.number()
		d.Items |= ESearchCount
	case "ALL":
		d.All, ok = p.orderedSet(d)
		d.Items |= ESearchAll
	case "MODSEQ":
		d.ModSeq, ok = p.modSeqValue()
		d.Items |= ESearchModSeq
	case "PARTIAL":
		ok = p.searchPartial(d)
		d.Items |= ESearchPartial
	case "ADDTO":
		d.AddTo, ok = p.contextUpdates(d.AddTo)
		d.Items |= ESearchAddTo
	case "REMOVEFROM":
		d.RemoveFrom, ok = p.contextUpdates(d.RemoveFrom)
		d.Items |= ESearchRemoveFrom
	case "RELEVANCY":
		d.Relevancy, ok = p.numberList()
		d.Items |= ESearchRelevancy
	default:
		var v Value
		v, ok = p.value()
		p.charge(2 * sizeUnknown)
		d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), v})
	}
	return ok
}

// searchPartial reads "(" partial-range SP (sequence-set / NIL) ")" (RFC 9394
// §3.1, RFC 5267 §4.4).
func (p *parser) searchPartial(d *ESearchData) bool {
	if !p.enter() {
		return false
	}
	b, ok := p.atom()
	if !ok || !p.sp() {
		return false
	}
	d.PartialRange = string(b)
	if d.Partial, ok = p.orderedSet(d); !ok {
		return false
	}
	return p.leave() || p.fail(")")
}

// contextUpdates reads "(" position SP sequence-set *(SP …) ")" (RFC 5267 §4.3).
func (p *parser) contextUpdates(list []ContextUpdate) ([]ContextUpdate, bool) {
	if !p.enter() {
		return nil, false
	}
	for !p.leave() {
		pos, ok := p.number()
		if !ok {
			return nil, false
		}
		set, ok := p.spSet()
		if !ok {
			return nil, false
		}
		p.charge(3 * sizeString)
		list = append(list, ContextUpdate{pos, set})
	}
	return list, true
}
