package response

// StatusType is the condition that a status response tells (RFC 9051 §7.1).
type StatusType uint8

// The conditions of RFC 9051 §7.1.
const (
	OK      StatusType = iota + 1 // it has succeeded, or a piece of information
	NO                            // it has failed
	BAD                           // the server did not understand it
	PREAUTH                       // in a greeting: logged in already
	BYE                           // the connection is about to end
)

// String returns the condition as it stands on the wire.
func (t StatusType) String() string {
	switch t {
	case OK:
		return "OK"
	case NO:
		return "NO"
	case BAD:
		return "BAD"
	case PREAUTH:
		return "PREAUTH"
	case BYE:
		return "BYE"
	}
	return "unknown status"
}

// Status is a status response: OK, NO, BAD, PREAUTH or BYE, tagged or not
// (RFC 9051 §7.1).
type StatusResponse struct {
	Type     StatusType // the condition
	Code     Code       // nil where there is none
	CodeArgs string     // what stood behind the code's name, as the server sent it
	Text     string     // for people; often empty
}

// HasCode reports whether the response bears the code of that name.
func (s *StatusResponse) HasCode(name CodeName) bool { return s.Code != nil && s.Code.Name() == name }

func (*StatusResponse) untagged() {}
