// Package mailtext makes what a person reads out of a message: its text, plain or
// from HTML, in UTF-8 with lines that end in LF.
//
// [Read] takes the structure of a message and a function that opens a part of it,
// and gives the text, its pieces (what the sender wrote, what is quoted, the
// signature), and the attachments, corrected by what the HTML refers to:
//
//	open := func(ctx context.Context, p imap.Part) (io.ReadCloser, error) {
//		return c.OpenPart(ctx, uid, p, nil)
//	}
//	res, err := mailtext.Read(ctx, msg.BodyStructure, open, nil)
//	fmt.Println(res.Reply())
//
// The package knows nothing of the connection: a message in memory or a file
// serves as well. It fetches nothing by itself: no pictures, no style sheets, no
// message/external-body.
//
// # Bounds
//
// Time and memory are linear in the size of the input, whatever it nests, and the
// input and the text are bounded: see [Options]. What does not fit is left out,
// and [Result].Truncated says so. The only errors are those of the reader.
//
// # For programs that give mail to language models
//
// The text is data from a stranger. No conversion makes it safe: a program that
// acts on what it says does what the sender wants. What can be relied on:
//
//   - What a person does not see is not in it: elements that HTML hides by
//     attribute, by style or by a style sheet with simple selectors, comments,
//     previews that are hidden at the top ("preheaders"), characters without
//     width, tags and other characters that are not seen, what turns text around.
//     Plain text is cleaned of such characters too. [Result].Hidden counts the
//     octets that were left out. There are limits: text in the colour of its
//     background is only found if one element sets both, and style sheets that
//     depend on where an element is are not applied.
//   - Plain text and HTML can differ on purpose, and a person sees the HTML. A
//     program that acts on a message prefers HTML, or sets [Options].Compare and
//     looks at [Result].Differs.
//   - The text of attached messages is no part of it. Quoted text has ">" before
//     its lines, or is a [Segment] of its own. The texts of pictures stand in
//     brackets, the targets of links in angle brackets after their text; if the
//     text of a link names another host than its target, both are shown and
//     [Result].Warnings says so. Each segment says which part it is from.
//   - Names of files are the sender's as well: SafeName of a part is the one for
//     a prompt, a terminal or a path.
package mailtext
