package response

import (
	"reflect"
	"time"
	"unsafe"
)

// What an expired message says.
const (
	poisonedNumber = 0xdeaddead
	poisonedText   = "this message was only valid until the loop went on (FetchOptions.Reuse)"
	poisonedOctet  = '!'
)

// born notes a message that is valid until it expires.
func (a *Arena) born(m *Message) {
	if a.alive == nil {
		a.alive = make(map[*Message]bool)
	}
	a.alive[m] = true
}

// ownString returns b as a string of octets that are used once.
func (a *Arena) ownString(b []byte) string {
	last := len(a.texts) - 1
	if last < 0 || cap(a.texts[last])-len(a.texts[last]) < len(b) {
		a.texts = append(a.texts, make([]byte, 0, max(len(b), lastChunk)))
		last++
	}
	at := len(a.texts[last])
	a.texts[last] = append(a.texts[last], b...)
	return unsafe.String(&a.texts[last][at], len(b))
}

// Adopt returns m, or a copy made of a's memory if m is not: programs that are tested
// get nothing else, and keep it in vain. It is for tests, as Poison is.
func (a *Arena) Adopt(m *Message) *Message {
	if m == nil || a.alive[m] {
		return m
	}
	c := m.clone(func(text []byte) string {
		a.texts = append(a.texts, text)
		return unsafe.String(unsafe.SliceData(text), len(text))
	})
	a.born(c)
	return c
}

// Expire overwrites m, and all that it points to, if it was made of a's memory and is
// valid still: a program that has kept it sees the UID 0xdeaddead, and strings that say
// why. It does nothing unless Poison is set.
func (a *Arena) Expire(m *Message) {
	if a.alive[m] {
		delete(a.alive, m)
		a.poison(reflect.ValueOf(m).Elem())
	}
}

func (a *Arena) poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		a.overwrite(v.String())
		v.SetString(poisonedText)
	case reflect.Uint8:
		v.SetUint(poisonedOctet)
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(poisonedNumber)
	case reflect.Int64, reflect.Int:
		v.SetInt(poisonedNumber)
	case reflect.Pointer:
		if !v.IsNil() {
			a.poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			a.poison(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				a.poison(v.Field(i))
			}
		}
	}
}

// overwrite overwrites the octets of s, if they are memory of a's.
func (a *Arena) overwrite(s string) {
	at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	for _, text := range a.texts {
		lo := uintptr(unsafe.Pointer(unsafe.SliceData(text)))
		if lo <= at && at < lo+uintptr(len(text)) {
			part := text[at-lo:]
			for i := range part[:min(len(s), len(part))] {
				part[i] = poisonedOctet
			}
			return
		}
	}
}
