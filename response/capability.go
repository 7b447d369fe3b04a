package response

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Cap is the name of a capability, as in a CAPABILITY answer (RFC 9051
// §7.2.2). Capabilities compare without regard to case.
type Cap string

// Capabilities that the library knows, with the document that defines each.
const (
	CapIMAP4rev1        Cap = "IMAP4rev1"             // RFC 3501
	CapIMAP4rev2        Cap = "IMAP4rev2"             // RFC 9051
	CapStartTLS         Cap = "STARTTLS"              // RFC 9051
	CapLoginDisabled    Cap = "LOGINDISABLED"         // RFC 9051
	CapACL              Cap = "ACL"                   // RFC 4314
	CapAppendLimit      Cap = "APPENDLIMIT"           // RFC 7889
	CapBinary           Cap = "BINARY"                // RFC 3516
	CapCatenate         Cap = "CATENATE"              // RFC 4469
	CapChildren         Cap = "CHILDREN"              // RFC 3348
	CapCompressDeflate  Cap = "COMPRESS=DEFLATE"      // RFC 4978
	CapCondStore        Cap = "CONDSTORE"             // RFC 7162
	CapContextSearch    Cap = "CONTEXT=SEARCH"        // RFC 5267
	CapContextSort      Cap = "CONTEXT=SORT"          // RFC 5267
	CapCreateSpecialUse Cap = "CREATE-SPECIAL-USE"    // RFC 6154
	CapEnable           Cap = "ENABLE"                // RFC 5161
	CapESearch          Cap = "ESEARCH"               // RFC 4731
	CapESort            Cap = "ESORT"                 // RFC 5267
	CapFilters          Cap = "FILTERS"               // RFC 5466
	CapID               Cap = "ID"                    // RFC 2971
	CapIdle             Cap = "IDLE"                  // RFC 2177
	CapInProgress       Cap = "INPROGRESS"            // RFC 9585
	CapJMAPAccess       Cap = "JMAPACCESS"            // RFC 9698
	CapLanguage         Cap = "LANGUAGE"              // RFC 5255
	CapListExtended     Cap = "LIST-EXTENDED"         // RFC 5258
	CapListMetadata     Cap = "LIST-METADATA"         // RFC 9590
	CapListMyRights     Cap = "LIST-MYRIGHTS"         // RFC 8440
	CapListStatus       Cap = "LIST-STATUS"           // RFC 5819
	CapLiteralMinus     Cap = "LITERAL-"              // RFC 7888
	CapLiteralPlus      Cap = "LITERAL+"              // RFC 7888
	CapLoginReferrals   Cap = "LOGIN-REFERRALS"       // RFC 2221
	CapMetadata         Cap = "METADATA"              // RFC 5464
	CapMetadataServer   Cap = "METADATA-SERVER"       // RFC 5464
	CapMove             Cap = "MOVE"                  // RFC 6851
	CapMultiAppend      Cap = "MULTIAPPEND"           // RFC 3502
	CapMultiSearch      Cap = "MULTISEARCH"           // RFC 7377
	CapNamespace        Cap = "NAMESPACE"             // RFC 2342
	CapNotify           Cap = "NOTIFY"                // RFC 5465
	CapObjectID         Cap = "OBJECTID"              // RFC 8474
	CapPartial          Cap = "PARTIAL"               // RFC 9394
	CapPreview          Cap = "PREVIEW"               // RFC 8970
	CapQResync          Cap = "QRESYNC"               // RFC 7162
	CapQuota            Cap = "QUOTA"                 // RFC 9208
	CapQuotaSet         Cap = "QUOTASET"              // RFC 9208
	CapReplace          Cap = "REPLACE"               // RFC 8508
	CapSASLIR           Cap = "SASL-IR"               // RFC 4959
	CapSaveDate         Cap = "SAVEDATE"              // RFC 8514
	CapSearchFuzzy      Cap = "SEARCH=FUZZY"          // RFC 6203
	CapSearchRes        Cap = "SEARCHRES"             // RFC 5182
	CapSort             Cap = "SORT"                  // RFC 5256
	CapSortDisplay      Cap = "SORT=DISPLAY"          // RFC 5957
	CapSpecialUse       Cap = "SPECIAL-USE"           // RFC 6154
	CapStatusSize       Cap = "STATUS=SIZE"           // RFC 8438
	CapThreadOrdered    Cap = "THREAD=ORDEREDSUBJECT" // RFC 5256
	CapThreadReferences Cap = "THREAD=REFERENCES"     // RFC 5256
	CapUIDBatches       Cap = "UIDBATCHES"            // RFC 10022
	CapUIDOnly          Cap = "UIDONLY"               // RFC 9586
	CapUIDPlus          Cap = "UIDPLUS"               // RFC 4315
	CapUnauthenticate   Cap = "UNAUTHENTICATE"        // RFC 8437
	CapUnselect         Cap = "UNSELECT"              // RFC 3691
	CapURLAuth          Cap = "URLAUTH"               // RFC 4467
	CapURLAuthBinary    Cap = "URLAUTH=BINARY"        // RFC 5524
	CapURLPartial       Cap = "URL-PARTIAL"           // RFC 5550
	CapUTF8Accept       Cap = "UTF8=ACCEPT"           // RFC 6855
	CapUTF8Only         Cap = "UTF8=ONLY"             // RFC 6855
	CapWithin           Cap = "WITHIN"                // RFC 5032
	CapGmailExt1        Cap = "X-GM-EXT-1"            // Gmail's extensions
)

// Capabilities is what a server said it can do, in its order and spelling. The
// zero value is no capability at all. It must not be changed.
type Capabilities []Cap

// Has reports whether the server listed c, or IMAP4rev2 if that includes c
// (RFC 9051 Appendix E), without regard to case.
func (cs Capabilities) Has(c Cap) bool {
	if cs.Lists(c) {
		return true
	}
	return slices.Contains(rev2Includes, c) && cs.Lists(CapIMAP4rev2)
}

// Lists reports whether the server named c itself.
func (cs Capabilities) Lists(c Cap) bool {
	for _, have := range cs {
		if have == c || ascii.EqualFold(have, c) {
			return true
		}
	}
	return false
}

// rev2Includes are the extensions that became part of IMAP4rev2: RFC 9051
// Appendix E items 1 to 5.
var rev2Includes = []Cap{
	CapNamespace, CapUnselect, CapUIDPlus, CapESearch, CapSearchRes, CapEnable, CapIdle,
	CapSASLIR, CapListExtended, CapListStatus, CapMove, CapLiteralMinus, CapStatusSize, CapChildren,
}

// Values returns the parts after "=" of all capabilities that begin with
// prefix and "=": Values("AUTH") lists the SASL mechanisms.
func (cs Capabilities) Values(prefix string) []string {
	var out []string
	for _, c := range cs {
		if len(c) > len(prefix) && c[len(prefix)] == '=' && ascii.HasPrefixFold(c, prefix) {
			out = append(out, string(c[len(prefix)+1:]))
		}
	}
	return out
}

// AppendLimit returns the largest message in octets that APPEND takes, if
// the server gave one for all mailboxes (RFC 7889 §2).
func (cs Capabilities) AppendLimit() (int64, bool) {
	for _, v := range cs.Values("APPENDLIMIT") {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n, true
		}
	}
	return 0, false
}

// MessageLimit returns how many messages one command may act on, if the server
// limits that: MESSAGELIMIT= (RFC 9738 §3).
func (cs Capabilities) MessageLimit() (uint32, bool) { return cs.limit("MESSAGELIMIT") }

// SaveLimit returns how many messages the saved result of a SEARCH may have, if the
// server limits that: SAVELIMIT= (RFC 9738 §3).
func (cs Capabilities) SaveLimit() (uint32, bool) { return cs.limit("SAVELIMIT") }

func (cs Capabilities) limit(name string) (uint32, bool) {
	for _, v := range cs.Values(name) {
		if n, err := strconv.ParseUint(v, 10, 32); err == nil && n > 0 {
			return uint32(n), true
		}
	}
	return 0, false
}

// String returns the capabilities separated by spaces.
func (cs Capabilities) String() string {
	var b strings.Builder
	for i, c := range cs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(c))
	}
	return b.String()
}

// Union returns the capabilities of cs, and after them those of more that cs has
// not, without regard to case, in time linear in both. Neither is changed.
func (cs Capabilities) Union(more Capabilities) Capabilities {
	have := make(map[string]bool, len(cs)+len(more))
	var out Capabilities
	for _, list := range [...]Capabilities{cs, more} {
		for _, c := range list {
			if name := ascii.ToUpper(string(c)); !have[name] {
				have[name] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// CapabilityData is an untagged CAPABILITY (RFC 9051 §7.2.2).
type CapabilityData struct {
	Caps Capabilities // as of now
}

func (*CapabilityData) untagged() {}

func (d *CapabilityData) cost() int { return sizeString + stringsCost(d.Caps) }

// EnabledData is an untagged ENABLED (RFC 9051 §7.2.1): what was switched on.
type EnabledData struct {
	Caps Capabilities // by this ENABLE
}

func (*EnabledData) untagged() {}

func (d *EnabledData) cost() int { return sizeString + stringsCost(d.Caps) }

// maxCapabilities is far beyond what any server has: looking one up walks the list.
const maxCapabilities = 4096

// capabilities reads capabilities separated by spaces up to the end.
func (p *parser) capabilities() Capabilities {
	var caps Capabilities
	for p.spaces(); !p.end(); p.spaces() {
		if p.peek() == '(' { // sohu.com: CAPABILITY with what belongs to NAMESPACE
			p.fail("capability")
			break
		}
		if len(caps) == maxCapabilities {
			p.fail("at most 4096 capabilities")
			break
		}
		caps = append(caps, Cap(p.word()))
	}
	return caps
}
