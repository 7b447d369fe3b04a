// Package response parses what an IMAP server sends: a tokenizer and a parser,
// written by hand, and the types of what they return. It knows nothing of commands
// or of sockets: a [Reader] reads responses from an io.Reader.
//
// # Terminology
//
//   - A response is what the server sends at once: an untagged one ("* …"), a tagged
//     one that ends a command, or a continuation ("+ …"). Its data is one of the types
//     that implement [Data].
//   - A status response is OK, NO, BAD, PREAUTH or BYE with its text
//     ([StatusResponse]); a response code is what stands between brackets before the
//     text ([Code]). Neither is the answer to the command STATUS ([MailboxStatus]).
//   - A row is one of many responses of one form: a FETCH or a LIST response.
//   - An item is one name and value of a FETCH response, as in RFC822.SIZE 44827; a
//     status item is one of a STATUS response.
//   - A section is a part of a message that FETCH returns octet by octet ([Section]).
//     A literal is the form {n} in which strings of any octets are sent. A small one is
//     parsed with its response; a large one that is a section is read on its own
//     ([LiteralReader]).
//   - The window is the memory that holds what has been read and not yet been parsed.
//   - A set is a sequence-set of UIDs or message sequence numbers ([Set]); it stays
//     ranges however large it is.
//   - A quirk is a form that breaks the grammar and that a known server sends. What it
//     means is parsed as such; what it may mean is a guess ([ParseError]).
//   - The cost of data is how many octets of memory it keeps alive ([Cost]).
//
// # Errors
//
// A response that breaks the grammar, or takes more memory than [Limits] allow,
// costs itself, and one item of a FETCH response costs that item: the rest is in
// [Response].Data, and Response.Err says what was lost. Only a response that is
// longer than Limits.Line, or a source that fails, ends the Reader.
//
// # Files
//
// A response has one file, with its types, its grammar and, if it comes by the
// hundred thousand, its fast path; a new one copies uidbatches.go and adds a line to
// read.go. Names of the grammar's rules are those of RFC 9051 §9.
//
//	reader.go          Reader: what a caller sees of it
//	window.go          the memory that is read into
//	frame.go           where a response ends: lines, literals, folded lines
//	literal.go         literals that are read on their own
//	read.go            from the first octets of a response to its parse function
//	response.go        Response, Kind, Data
//	errors.go          ParseError, LimitError
//	check.go, cost.go  what a response may take, and takes, in memory; Stop
//
//	parser.go          the parser: its state, punctuation, numbers, lists
//	string.go          quoted strings, literals, and when strings are made
//	digits.go          numbers
//	reread.go          items that break the grammar are read again
//	memory.go, textslab.go, knownlist.go, knownword.go    what values are carved out of
//	arena.go, clone.go, poison.go           messages whose memory is used again
//
//	statusresponse.go  OK, NO, BAD, PREAUTH, BYE
//	code.go, codeargs.go                    response codes and their arguments
//	capability.go      CAPABILITY, ENABLED
//	list.go, mailboxattr.go, mailboxname.go LIST, LSUB, XLIST
//	mailboxstatus.go   STATUS
//	namespace.go, id.go, language.go, acl.go, rights.go, quota.go, metadata.go
//	flags.go           FLAGS
//	exists.go          EXISTS, RECENT, EXPUNGE
//	vanished.go        VANISHED
//	search.go, searchahead.go, esearch.go, sort.go, thread.go, uidbatches.go
//	urlauth.go         GENURLAUTH, URLFETCH
//	url.go, urlparse.go                     the URLs of CATENATE, URLAUTH and referrals
//	results.go         what methods gather from the responses to a change
//	unknown.go         all others, and values of any form
//
//	message.go         FETCH: Message
//	fetch.go           FETCH: the items of RFC 9051
//	fetchext.go        FETCH: the items of extensions
//	fetchrow.go        FETCH and LIST: the fast path
//	fetchread.go       FETCH: responses that are read in pieces
//	section.go         FETCH: BODY[…], BINARY[…], RFC822…
//	envelope.go, envelopeloose.go           FETCH: ENVELOPE
//	bodystructure.go   FETCH: BODYSTRUCTURE, its type
//	body.go, bodyparams.go, bodyextension.go, bodystring.go    its grammar
//	content.go, classify.go, warning.go     what the parts of a message are for
//	filename.go, extension.go, partheader.go, partparams.go    names of parts
//
//	results.go, live.go                     results that are put together of several responses
//	set.go, set_ops.go, set_saved.go        sets
//	setbuilder.go                           sets that are gathered
//	setgrammar.go, setcollect.go            sequence-sets as they are parsed
package response
