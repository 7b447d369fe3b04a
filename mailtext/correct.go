package mailtext

import (
	"context"
	"strings"
	"unicode"

	"github.com/seed-090b04e4/imap/response"
)

// maxRefs is how many different references of HTML are looked up.
const maxRefs = 1000

// correct sorts attachments and inline parts by what the HTML refers to.
func (r *reading) correct(b *response.BodyStructure) {
	referred := r.referred(b)
	for p, class := range b.Leaves(r.options.Prefer) {
		named := referred[p.String()]
		picture := strings.HasPrefix(p.MediaType(), "image/")
		attached := strings.EqualFold(p.Disposition, "attachment")
		switch {
		case class == response.ClassInline && r.html && picture && !named:
			class = response.ClassAttachment // as the placeholders of Apple Mail
		case class == response.ClassAttachment && picture && named && !attached:
			class = response.ClassInline
		}
		switch class {
		case response.ClassAttachment:
			r.Attachments = append(r.Attachments, p)
		case response.ClassInline:
			r.Inline = append(r.Inline, p)
		}
	}
}

// referred returns the numbers of the parts that the HTML refers to.
func (r *reading) referred(b *response.BodyStructure) map[string]bool {
	refs := make(map[string]bool)
	for _, ref := range r.refs {
		if !strings.HasPrefix(strings.ToLower(ref), "data:") {
			refs[ref] = true
		}
	}
	numbers := make(map[string]bool)
	tried := 0
	for ref := range refs {
		if len(ref) > maxURL || tried == maxRefs {
			continue
		}
		tried++
		if p, ok := b.ByContentID(ref); ok {
			numbers[p.String()] = true
		}
	}
	return numbers
}

// compare reads the representation that was not chosen, and sets Differs.
func (r *reading) compare(ctx context.Context, b *response.BodyStructure) error {
	other := r.given
	other.Compare = false
	if other.Prefer++; other.Prefer > response.PreferHTML {
		other.Prefer = response.PreferPlain
	}
	same := true
	chosen := b.Text(r.options.Prefer)
	for i, p := range b.Text(other.Prefer) {
		same = same && i < len(chosen) && chosen[i].String() == p.String()
	}
	if same {
		return nil
	}
	second := &reading{open: r.open, options: other}
	if err := second.read(ctx, b); err != nil {
		return err
	}
	r.html = r.html || second.html
	r.refs = append(r.refs, second.refs...)
	r.Differs = differs(r.Text, second.Text)
	return nil
}

// differs returns the share of the words of one text that the other lacks: the
// larger one of both directions.
func differs(a, b string) float64 {
	wordsOf := func(s string) map[string]bool {
		words := make(map[string]bool)
		for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words[w] = true
		}
		return words
	}
	lacks := func(a, b map[string]bool) float64 {
		if len(a) == 0 {
			return 0
		}
		n := 0
		for w := range a {
			if !b[w] {
				n++
			}
		}
		return float64(n) / float64(len(a))
	}
	wa, wb := wordsOf(a), wordsOf(b)
	return max(lacks(wa, wb), lacks(wb, wa))
}
