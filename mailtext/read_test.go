package mailtext

import (
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// partOf is part 1, of a media type.
func partOf(mediaType string) response.Part {
	b := &response.BodyStructure{}
	b.Type, b.Subtype, _ = strings.Cut(mediaType, "/")
	return response.Part{BodyStructure: b, Number: []int{1}}
}
