package response

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxSafeName is the most octets of a safe name. File systems allow 255; the
// rest is for numbers and the suffixes of temporary files.
const maxSafeName = 180

// SafeName returns a name for the file that p is saved as: one element of a path,
// valid and harmless on every usual system, never empty, the same wherever it is
// called. It is made from [BodyStructure.Filename], else from the subject of an
// attached message, the Content-Location or the Content-Description, and has an
// extension for the media type if the name has none: "part-1.2.pdf" if there is
// no name at all. It is safe to print as well.
//
// Two parts can have the same name: see [Names].
func (p Part) SafeName() string {
	if p.BodyStructure == nil {
		return "part" + p.suffix()
	}
	t := p.mediaType()
	if name := safeName(p.Filename()); name != "" {
		return limitName(withExtension(name, t))
	}
	if isMessageType(t) && p.Envelope != nil {
		if name := safeName(p.Envelope.Subject); name != "" {
			return limitName(name + ".eml")
		}
	}
	if name := safeName(lastElement(p.Location())); name != "" {
		return limitName(withExtension(name, t))
	}
	if name := safeName(p.Description()); extension(name) != "" {
		return limitName(name)
	}
	return p.defaultName(t)
}

// defaultName returns the name of a part that nothing names.
func (p Part) defaultName(t string) string {
	switch t {
	case "message/rfc822", "message/global":
		return "message.eml"
	case "message/partial":
		if number, total := digits(p.Param("number")), digits(p.Param("total")); number != "" && total != "" {
			return "part-" + number + "-of-" + total + ".eml"
		}
	case "text/calendar", "application/ics":
		return "invite.ics"
	case "application/pgp-signature":
		return "signature.asc"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return "smime.p7s"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return "smime.p7m"
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return "winmail.dat"
	}
	ext := extensions[t]
	if ext == "" {
		ext = ".bin"
	}
	return "part" + p.suffix() + ext
}

func (p Part) suffix() string {
	if len(p.Number) == 0 {
		return ""
	}
	return "-" + p.String()
}

// digits returns s if it is a number of up to four digits, and else "".
func digits(s string) string {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil && len(s) <= 4 {
		return strconv.FormatUint(n, 10)
	}
	return ""
}

// lastElement returns what comes after the last slash of a URL or path.
func lastElement(location string) string {
	location, _, _ = strings.Cut(location, "?")
	location, _, _ = strings.Cut(location, "#")
	if strings.HasPrefix(strings.ToLower(location), "cid:") {
		return ""
	}
	return location[strings.LastIndexAny(location, `/\`)+1:]
}

// safeName returns name without what some file system or terminal takes for
// something else, and "" if nothing is left.
func safeName(name string) string {
	if name == "" {
		return ""
	}
	name = norm.NFC.String(strings.Map(keepInName, strings.ToValidUTF8(name, "_")))
	name = baseOfPath(name)
	name = strings.Map(replaceInName, name)
	name = strings.Join(strings.Fields(name), " ")
	name = strings.TrimRight(name, ". ")
	if rest := strings.TrimLeft(name, ".- "); len(rest) < len(name) {
		name = "_" + rest
	}
	if isReservedName(name) {
		name = "_" + name
	}
	if strings.Trim(name, "_. ") == "" {
		return ""
	}
	return limitName(name)
}

// keepInName drops what has no place in a name: control characters, what turns
// the direction of text around, what is invisible, noncharacters.
func keepInName(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return ' '
	case r < 0x20, r >= 0x7f && r <= 0x9f, // C0, DEL, C1
		r == 0x2028, r == 0x2029, // line and paragraph separator
		r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, // direction
		r == 0x00ad, r == 0x200b, r >= 0x2060 && r <= 0x2064, r == 0xfeff, // invisible
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f, // annotations, tags
		r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe: // noncharacters
		return -1
	}
	return r
}

// replaceInName replaces what separates elements of a path, or what a file
// system does not allow.
func replaceInName(r rune) rune {
	switch r {
	case '/', '\\', '<', '>', ':', '"', '|', '?', '*',
		'\u2044', '\u2215', '\u29f8', '\uff0f', '\uff3c': // which ANSI interfaces of Windows map to slashes
		return '_'
	}
	return r
}

// baseOfPath returns the last element of name if name is a path, and else name:
// the slash of "Invoice 3/2024.pdf" separates nothing.
func baseOfPath(name string) string {
	isSlash := func(r rune) bool { return r == '/' || r == '\\' }
	elements := strings.FieldsFunc(name, isSlash)
	path := len(name) > 0 && isSlash(rune(name[0])) ||
		len(name) > 2 && name[1] == ':' && isSlash(rune(name[2])) && unicode.IsLetter(rune(name[0]))
	for _, e := range elements {
		path = path || strings.TrimSpace(e) == ".."
	}
	switch {
	case !path:
		return name
	case len(elements) == 0:
		return ""
	}
	return elements[len(elements)-1]
}

// isReservedName reports whether Windows takes name for a device.
func isReservedName(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimSpace(stem))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	number, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		number, ok = strings.CutPrefix(stem, "LPT")
	}
	return ok && utf8.RuneCountInString(number) == 1 && strings.Contains("0123456789¹²³", number)
}

// extension returns the extension of name with its dot: a few letters and
// digits, of which one is a letter, or three at most. Else it returns "".
func extension(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || len(name)-dot > 17 || dot == len(name)-1 {
		return ""
	}
	letter := false
	for _, r := range name[dot+1:] {
		letter = letter || unicode.IsLetter(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_+~$", r) {
			return ""
		}
	}
	if !letter && len(name)-dot > 4 {
		return ""
	}
	return name[dot:]
}

// withExtension adds the extension for a media type to a name that has none. It
// never replaces one: types lie more often than names.
func withExtension(name, mediaType string) string {
	if extension(name) != "" {
		return name
	}
	return name + extensions[mediaType]
}

// limitName cuts the stem of name, so that the whole is short enough.
func limitName(name string) string {
	if len(name) <= maxSafeName {
		return name
	}
	ext := extension(name)
	stem := cutText(name[:len(name)-len(ext)], maxSafeName-len(ext))
	if ext == "" {
		stem = strings.TrimRight(stem, ". ")
	}
	return stem + ext
}

// cutText returns the start of s that is at most n octets long, and does not end
// in the middle of what is one character to a reader.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for at := n; at > n-64 && at > 0; at-- {
		if !utf8.RuneStart(s[at]) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[at:])
		last, _ := utf8.DecodeLastRuneInString(s[:at])
		if !unicode.Is(unicode.M, next) && next != '\u200d' && next != '\u200c' && last != '\u200d' {
			return s[:at]
		}
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Names hands out file names that differ within one folder, on systems that
// ignore case or the form of accents as well. Its zero value is ready for use. It
// knows only the names that it handed out: a program that writes into a folder
// with files in it creates them exclusively (os.O_EXCL), and asks for the next
// name if one exists.
//
// A Names is for one goroutine at a time.
type Names struct {
	used map[string]int // folded names, with the next number to try
}

// Unique returns name, made safe as [Part.SafeName] does it, or name with a
// number before its extension if it was handed out before: "image (2).png".
func (n *Names) Unique(name string) string {
	if name = safeName(name); name == "" {
		name = "file"
	}
	if n.used == nil {
		n.used = make(map[string]int)
	}
	key := foldName(name)
	number, taken := n.used[key]
	if !taken {
		n.used[key] = 2
		return name
	}
	ext := extension(name)
	if stem := name[:len(name)-len(ext)]; strings.HasSuffix(strings.ToLower(stem), ".tar") {
		ext = name[len(stem)-len(".tar"):]
	}
	stem := name[:len(name)-len(ext)]
	for ; ; number++ {
		next := stem + " (" + strconv.Itoa(number) + ")" + ext
		if _, taken := n.used[foldName(next)]; !taken {
			n.used[key], n.used[foldName(next)] = number+1, 2
			return next
		}
	}
}

// foldName returns the same for names that some file system holds for the same.
func foldName(name string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(name)))
}
