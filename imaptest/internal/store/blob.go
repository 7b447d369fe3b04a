package store

import (
	"hash/fnv"
	"sync"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
)

// Blob is the text of a message, which copies share. It never changes, but for
// Labels, which the user's lock guards.
type Blob struct {
	Raw      []byte
	EmailID  string
	ThreadID string
	Num      uint64 // a number of its own, for X-GM-MSGID

	Labels []string // X-GM-LABELS that are no mailboxes

	parse sync.Once
	tree  *mime.Part
}

// NewBlob returns a blob of raw, which must not be changed any more.
func NewBlob(raw []byte) *Blob {
	id := newID("M")
	h := fnv.New64a()
	h.Write([]byte(id))
	return &Blob{Raw: raw, EmailID: id, Num: h.Sum64() >> 1}
}

// Tree returns the parsed message.
func (b *Blob) Tree() *mime.Part {
	b.parse.Do(func() { b.tree = mime.Parse(b.Raw) })
	return b.tree
}

// Thread returns what identifies the blob's thread: the first message ID that
// References, In-Reply-To or Message-ID name.
func (b *Blob) Thread() string {
	if b.ThreadID != "" {
		return b.ThreadID
	}
	root := b.Tree().ThreadRoot()
	if root == "" {
		root = b.EmailID
	}
	h := fnv.New128a()
	h.Write([]byte(root))
	const hexDigits = "0123456789abcdef"
	out := []byte{'T'}
	for _, c := range h.Sum(nil) {
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out)
}
