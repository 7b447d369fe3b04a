package mailtext

import "strings"

// beginRegion notes what the HTML says about a part of the text: mail programs
// mark what they quote by names of classes and ids.
func (c *converter) beginRegion(e *element, a *attributes) {
	if a.class == "" && a.id == "" || len(c.regions) >= maxLinks {
		return
	}
	kind := SegmentOwn
	toEnd := false
	for class := range strings.FieldsSeq(a.class) {
		switch class {
		case "gmail_quote", "gmail_extra_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "gmail_attr", "zmail_extra", "tutanota_quote":
			kind = SegmentQuote
			if class == "moz-cite-prefix" || class == "gmail_attr" {
				kind = SegmentAttribution
			}
		}
	}
	switch strings.TrimPrefix(a.id, "x_") {
	case "divrplyfwdmsg", "appendonsend", "olk_src_body_section": // of Outlook: all that follows
		kind, toEnd = SegmentQuote, true
	}
	if kind == SegmentOwn {
		return
	}
	c.regions = append(c.regions, region{kind: kind, from: len(c.out), to: -1})
	if !toEnd {
		e.region = len(c.regions)
	}
}
