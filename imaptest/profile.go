package imaptest

import "github.com/seed-090b04e4/imap/response"

// Profile makes a server imitate a known service, as far as its habits show in
// public transcripts.
type Profile struct {
	Name             string
	Capabilities     []response.Cap
	Greeting         string
	NoCapabilityCode bool
	Delimiter        string
	Prefix           string // of the personal namespace
	Namespace        string // the whole answer to NAMESPACE, where Prefix does not say it
	ID               string // the answer to ID, between parentheses
	Folders          []Folder
	AllMail          string // the mailbox that shows every message
	Faults           []Fault
}
