package imaptest

import "github.com/seed-090b04e4/imap/response"

// Profile makes a server imitate a known service, as far as its habits show in
// public transcripts. A test may change what [Gmail] and its like return, which
// is its own.
type Profile struct {
	Name             string         // of the service
	Capabilities     []response.Cap // as in [Options]
	Greeting         string         // as in [Options]
	NoCapabilityCode bool           // as in [Options]
	Delimiter        string         // as in [Options]
	Prefix           string         // of the personal namespace
	Namespace        string         // the whole answer to NAMESPACE, where Prefix does not say it
	ID               string         // the answer to ID, between parentheses
	Charsets         []string       // that SEARCH knows; empty: those that Go knows
	Folders          []Folder       // that each account has at the start
	AllMail          string         // the mailbox that shows every message
	Visible          int            // how many messages of a mailbox are seen without UIDONLY; 0 is all
	Faults           []Fault        // that happen in every session
}
