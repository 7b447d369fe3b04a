package commands_test

import (
	"testing"

	. "github.com/seed-090b04e4/imap/commands"
)

// The client's lines of RFC 5255 §3.2 and §4.7, RFC 9698 and RFC 4467, and of what is like
// LIST.
func TestCommandsOfFewServers(t *testing.T) {
	check(t, []golden{
		{rev1, Language{Ranges: []string{"MUL"}}, "LANGUAGE MUL"},
		{rev1, Language{}, "LANGUAGE"},
		{rev1, Language{Ranges: []string{"DE-IT"}}, "LANGUAGE DE-IT"},
		{rev1, Language{Ranges: []string{"FR-CA", "EN-CA"}}, "LANGUAGE FR-CA EN-CA"},
		{rev1, Language{Ranges: []string{""}}, "error: LANGUAGE: language is empty"},
		{rev1, Comparator{}, "COMPARATOR"},
		{rev1, Comparator{Names: []string{"cz;*", "i;basic"}}, `COMPARATOR "cz;*" i;basic`},
		{rev1, Comparator{Names: []string{"a\r\nb"}}, "COMPARATOR {4}⏎⏳a⏎b"},
		{rev1, GetJMAPAccess{}, "GETJMAPACCESS"},
		{rev1, RList{Reference: "#news.", Pattern: "*"}, `RLIST "#news." "*"`},
		{rev1, RList{Pattern: "%", Subscribed: true}, `RLSUB "" "%"`},
		{rev1, XList{Pattern: "Entwürfe*"}, `XLIST "" "Entw&APw-rfe*"`},
		{rev1, ResetKey{}, "RESETKEY"},
		{rev1, ResetKey{Mailbox: "INBOX", Mechanisms: []string{"XSAMPLE"}}, "RESETKEY INBOX XSAMPLE"},
		{rev1, ResetKey{Mechanisms: []string{"XSAMPLE"}}, "error: RESETKEY: mailbox is empty, and mechanisms are given"},
		{rev1, GenURLAuth{URLs: []string{"/a"}, Mechanism: "a b"}, `error: GENURLAUTH: mechanism "a b" contains a character that is not allowed in an atom`},
		{rev1, URLFetch{URLs: []string{"/a"}, Items: URLItems{NoOctets: true}}, "error: URLFETCH: items contradict each other"},
		{rev1, URLFetch{URLs: []string{"/a", "/b"}, Items: URLItems{Structure: true, Binary: true}}, `URLFETCH ("/a" BODYPARTSTRUCTURE BINARY) ("/b" BODYPARTSTRUCTURE BINARY)`},
	})
}
