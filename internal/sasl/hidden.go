package sasl

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is embedded in every mechanism. It carries the mechanism's name and
// makes all printed forms of the value show nothing else.
//
// Methods alone do not suffice: a printer that walks a foreign struct by
// reflection never calls them. So mechanisms keep credentials only inside
// closures, which reflection cannot open.
type hidden struct {
	name string
}

// String names the mechanism without its credentials.
func (h hidden) String() string { return "sasl." + h.name + "{credentials hidden}" }

// GoString is String for the %#v verb.
func (h hidden) GoString() string { return h.String() }

// Format writes String for every verb.
func (h hidden) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, h.String()) }

// LogValue is String for log/slog.
func (h hidden) LogValue() slog.Value { return slog.StringValue(h.String()) }
