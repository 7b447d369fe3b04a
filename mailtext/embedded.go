package mailtext

import (
	"bytes"
	"io"

	"github.com/seed-090b04e4/imap/internal/transfer"
	"github.com/seed-090b04e4/imap/response"
)

// maxFiles is the most files that are taken out of a text.
const maxFiles = 1000

// File is one that stood within plain text, encoded by uuencode or yEnc.
type File struct {
	Name     string        // safe, as response.Part.SafeName makes it
	Data     []byte        // its content, decoded; of a file in several parts only this one
	Part     response.Part // where it was found
	Warnings []response.Warning
}

// extractFiles takes files out of a text that is not decoded yet. What only looks
// like one stays.
func extractFiles(text []byte) (rest []byte, files []File) {
	if !bytes.Contains(text, []byte("begin ")) && !bytes.Contains(text, []byte("=ybegin ")) {
		return text, nil
	}
	noYEnd := false
	for at := 0; at < len(text); {
		line := lineAt(text, at)
		var encoding string
		var end int
		switch {
		case len(files) >= maxFiles:
		case bytes.HasPrefix(line, []byte("begin ")):
			encoding, end = "uuencode", uuEnd(text, at)
		case !noYEnd && bytes.HasPrefix(line, []byte("=ybegin ")) && transfer.IsYBegin(string(line)):
			encoding, end = "yenc", yEnd(text, at)
			noYEnd = end == 0
		}
		if end == 0 {
			rest = append(rest, line...)
			at += len(line)
			continue
		}
		files = append(files, decodeFile(encoding, text[at:end]))
		at = end
	}
	return rest, files
}

// lineAt returns the line that starts at an index, with its end.
func lineAt(text []byte, at int) []byte {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return text[at : at+n+1]
	}
	return text[at:]
}

// uuEnd returns where the uuencoded file ends whose begin line starts at an index,
// or 0 if it is none: every line has to be as long as it says.
func uuEnd(text []byte, at int) int {
	begin := lineAt(text, at)
	if _, ok := transfer.BeginLine(string(begin)); !ok {
		return 0
	}
	lines := 0
	for at += len(begin); at < len(text); lines++ {
		line := lineAt(text, at)
		at += len(line)
		s := string(bytes.TrimRight(line, "\r\n"))
		if s == "end" && lines > 0 {
			return at
		}
		if !transfer.UULineFits(s) {
			return 0
		}
	}
	return 0
}

// yEnd returns where the file in yEnc ends whose begin line starts at an index, or
// 0 if it does not end.
func yEnd(text []byte, at int) int {
	n := bytes.Index(text[at:], []byte("\n=yend "))
	if n < 0 {
		return 0
	}
	at += n + 1
	return at + len(lineAt(text, at))
}

func decodeFile(encoding string, text []byte) File {
	r := transfer.NewReader(encoding, bytes.NewReader(text))
	data, err := io.ReadAll(r)
	f := File{Data: data}
	for _, w := range r.Warnings() {
		f.Warnings = append(f.Warnings, response.Warning(w))
	}
	if err != nil { // it is in memory
		f.Warnings = append(f.Warnings, response.Warning{Kind: err.Error(), Count: 1})
	}
	b := &response.BodyStructure{Type: "application", Subtype: "octet-stream", DispositionParams: []response.Param{{Name: "filename", Value: r.Name()}}}
	f.Name = response.Part{BodyStructure: b}.SafeName()
	return f
}
