package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// defaultCapabilities is all that the server can do.
func defaultCapabilities(maxMessage int64) []response.Cap {
	return append(slices.Clone(implemented), response.Cap(fmt.Sprintf("APPENDLIMIT=%d", maxMessage)))
}

// implemented are the capabilities that a server has by default.
var implemented = []response.Cap{
	response.CapIMAP4rev1, response.CapIMAP4rev2, response.CapSASLIR, response.CapLiteralPlus,
	response.CapID, response.CapEnable, response.CapStartTLS,
	"AUTH=PLAIN", "AUTH=LOGIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER",
	"AUTH=SCRAM-SHA-1", "AUTH=SCRAM-SHA-1-PLUS", "AUTH=SCRAM-SHA-256", "AUTH=SCRAM-SHA-256-PLUS",
	response.CapIdle, response.CapNamespace, response.CapUIDPlus, response.CapUnselect, response.CapMove,
	response.CapESearch, response.CapSearchRes, response.CapListExtended, response.CapListStatus,
	response.CapChildren, response.CapSpecialUse, response.CapCreateSpecialUse, response.CapStatusSize,
	response.CapCondStore, response.CapQResync, response.CapUTF8Accept, response.CapBinary,
	response.CapMultiAppend, response.CapCompressDeflate, response.CapWithin, response.CapObjectID,
	response.CapSaveDate, response.CapPreview, response.CapUnauthenticate,
	response.CapSort, response.CapSortDisplay, response.CapESort, response.CapThreadOrdered,
	response.CapThreadReferences, response.CapPartial, response.CapReplace, response.CapMultiSearch,
	response.CapQuota, "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", response.CapQuotaSet,
	response.CapMetadata, response.CapMetadataServer,
	response.CapACL, "RIGHTS=" + newRights,
	response.CapUIDOnly, response.CapListMyRights, response.CapListMetadata, "SEARCH=FUZZY", "AUTH=CRAM-MD5",
	"AUTH=SCRAM-SHA-512", "AUTH=SCRAM-SHA-512-PLUS", "AUTH=EXTERNAL", "INPROGRESS",
	response.CapNotify, "CONTEXT=SEARCH", "CONTEXT=SORT", response.CapCatenate, response.CapURLPartial,
	response.CapUIDBatches,
}

// optional are the capabilities that a server has only if Options say so.
// Those of services, after the blank line, are mere names.
var optional = []response.Cap{
	response.CapLiteralMinus, response.CapGmailExt1, response.CapAppendLimit,
	response.CapLoginDisabled, "MESSAGELIMIT", "SAVELIMIT", // with a number
	"AUTH=ANONYMOUS", response.CapURLAuth,

	"XLIST", "X-GM-RAW", "AUTH=PLAIN-CLIENTTOKEN", "CLIENTNETWORKINFO", "XAPPLEPUSHSERVICE", "XAPPLELITERAL",
	"X-APPLE-REMOTE-LINKS", "XYMHIGHESTMODSEQ", "ACL2=UNION", "LOGIN-REFERRALS", "XREVOKE",
	"X-CM-EXT-1", "X-MSG-EXT", "X-UIDONLY",
}

// rev2Parts are the extensions that IMAP4rev2 contains (RFC 9051 Appendix E).
var rev2Parts = []response.Cap{
	response.CapNamespace, response.CapUnselect, response.CapUIDPlus, response.CapESearch, response.CapSearchRes,
	response.CapEnable, response.CapIdle, response.CapSASLIR, response.CapListExtended, response.CapListStatus,
	response.CapMove, response.CapStatusSize, response.CapChildren, response.CapSpecialUse,
}

// valued are the capabilities with a number after "=". In [Options].Without, the
// name alone stands for all values.
var valued = []string{"APPENDLIMIT", "MESSAGELIMIT", "SAVELIMIT"}

func knownCapability(c response.Cap) bool {
	if name, v, has := strings.Cut(strings.ToUpper(string(c)), "="); has && slices.Contains(valued, name) {
		return v != "" && strings.Trim(v, "0123456789") == ""
	}
	is := func(k response.Cap) bool { return strings.EqualFold(string(k), string(c)) }
	return slices.ContainsFunc(implemented, is) || slices.ContainsFunc(optional, is)
}

func knownCapabilityNames() string {
	var names []string
	for _, c := range slices.Concat(implemented, optional) {
		names = append(names, string(c))
	}
	return strings.Join(names, " ")
}

// has reports whether the server can do c.
func (srv *Server) has(c response.Cap) bool {
	return slices.ContainsFunc(srv.opts.Capabilities, func(h response.Cap) bool { return sameCap(h, c) })
}

// rev2Only reports whether the server knows no IMAP4rev1.
func (srv *Server) rev2Only() bool {
	return !srv.has(response.CapIMAP4rev1) && srv.has(response.CapIMAP4rev2)
}

// beforeLogin are the capabilities that are announced before a user is known.
var beforeLogin = []response.Cap{
	response.CapIMAP4rev1, response.CapIMAP4rev2, response.CapSASLIR, response.CapLiteralPlus, response.CapLiteralMinus,
	response.CapID, response.CapEnable, response.CapIdle, response.CapNamespace,
}

// caps returns what the server announces in the session's present state.
func (s *session) caps() []string {
	var out []string
	for _, c := range s.srv.opts.Capabilities {
		if s.shows(c) {
			out = append(out, string(c))
		}
	}
	if s.state == stateNotAuthenticated && !s.mayAuthenticate() {
		out = append(out, string(response.CapLoginDisabled))
	}
	for _, e := range s.effects() {
		if e.caps != nil {
			out = e.caps(out)
		}
	}
	return out
}

// shows reports whether a capability of the server makes sense in the present
// state.
func (s *session) shows(c response.Cap) bool {
	name := strings.ToUpper(string(c))
	auth := s.state != stateNotAuthenticated
	switch {
	case name == "STARTTLS":
		return !auth && s.tls == nil
	case name == "LOGINDISABLED": // otherwise it is there anyhow
		return !auth && s.mayAuthenticate()
	case strings.HasPrefix(name, "AUTH="):
		if strings.HasSuffix(name, "-PLUS") && s.tls == nil || name == "AUTH=EXTERNAL" && s.certificateName() == "" {
			return false
		}
		return !auth && s.mayAuthenticate()
	case name == "SASL-IR":
		return !auth
	case name == "COMPRESS=DEFLATE":
		return auth && !s.deflated
	}
	if auth || s.srv.opts.Profile != nil {
		return true
	}
	return slices.ContainsFunc(beforeLogin, func(b response.Cap) bool { return sameCap(b, c) })
}

// capabilityCode is the response code that volunteers the capabilities.
func (s *session) capabilityCode() string {
	if s.srv.opts.NoCapabilityCode {
		return ""
	}
	return "CAPABILITY " + strings.Join(s.caps(), " ")
}

// mayAuthenticate reports whether the session may log in: LOGINDISABLED is not
// in force.
func (s *session) mayAuthenticate() bool {
	o := &s.srv.opts
	return s.tls != nil || o.AllowInsecureAuth || s.piped && !o.RequireTLS
}
