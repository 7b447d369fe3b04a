package mailtext

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/transfer"
	"github.com/seed-090b04e4/imap/response"
)

// Opener opens the content of a part, with its transfer encoding undone and
// nothing else. If the reader has a method Warnings() []response.Warning, they
// are among those of the result. Read closes it.
type Opener func(ctx context.Context, p response.Part) (io.ReadCloser, error)

// Links says how the targets of links are shown. A target that its text lies about
// is shown after it in any case.
type Links int

// How links are shown.
const (
	LinksInline    Links = iota // "text <https://example.com/>"
	LinksNone                   // "text"
	LinksFootnotes              // "text [1]", and a list at the end
)

// Options says how to read. The zero value, or nil, is right for reading.
type Options struct {
	Prefer response.Prefer // plain text or HTML, if there are both; plain text by default
	Links  Links           // how HTML's links are shown

	MaxInput  int64 // octets that are read of all parts together; 16 MiB by default
	MaxOutput int   // octets of text; 4 MiB by default

	Fallback      string // charset of text that names none and is not UTF-8; windows-1252 by default
	KeepInvisible bool   // keep characters that a person does not see
	Compare       bool   // read the representation that is not chosen too: see Result.Differs
}

// maxParts is how many parts of a message are read.
const maxParts = 1000

// What Options hold by default.
const (
	DefaultMaxInput  = 16 << 20
	DefaultMaxOutput = 4 << 20
)

// Result is what a person reads of a message.
type Result struct {
	Text     string    // of all parts, with an empty line between them
	Segments []Segment // the same in pieces, without the empty lines between parts

	// Attachments and Inline are those of the structure, corrected: a picture that
	// no HTML refers to is an attachment, one that it refers to is none. HTML that
	// was not read corrects nothing.
	Attachments []response.Part
	Inline      []response.Part
	Embedded    []File // files within plain text (uuencode, yEnc), taken out of it

	Hidden    int64   // octets that a person does not see and that were left out
	Differs   float64 // share of the words that only one representation has, 0 to 1; only if Options.Compare is set
	Truncated bool    // not all of it was read, or fits

	Warnings []response.Warning // what was wrong with the content
}

// What the warnings of this package say. Others are about encodings and charsets.
const (
	WarnLink     = "text of a link that names another host than its target"
	WarnUnclosed = "HTML with a comment, a tag or an element that is not closed and takes the rest"
)

// Read gives the readable text of a message. It opens the parts that b.Text
// returns, one after the other, each for as long as it is read. If opening or
// reading fails, Read returns the error together with what it has read so far.
func Read(ctx context.Context, b *response.BodyStructure, open Opener, o *Options) (*Result, error) {
	r := &reading{open: open, options: defaults(o), given: defaults(o)}
	err := r.read(ctx, b)
	r.correct(b)
	return &r.Result, err
}

func defaults(o *Options) Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.MaxInput <= 0 {
		d.MaxInput = DefaultMaxInput
	}
	if d.MaxOutput <= 0 {
		d.MaxOutput = DefaultMaxOutput
	}
	return d
}

// reading is a Result in the making.
type reading struct {
	Result
	open    Opener
	options Options // with what is left of the bounds
	given   Options
	refs    []string // of the HTML that was read
	html    bool     // some was
}

func (r *reading) read(ctx context.Context, b *response.BodyStructure) error {
	var texts []string
	for i, p := range b.Text(r.options.Prefer) {
		if i == maxParts || r.options.MaxInput <= 0 || r.options.MaxOutput <= 0 {
			r.Truncated = true
			break
		}
		text, regions, err := r.part(ctx, p)
		text = r.fit(text)
		if text != "" {
			texts = append(texts, strings.TrimRight(text, "\n"))
			r.Segments = append(r.Segments, segments(text, p, regions)...)
		}
		if err != nil {
			r.Text = joinTexts(texts)
			return fmt.Errorf("mailtext: part %s: %w", p, err)
		}
	}
	r.Text = joinTexts(texts)
	if r.options.Compare {
		return r.compare(ctx, b)
	}
	return nil
}

func joinTexts(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return strings.Join(texts, "\n\n") + "\n"
}

// fit returns as much of text as there is room for.
func (r *reading) fit(text string) string {
	if len(text) > r.options.MaxOutput {
		text = cutOctets(text, r.options.MaxOutput)
		r.Truncated = true
	}
	r.options.MaxOutput -= len(text)
	return text
}

// part reads the text of one part.
func (r *reading) part(ctx context.Context, p response.Part) (string, []region, error) {
	if err := ctx.Err(); err != nil {
		return "", nil, err
	}
	content, err := r.open(ctx, p)
	if err != nil {
		return "", nil, err
	}
	defer content.Close()
	limited := &limitedReader{r: content, left: r.options.MaxInput}
	var text string
	var regions []region
	if isHTML(p) {
		text, regions, err = r.fromHTML(limited, p)
	} else {
		text, err = r.fromPlain(limited, p)
	}
	r.Truncated = r.Truncated || limited.cut
	r.options.MaxInput = limited.left
	if w, ok := content.(interface{ Warnings() []response.Warning }); ok {
		r.Warnings = append(r.Warnings, w.Warnings()...)
	}
	return text, regions, err
}

func isHTML(p response.Part) bool {
	t := p.MediaType()
	return t == "text/html" || t == "application/xhtml+xml"
}

func (r *reading) fromHTML(content io.Reader, p response.Part) (string, []region, error) {
	decoded := transfer.NewText(content, transfer.TextOptions{Charset: p.Charset(), HTML: true, Fallback: r.options.Fallback})
	source, err := io.ReadAll(decoded)
	r.warn(decoded.Warnings())
	c, text, unclosed := convert(source, r.options.MaxOutput, r.options.Links, r.options.KeepInvisible)
	r.html = true
	r.refs = append(r.refs, c.refs...)
	r.Hidden += c.hidden
	r.Truncated = r.Truncated || c.full
	if c.liars > 0 {
		r.Warnings = append(r.Warnings, response.Warning{Kind: WarnLink, Count: c.liars})
	}
	if unclosed {
		r.Warnings = append(r.Warnings, response.Warning{Kind: WarnUnclosed, Count: 1})
	}
	return text, c.regions, err
}

func (r *reading) fromPlain(content io.Reader, p response.Part) (string, error) {
	octets, err := io.ReadAll(content)
	if p.MediaType() == "text/plain" {
		var files []File
		octets, files = extractFiles(octets)
		for i := range files {
			files[i].Part = p
		}
		r.Embedded = append(r.Embedded, files...)
	}
	decoded := transfer.NewText(strings.NewReader(string(octets)), transfer.TextOptions{Charset: p.Charset(), Fallback: r.options.Fallback})
	var b strings.Builder
	if _, err := io.Copy(&b, decoded); err != nil { // it is in memory
		return "", err
	}
	r.warn(decoded.Warnings())
	text := b.String()
	if ascii.EqualFold(p.Param("format"), "flowed") {
		text = Unflow(text, ascii.EqualFold(p.Param("delsp"), "yes"))
	}
	if !r.options.KeepInvisible {
		var dropped int
		text, dropped = dropInvisible(text)
		r.Hidden += int64(dropped)
	}
	if text = strings.Trim(text, "\n"); text != "" {
		text += "\n"
	}
	return text, err
}

func (r *reading) warn(list []transfer.Warning) {
	for _, w := range list {
		r.Warnings = append(r.Warnings, response.Warning(w))
	}
}

// limitedReader reads no more than some octets, and notes if there were more.
type limitedReader struct {
	r    io.Reader
	left int64
	cut  bool
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		n, err := l.r.Read(one[:])
		if n > 0 {
			l.cut = true
			return 0, io.EOF
		}
		return 0, err
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// FromHTML makes the HTML in r, which is in UTF-8, into text as Read does. Its
// errors are those of r, together with the text of what came before.
func FromHTML(r io.Reader, o *Options) (string, error) {
	options := defaults(o)
	source, err := io.ReadAll(io.LimitReader(r, options.MaxInput))
	_, text, _ := convert([]byte(strings.ToValidUTF8(string(source), "\ufffd")), options.MaxOutput, options.Links, options.KeepInvisible)
	return text, err
}
