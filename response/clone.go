package response

import (
	"slices"
	"unsafe"
)

// Clone returns a copy of m that shares no memory with it, except for readers of
// sections: what a program keeps of a message that is only valid for a short time.
func (m *Message) Clone() *Message {
	if m == nil {
		return nil
	}
	return m.clone(func(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) })
}

// clone is Clone with a string made of the octets of all strings.
func (m *Message) clone(text func([]byte) string) *Message {
	var c cloner
	out := *m
	out.Flags = slices.Clone(m.Flags)
	for i := range out.Flags {
		c.text((*string)(&out.Flags[i]))
	}
	out.Envelope = c.envelope(m.Envelope)
	out.BodyStructure = c.body(m.BodyStructure)
	out.Sections = slices.Clone(m.Sections)
	for i := range out.Sections {
		s := &out.Sections[i]
		s.Data = slices.Clone(s.Data)
		s.Section.Part = slices.Clone(s.Section.Part)
		s.Section.Fields = c.texts(s.Section.Fields)
		c.text((*string)(&s.Section.Specifier))
	}
	out.Ext = c.ext(m.Ext)
	c.settle(text)
	return &out
}

// cloner copies values. Their strings are copied at the end, into one piece of memory.
type cloner struct {
	strings []*string
	octets  int
}

func (c *cloner) text(s *string) {
	if *s != "" {
		c.strings = append(c.strings, s)
		c.octets += len(*s)
	}
}

func (c *cloner) settle(text func([]byte) string) {
	b := make([]byte, 0, c.octets)
	for _, s := range c.strings {
		b = append(b, *s...)
	}
	all := text(b)
	for _, s := range c.strings {
		*s, all = all[:len(*s)], all[len(*s):]
	}
}

func (c *cloner) texts(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		c.text(&list[i])
	}
	return list
}

func (c *cloner) envelope(e *Envelope) *Envelope {
	if e == nil {
		return nil
	}
	out := *e
	for _, s := range [...]*string{&out.DateRaw, &out.Subject, &out.SubjectRaw, &out.InReplyTo, &out.MessageID} {
		c.text(s)
	}
	for _, list := range [...]*[]Address{&out.From, &out.Sender, &out.ReplyTo, &out.To, &out.Cc, &out.Bcc} {
		*list = slices.Clone(*list)
		for i := range *list {
			a := &(*list)[i]
			c.text(&a.Name)
			c.text(&a.NameRaw)
			c.text(&a.Mailbox)
			c.text(&a.Host)
		}
	}
	return &out
}

func (c *cloner) body(b *BodyStructure) *BodyStructure {
	if b == nil {
		return nil
	}
	out := *b
	for _, s := range [...]*string{&out.Type, &out.Subtype, &out.Encoding, &out.Disposition} {
		c.text(s)
	}
	out.Params, out.DispositionParams = c.params(b.Params), c.params(b.DispositionParams)
	out.Children = slices.Clone(b.Children)
	for i, child := range out.Children {
		out.Children[i] = c.body(child)
	}
	out.Envelope, out.Message = c.envelope(b.Envelope), c.body(b.Message)
	if b.Rare != nil {
		r := *b.Rare
		for _, s := range [...]*string{&r.ID, &r.Description, &r.MD5, &r.Location} {
			c.text(s)
		}
		r.Language = c.texts(r.Language)
		out.Rare = &r
	}
	return &out
}

func (c *cloner) params(list []Param) []Param {
	list = slices.Clone(list)
	for i := range list {
		c.text(&list[i].Name)
		c.text(&list[i].Value)
	}
	return list
}

func (c *cloner) ext(x *MessageExt) *MessageExt {
	if x == nil {
		return nil
	}
	out := *x
	for _, s := range [...]*string{&out.Preview, &out.EmailID, &out.ThreadID} {
		c.text(s)
	}
	out.BinarySizes = slices.Clone(x.BinarySizes)
	for i := range out.BinarySizes {
		out.BinarySizes[i].Part = slices.Clone(out.BinarySizes[i].Part)
	}
	out.GmailLabels = c.texts(x.GmailLabels)
	out.Unknown = slices.Clone(x.Unknown)
	for i := range out.Unknown {
		c.text(&out.Unknown[i].Name)
		c.value(&out.Unknown[i].Value)
	}
	return &out
}

func (c *cloner) value(v *Value) {
	c.text(&v.Text)
	v.List = slices.Clone(v.List)
	for i := range v.List {
		c.value(&v.List[i])
	}
}
