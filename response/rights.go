package response

import "strings"

// Rights is a set of rights to a mailbox, one lower case letter or digit for
// each, in any order (RFC 4314 §2). Sets are joined with +: RightLookup +
// RightRead. Digits, and letters that are not among the constants, are the
// server's own business; programs that change rights must keep those that they
// do not know (RFC 4314 §5.1.2).
type Rights string

// The standard rights (RFC 4314 §2.1).
const (
	RightLookup         Rights = "l" // see the mailbox in LIST, subscribe to it
	RightRead           Rights = "r" // select it, ask for its STATUS
	RightSeen           Rights = "s" // set and clear \Seen for good
	RightWrite          Rights = "w" // set and clear flags other than \Seen and \Deleted
	RightInsert         Rights = "i" // APPEND and COPY into it
	RightPost           Rights = "p" // send mail to its address; IMAP does not see to it
	RightCreateMailbox  Rights = "k" // create mailboxes below it
	RightDeleteMailbox  Rights = "x" // delete or rename it
	RightDeleteMessages Rights = "t" // set and clear \Deleted
	RightExpunge        Rights = "e" // EXPUNGE
	RightAdminister     Rights = "a" // change and see the rights of others
)

// The rights that RFC 2086 had in place of k, x, t and e. Newer servers, which
// have RIGHTS= among their capabilities, show them beside those, and clients
// ignore them there (RFC 4314 §2.1.1).
const (
	RightCreate Rights = "c" // k, or k and x
	RightDelete Rights = "d" // t and e, or t, e and x
)

// Has reports whether all of wanted are in the set.
func (r Rights) Has(wanted Rights) bool {
	for i := range len(wanted) {
		if strings.IndexByte(string(r), wanted[i]) < 0 {
			return false
		}
	}
	return true
}

// Rights returns the rights that the server knows beyond those of RFC 2086,
// if it says so: RIGHTS= (RFC 4314 §5.1.1). False for a server of RFC 2086, which
// knows [RightCreate] and [RightDelete] instead.
func (cs Capabilities) Rights() (Rights, bool) {
	told := cs.Values("RIGHTS")
	return Rights(strings.ToLower(strings.Join(told, ""))), len(told) > 0
}
