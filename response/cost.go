package response

import "unsafe"

// What values take in memory. A list that grows by append has room for a half
// more on average.
const (
	sizeString        = int(unsafe.Sizeof(""))
	sizeUID           = int(unsafe.Sizeof(UID(0)))
	sizeRange         = int(unsafe.Sizeof(Range[UID]{}))
	sizeBodyStructure = int(unsafe.Sizeof(BodyStructure{}))
	sizeParam         = int(unsafe.Sizeof(Param{}))
	sizeEnvelope      = int(unsafe.Sizeof(Envelope{}))
	sizeAddress       = int(unsafe.Sizeof(Address{}))
	sizeSection       = int(unsafe.Sizeof(BodySection{}))
	sizeValue         = int(unsafe.Sizeof(Value{}))
	sizeNamespace     = int(unsafe.Sizeof(Namespace{}))
	sizeUnknown       = 2 * int(unsafe.Sizeof(UnknownItem{}))
	sizeThread        = int(unsafe.Sizeof(Thread[UID]{}))
	sizePointer       = int(unsafe.Sizeof(uintptr(0)))
)
