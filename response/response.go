package response

// Data is what one untagged response says: a pointer to one of the types of
// this package whose names end in Data, a *[Message], a *[StatusResponse] or an
// *[UnknownData].
type Data interface {
	untagged()
	cost() int // see Cost
}

// Kind is the kind of a response (RFC 9051 §7).
type Kind uint8

// The kinds of response.
const (
	Untagged     Kind = iota + 1 // "* …"
	Tagged                       // the end of a command
	Continuation                 // "+ …"

	// Tagless is a status response without a tag and without "* ", as servers send
	// that fail to read a command: Data is a *StatusResponse.
	Tagless
)

// Response is one response of a server.
type Response struct {
	Kind   Kind            // which of the other fields count
	Tag    string          // of a tagged response
	Status *StatusResponse // of a tagged response
	Text   []byte          // of a continuation; valid until the next read
	Data   Data            // of an untagged response

	// Err is set if the response, or an item of it, broke the grammar.
	// Data then holds what could be read: a *Message without the item, or nil.
	Err *ParseError

	// Literal is set while a FETCH response stands at a literal that is read
	// from the connection: Data is a *Message that ends in the section that the
	// literal belongs to. The next read continues the same response.
	Literal *LiteralReader

	// Continues is set if the response continues one whose literal was
	// streamed: Data is the same *Message as before.
	Continues bool
}

// Answer is what the server said to a command that was sent by Client.Do of package
// imap. It belongs to the caller.
type Answer struct {
	Status *StatusResponse // the tagged OK
	Data   []Data          // the untagged responses, in the order of the wire
}
