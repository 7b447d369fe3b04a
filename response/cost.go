package response

import "unsafe"

// What values take in memory.
const (
	sizeString        = int(unsafe.Sizeof(""))
	sizePointer       = int(unsafe.Sizeof(uintptr(0)))
	sizeUID           = int(unsafe.Sizeof(UID(0)))
	sizeRange         = int(unsafe.Sizeof(Range[UID]{}))
	sizeMessage       = int(unsafe.Sizeof(Message{}))
	sizeEnvelope      = int(unsafe.Sizeof(Envelope{}))
	sizeAddress       = int(unsafe.Sizeof(Address{}))
	sizeBodyStructure = int(unsafe.Sizeof(BodyStructure{}))
	sizeBodyRare      = int(unsafe.Sizeof(BodyRare{}))
	sizeParam         = int(unsafe.Sizeof(Param{}))
	sizeSection       = int(unsafe.Sizeof(BodySection{}))
	sizeExt           = int(unsafe.Sizeof(MessageExt{}))
	sizeMailbox       = int(unsafe.Sizeof(MailboxInfo{}))
	sizeStatus        = int(unsafe.Sizeof(MailboxStatus{}))
	sizeNamespace     = int(unsafe.Sizeof(Namespace{}))
	sizeValue         = int(unsafe.Sizeof(Value{}))
	sizeUnknown       = int(unsafe.Sizeof(UnknownItem{}))
	sizeThread        = int(unsafe.Sizeof(Thread[UID]{}))
	sizeOther         = 64 // a struct with a few strings or lists
)

// Cost returns how many octets of memory d keeps alive, to within a factor of
// two: the structs, lists and strings that it is made of, and the text of the
// response if strings can be parts of that. What a row takes in memory can be a
// hundred times what it takes on the wire.
func Cost(d Data) int64 {
	if d == nil {
		return 0
	}
	return int64(d.cost())
}

func setCost[N UID | SeqNum](s Set[N]) int { return cap(s.ranges) * sizeRange }

func stringsCost[S ~string](list []S) int {
	n := cap(list) * sizeString
	for _, s := range list {
		n += len(s)
	}
	return n
}

// Cost returns how many octets of memory e keeps alive.
func (e *ParseError) Cost() int64 {
	return int64(2*sizeOther + len(e.Rule) + cap(e.Raw) + len(e.Response) + len(e.Item) + len(e.Msg))
}
