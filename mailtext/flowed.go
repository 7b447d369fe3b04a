package mailtext

import "strings"

// maxParagraph is the most octets that Unflow joins into one line.
const maxParagraph = 1 << 20

// Unflow joins the lines of text in format=flowed into paragraphs (RFC 3676 §4.1),
// and removes the stuffing. delSp is the parameter delsp=yes: the blank that shows
// that a line flows on is none of the text. Lines end in LF.
//
// What was quoted starts with ">" for each level and a blank. A signature
// separator, "-- ", stays a line of its own; nothing is joined within PGP armour.
func Unflow(text string, delSp bool) string {
	var b strings.Builder
	b.Grow(len(text))
	u := unflower{out: &b, delSp: delSp}
	for line := range strings.Lines(text) {
		u.line(strings.TrimSuffix(line, "\n"))
	}
	u.end()
	return b.String()
}

type unflower struct {
	out    *strings.Builder
	delSp  bool
	open   bool // a paragraph goes on
	depth  int  // of it
	length int  // of it so far
	blank  bool // the next line is joined with a blank
	armour bool // within PGP armour
}

func (u *unflower) line(line string) {
	depth := 0
	for depth < len(line) && line[depth] == '>' {
		depth++
	}
	text := strings.TrimPrefix(line[depth:], " ") // stuffing
	if rest, ok := strings.CutPrefix(text, "-----BEGIN PGP "); ok && strings.HasSuffix(strings.TrimRight(rest, " "), "-----") {
		u.end()
		u.armour = true
	}
	flowed := strings.HasSuffix(text, " ") && text != "-- " && !u.armour
	if u.open && (depth != u.depth || text == "-- " || text == "" || u.length+len(text) > maxParagraph) {
		u.end()
	}
	if u.armour && strings.HasPrefix(text, "-----END PGP ") {
		u.armour = false
	}
	if !u.open {
		u.out.WriteString(strings.Repeat(">", depth))
		if depth > 0 && text != "" {
			u.out.WriteByte(' ')
		}
		u.open, u.depth, u.length = true, depth, 0
	}
	if u.blank {
		u.out.WriteByte(' ')
		u.blank = false
	}
	if flowed {
		text = text[:len(text)-1]
		u.blank = !u.delSp
	}
	u.out.WriteString(text)
	if u.length += len(text); !flowed {
		u.end()
	}
}

// end ends the paragraph that goes on.
func (u *unflower) end() {
	if u.open {
		u.out.WriteByte('\n')
	}
	u.open, u.blank = false, false
}
