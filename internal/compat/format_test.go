package compat

import (
	"fmt"
	"slices"
	"strings"
)

// The libraries have types of their own for flags, attributes and numbers; the
// record has words.

// words turns values into strings.
func words[T any](values []T) []string {
	out := []string{}
	for _, v := range values {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// set writes flags or attributes in order, and without those that a server may
// set or not: \Recent, \Marked and \Unmarked.
func set[T ~string](values []T) string {
	var out []string
	for _, v := range words(values) {
		if !slices.Contains([]string{`\recent`, `\marked`, `\unmarked`}, strings.ToLower(v)) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// mailboxLine writes what a client was told of a mailbox.
func mailboxLine[T ~string](delim, name string, attrs []T) string {
	return strings.TrimSpace(delim + " " + name + " " + set(attrs))
}

// found writes the result of a search.
func found[T any](name string, numbers []T) string {
	return name + ": " + strings.Join(words(numbers), " ")
}

// stored and fetched write the flags that STORE and IDLE told of.
func stored[T ~string](uid any, flags []T) string  { return fmt.Sprint("UID ", uid, " ", set(flags)) }
func fetched[T ~string](num any, flags []T) string { return fmt.Sprint(num, " FETCH ", set(flags)) }

// sender writes the first sender of a message.
func sender(name, addr string) string {
	if name == "" {
		return addr
	}
	return name + " <" + addr + ">"
}

// selectLines writes what a client was told of a mailbox that it selected.
func selectLines[N any](messages uint32, uidNext N) []string {
	return []string{fmt.Sprint(messages, " messages"), fmt.Sprint("UIDNEXT ", uidNext)}
}
