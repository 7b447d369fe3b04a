package response

import (
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// ESearchData is an untagged ESEARCH (RFC 9051 §7.3.4). The numbers are UIDs
// if UID is set, else message sequence numbers.
type ESearchData struct {
	Tag   string       // of the command; empty if there is none
	UID   bool         // the numbers are UIDs
	Items ESearchItems // which of the fields below came
	Min   uint32       // the smallest number
	Max   uint32       // the largest number
	All   UIDSet       // all numbers; see [AsSeqSet]

	// Order holds the ranges of All, or of Partial, as the server sent them,
	// if they were not ascending: the order of an ESORT (RFC 5267 §3).
	Order []Range[UID]

	Count        uint32          // how many match
	ModSeq       uint64          // the highest mod-sequence among them (RFC 7162 §3.1.10)
	Partial      UIDSet          // the numbers of PartialRange
	PartialRange string          // the range that was asked for, like "1:100" or "-1:-100" (RFC 9394 §3.1)
	Updates      []ContextUpdate // ADDTO and REMOVEFROM, in their order (RFC 5267 §4.3.2)
	Relevancy    []uint32        // scores from 1 to 100 (RFC 6203 §4)
	Mailbox      string          // with MULTISEARCH (RFC 7377 §2.1)
	UIDValidity  uint32          // with MULTISEARCH
	Unknown      []UnknownItem   // options that the library has no field for
}

func (*ESearchData) untagged() {}

// Has reports whether the response has all of the result options.
func (d *ESearchData) Has(items ESearchItems) bool { return d.Items&items == items }

func (d *ESearchData) cost() int {
	n := int(unsafe.Sizeof(ESearchData{})) + len(d.Tag) + len(d.PartialRange) + len(d.Mailbox)
	n += setCost(d.All) + setCost(d.Partial) + cap(d.Order)*sizeRange + 4*cap(d.Relevancy) + unknownCost(d.Unknown)
	n += cap(d.Updates) * int(unsafe.Sizeof(ContextUpdate{}))
	for _, u := range d.Updates {
		n += setCost(u.Nums) + cap(u.Order)*sizeRange
	}
	return n
}

// ESearchResult is what ESEARCH found in several mailboxes (RFC 7377 §2). It belongs
// to the caller.
type ESearchResult struct {
	Mailboxes []MailboxResult // those in which something matches, in the order of the server
	Cut       bool            // the server stopped at a limit of its own: there may be more (RFC 7377 §2.4)
}

// MailboxResult is what ESEARCH found in one mailbox.
type MailboxResult struct {
	Mailbox           string // its name, in UTF-8
	UIDValidity       uint32 // of the UIDs
	SearchResult[UID]        // what matches
}

// ESearchItems is a set of the result options that an ESEARCH response has.
type ESearchItems uint16

// The items of RFC 9051 §7.3.4 and of extensions.
const (
	ESearchMin        ESearchItems = 1 << iota // MIN
	ESearchMax                                 // MAX
	ESearchAll                                 // ALL
	ESearchCount                               // COUNT
	ESearchModSeq                              // MODSEQ (RFC 7162)
	ESearchPartial                             // PARTIAL (RFC 9394, RFC 5267)
	ESearchAddTo                               // ADDTO (RFC 5267)
	ESearchRemoveFrom                          // REMOVEFROM (RFC 5267)
	ESearchRelevancy                           // RELEVANCY (RFC 6203)
	ESearchMailbox                             // MAILBOX (RFC 7377)
)

// ContextUpdate is a change of the result of a search that is kept up to date: numbers
// were added, or removed (RFC 5267 §4.3.3, §4.3.4).
type ContextUpdate struct {
	Removed  bool         // REMOVEFROM, not ADDTO
	Position uint32       // where: 1 is the first; 0: in the order of the mailbox
	Nums     UIDSet       // which numbers
	Order    []Range[UID] // their order in the result, if it is not ascending
}

// esearchData reads ESEARCH after its name (RFC 9051 §9 "esearch-response").
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
			if d.UIDValidity, ok = p.uidValidity(); !ok {
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
		ok = p.contextUpdates(d, false)
		d.Items |= ESearchAddTo
	case "REMOVEFROM":
		ok = p.contextUpdates(d, true)
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
func (p *parser) contextUpdates(d *ESearchData, removed bool) bool {
	if !p.enter() {
		return false
	}
	for !p.leave() {
		pos, ok := p.number()
		if !ok || !p.sp() {
			return false
		}
		set, order, ok := p.setInOrder()
		if !ok {
			return false
		}
		p.charge(5 * sizeString)
		d.Updates = append(d.Updates, ContextUpdate{removed, pos, set, order})
	}
	return true
}

// orderedSet reads a sequence-set and notes its order if it is not ascending.
// Some servers send NIL or "" for an empty one.
func (p *parser) orderedSet(d *ESearchData) (UIDSet, bool) {
	if p.isNIL() {
		return UIDSet{}, true
	}
	if p.peek() == '"' {
		s, ok := p.quoted()
		return UIDSet{}, ok && (s.lo == s.hi || p.fail("sequence-set"))
	}
	var set UIDSet
	var ok bool
	set, d.Order, ok = p.setInOrder()
	return set, ok
}

// numberList reads "(" number *(SP number) ")".
func (p *parser) numberList() ([]uint32, bool) {
	if !p.enter() {
		return nil, false
	}
	var list []uint32
	for !p.leave() {
		n, ok := p.number()
		if !ok {
			return nil, false
		}
		p.charge(2 * sizeUID)
		list = append(list, n)
	}
	return list, true
}
