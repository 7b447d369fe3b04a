package response

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// dump writes a value so that people can read it and compare two of them:
// Type{Field: value, …} without the fields that are zero.
func dump(v any) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(v))
	return b.String()
}

var itemNames = [...]string{
	"FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY[]", "BINARY.SIZE",
	"MODSEQ", "SAVEDATE", "PREVIEW", "EMAILID", "THREADID", "X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS", "unknown",
}

var esearchNames = [...]string{
	"MIN", "MAX", "ALL", "COUNT", "MODSEQ", "PARTIAL", "ADDTO", "REMOVEFROM", "RELEVANCY", "MAILBOX",
}

func bitNames(bits uint64, names []string) string {
	var out []string
	for i, name := range names {
		if bits&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, "+")
}

func dumpValue(b *strings.Builder, v reflect.Value) {
	if dumpNamed(b, v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		dumpValue(b, v.Elem())
	case reflect.Struct:
		dumpStruct(b, v)
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			dumpValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	default:
		fmt.Fprint(b, v.Interface())
	}
}

// dumpNamed writes the types that have a form of their own.
func dumpNamed(b *strings.Builder, v reflect.Value) bool {
	switch x := v.Interface().(type) {
	case time.Time:
		b.WriteString(x.Format(time.RFC3339))
	case Range[UID]:
		b.WriteString(UIDRange(x.Start, x.Stop).String())
	case UIDSet:
		b.WriteString(x.String())
	case Flag:
		b.WriteString(string(x))
	case MailboxAttr:
		b.WriteString(string(x))
	case Cap:
		b.WriteString(string(x))
	case CodeName:
		b.WriteString(string(x))
	case StatusType:
		b.WriteString(x.String())
	case rune: // all that are in the types are delimiters
		b.WriteString(strconv.QuoteRune(x))
	case Items:
		b.WriteString(bitNames(uint64(x), itemNames[:]))
	case ESearchItems:
		b.WriteString(bitNames(uint64(x), esearchNames[:]))
	case StatusItems:
		b.WriteString(strings.Join(x.Names(), "+"))
	case Section:
		b.WriteString("[" + x.String() + "]")
	case Value:
		b.WriteString(x.String())
	case []byte:
		dumpBytes(b, x)
	case *ParseError:
		if x == nil {
			b.WriteString("nil")
			return true
		}
		fmt.Fprintf(b, "ParseError{%v}", x)
	default:
		return false
	}
	return true
}

func dumpBytes(b *strings.Builder, data []byte) {
	if len(data) <= 500 {
		b.WriteString(strconv.QuoteToASCII(string(data)))
		return
	}
	var sum uint64
	for _, c := range data {
		sum = sum*1099511628211 + uint64(c)
	}
	fmt.Fprintf(b, "%q…(%d octets, %x)", data[:16], len(data), sum)
}

func dumpStruct(b *strings.Builder, v reflect.Value) {
	t := v.Type()
	name, _, _ := strings.Cut(t.Name(), "[") // without what a generic type is made of
	b.WriteString(name)
	b.WriteByte('{')
	first := true
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || v.Field(i).IsZero() {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = false
		b.WriteString(f.Name + ": ")
		dumpValue(b, v.Field(i))
	}
	b.WriteByte('}')
}
