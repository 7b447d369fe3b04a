package response

import "unsafe"

// What values take in memory.
const (
	sizeString        = int(unsafe.Sizeof(""))
	sizePointer       = int(unsafe.Sizeof(uintptr(0)))
	sizeUID           = int(unsafe.Sizeof(UID(0)))
	sizeRange         = int(unsafe.Sizeof(Range[UID]{}))
	sizeMessage       = int(unsafe.Sizeof(Message{}))
	sizeEnvelope      = int(unsafe.Sizeof(Envelope{}))
	sizeAddress       = int(unsafe.Sizeof(Address{}))
	sizeBodyStructure = int(unsafe.Sizeof(BodyStructure{}))
	sizeParam         = int(unsafe.Sizeof(Param{}))
	sizeSection       = int(unsafe.Sizeof(BodySection{}))
	sizeExt           = int(unsafe.Sizeof(MessageExt{}))
	sizeMailbox       = int(unsafe.Sizeof(MailboxInfo{}))
	sizeStatus        = int(unsafe.Sizeof(MailboxStatus{}))
	sizeNamespace     = int(unsafe.Sizeof(Namespace{}))
	sizeValue         = int(unsafe.Sizeof(Value{}))
	sizeUnknown       = int(unsafe.Sizeof(UnknownItem{}))
	sizeThread        = int(unsafe.Sizeof(Thread[UID]{}))
	sizeOther         = 64 // a struct with a few strings or lists
)

// Cost returns how many octets of memory d keeps alive, to within a factor of
// two: the structs, lists and strings that it is made of, and the text of the
// response if strings can be parts of that. What a row takes in memory can be a
// hundred times what it takes on the wire.
func Cost(d Data) int64 {
	n := 0
	switch d := d.(type) {
	case *ExistsData, *RecentData, *ExpungeData:
		n = sizePointer
	case *Message:
		n = d.cost()
	case *MailboxInfo:
		n = d.cost()
	case *MailboxStatus:
		n = d.cost()
	case *StatusResponse:
		n = sizeOther + len(d.Text) + len(d.CodeArgs) + codeCost(d.Code)
	case *CapabilityData:
		n = sizeString + stringsCost(d.Caps)
	case *EnabledData:
		n = sizeString + stringsCost(d.Caps)
	case *FlagsData:
		n = sizeString + flagsCost(d.Flags)
	case *SearchData:
		n = sizeOther + setCost(d.Nums) + cap(d.Order)*sizeRange
	case *ESearchData:
		n = d.cost()
	case *SortData:
		n = sizeOther + cap(d.Nums)*sizeUID
	case *ThreadData:
		n = sizeString + threadsCost(d.Threads)
	case *VanishedData:
		n = sizeOther + setCost(d.UIDs)
	case *NamespaceData:
		n = 2*sizeOther + namespacesCost(d.Personal) + namespacesCost(d.Other) + namespacesCost(d.Shared)
	case *UnknownData:
		n = sizeOther + len(d.Name) + cap(d.Raw)
	default:
		n = extensionCost(d)
	}
	return int64(n)
}

// extensionCost is Cost for the data of extensions.
func extensionCost(d Data) int {
	n := sizeOther
	switch d := d.(type) {
	case *IDData:
		n += cap(d.Params) * int(unsafe.Sizeof(IDParam{}))
		for _, p := range d.Params {
			n += len(p.Name) + len(p.Value)
		}
	case *QuotaData:
		n += len(d.Root) + cap(d.Resources)*int(unsafe.Sizeof(QuotaResource{}))
		for _, r := range d.Resources {
			n += len(r.Name)
		}
	case *QuotaRootData:
		n += len(d.Mailbox) + stringsCost(d.Roots)
	case *ACLData:
		n += len(d.Mailbox) + cap(d.Entries)*int(unsafe.Sizeof(ACLEntry{}))
		for _, e := range d.Entries {
			n += len(e.Identifier) + len(e.Rights)
		}
	case *ListRightsData:
		n += sizeOther + len(d.Mailbox) + len(d.Identifier) + len(d.Required) + stringsCost(d.Optional)
	case *MyRightsData:
		n += len(d.Mailbox) + len(d.Rights)
	case *MetadataData:
		n += len(d.Mailbox) + stringsCost(d.Changed) + metadataCost(d.Items)
	case *UIDBatchesData:
		n += len(d.Tag) + cap(d.Batches)*sizeRange
	case *LanguageData:
		n += stringsCost(d.Tags)
	}
	return n
}

// Cost returns how many octets of memory m keeps alive; see the function [Cost].
func (m *Message) Cost() int64 { return int64(m.cost()) }

func (m *Message) cost() int {
	n := sizeMessage + flagsCost(m.Flags)
	if m.Envelope != nil || m.BodyStructure != nil {
		structs, text := m.Envelope.cost()
		s, t := m.BodyStructure.cost()
		n += structs + s
		if text += t; text > 0 {
			n += max(text, int(m.text))
		}
	}
	n += cap(m.Sections) * sizeSection
	for i := range m.Sections {
		s := &m.Sections[i]
		n += cap(s.Data) + s.Section.cost()
	}
	if x := m.Ext; x != nil {
		n += x.cost()
	}
	return n
}

func (s *Section) cost() int {
	n := cap(s.Part)*sizePointer + stringsCost(s.Fields)
	if len(s.Specifier) > len(SpecifierHeaderFieldsNot) {
		n += len(s.Specifier) // no constant
	}
	return n
}

func (x *MessageExt) cost() int {
	n := sizeExt + len(x.Preview) + len(x.EmailID) + len(x.ThreadID) + stringsCost(x.GmailLabels) + unknownCost(x.Unknown)
	n += cap(x.BinarySizes) * int(unsafe.Sizeof(BinarySize{}))
	for i := range x.BinarySizes {
		n += cap(x.BinarySizes[i].Part) * sizePointer
	}
	return n
}

// cost returns what the envelope takes, without and with its strings.
func (e *Envelope) cost() (structs, text int) {
	if e == nil {
		return 0, 0
	}
	structs = sizeEnvelope
	text = len(e.DateRaw) + len(e.SubjectRaw) + len(e.InReplyTo) + len(e.MessageID) + another(e.Subject, e.SubjectRaw)
	for i, list := range [...][]Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		structs += cap(list) * sizeAddress
		if i > 0 && len(list) > 0 && len(list) == len(e.From) && another(list[0].Mailbox, e.From[0].Mailbox) == 0 {
			continue // the strings of From
		}
		for j := range list {
			a := &list[j]
			text += len(a.NameRaw) + len(a.Mailbox) + len(a.Host) + another(a.Name, a.NameRaw)
		}
	}
	return structs, text
}

// another returns the length of s, unless it is the string of t.
func another(s, t string) int {
	if unsafe.StringData(s) == unsafe.StringData(t) {
		return 0
	}
	return len(s)
}

// cost returns what the structure takes, without and with its strings.
func (b *BodyStructure) cost() (structs, text int) {
	if b == nil {
		return 0, 0
	}
	todo := append(make([]*BodyStructure, 0, 32), b)
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		structs += sizeBodyStructure + cap(b.Children)*sizePointer
		structs += (cap(b.Params)+cap(b.DispositionParams))*sizeParam + cap(b.Language)*sizeString
		text += len(b.Type) + len(b.Subtype) + len(b.ID) + len(b.Description) + len(b.Encoding) + len(b.MD5) + len(b.Disposition) + len(b.Location)
		for _, list := range [...][]Param{b.Params, b.DispositionParams} {
			for _, p := range list {
				text += len(p.Name) + len(p.Value)
			}
		}
		for _, l := range b.Language {
			text += len(l)
		}
		e, t := b.Envelope.cost()
		structs, text = structs+e, text+t
		if b.Message != nil {
			todo = append(todo, b.Message)
		}
		todo = append(todo, b.Children...)
	}
	return structs, text
}

// Cost returns how many octets of memory d keeps alive; see the function [Cost].
func (d *MailboxInfo) Cost() int64 { return int64(d.cost()) }

func (d *MailboxInfo) cost() int {
	n := sizeMailbox + len(d.Raw) + another(d.Mailbox, d.Raw) + flagsCost(d.Attrs)
	if d.Status != nil {
		n += d.Status.cost()
	}
	if x := d.Ext; x != nil {
		n += 2*sizeOther + len(x.OldName) + len(x.MyRights) + stringsCost(x.ChildInfo) + metadataCost(x.Metadata)
		n += cap(x.Unknown) * sizeUnknown
		for i := range x.Unknown {
			n += len(x.Unknown[i].Name) + x.Unknown[i].Value.cost()
		}
	}
	return n
}

// Cost returns how many octets of memory d keeps alive; see the function [Cost].
func (d *MailboxStatus) Cost() int64 { return int64(d.cost()) }

func (d *MailboxStatus) cost() int {
	return sizeStatus + len(d.Raw) + another(d.Mailbox, d.Raw) + len(d.MailboxID) + unknownCost(d.Unknown)
}

func (d *ESearchData) cost() int {
	n := int(unsafe.Sizeof(ESearchData{})) + len(d.Tag) + len(d.PartialRange) + len(d.Mailbox)
	n += setCost(d.All) + setCost(d.Partial) + cap(d.Order)*sizeRange + 4*cap(d.Relevancy) + unknownCost(d.Unknown)
	for _, list := range [...][]ContextUpdate{d.AddTo, d.RemoveFrom} {
		n += cap(list) * int(unsafe.Sizeof(ContextUpdate{}))
		for _, u := range list {
			n += setCost(u.Nums)
		}
	}
	return n
}

func codeCost(c Code) int {
	switch c := c.(type) {
	case AppendUIDCode:
		return sizeOther + setCost(c.UIDs)
	case CopyUIDCode:
		return 2*sizeOther + setCost(c.Source) + setCost(c.Dest) + (cap(c.SourceOrder)+cap(c.DestOrder))*sizeRange
	case ModifiedCode:
		return sizeOther + setCost(c.Nums)
	case DowngradedCode:
		return sizeOther + setCost(c.Nums)
	case BadCharsetCode:
		return sizeOther + stringsCost(c.Charsets)
	case CapabilityCode:
		return sizeOther + stringsCost(c.Caps)
	case PermanentFlagsCode:
		return sizeOther + flagsCost(c.Flags)
	case ReferralCode:
		return sizeOther + stringsCost(c.URLs)
	case BadEventCode:
		return sizeOther + stringsCost(c.Events)
	case nil:
		return 0
	}
	return sizeOther + len(c.Name())
}

func setCost[N UID | SeqNum](s Set[N]) int { return cap(s.ranges) * sizeRange }

func stringsCost[S ~string](list []S) int {
	n := cap(list) * sizeString
	for _, s := range list {
		n += len(s)
	}
	return n
}

// flagsCost is stringsCost for words most of which are constants.
func flagsCost[S ~string](list []S) int {
	n := cap(list) * sizeString
	for _, s := range list {
		if len(s) > 0 && s[0] != '\\' || len(s) > sizeString {
			n += len(s)
		}
	}
	return n
}

func unknownCost(list []UnknownItem) int {
	n := cap(list) * sizeUnknown
	for i := range list {
		n += len(list[i].Name) + list[i].Value.cost()
	}
	return n
}

// cost returns what v takes beside the struct itself.
func (v *Value) cost() int {
	n := len(v.Text) + cap(v.List)*sizeValue
	for i := range v.List {
		n += v.List[i].cost()
	}
	return n
}

func metadataCost(items []MetadataItem) int {
	n := cap(items) * int(unsafe.Sizeof(MetadataItem{}))
	for _, item := range items {
		n += len(item.Name) + cap(item.Value)
	}
	return n
}

func namespacesCost(list []Namespace) int {
	n := cap(list) * sizeNamespace
	for _, ns := range list {
		n += len(ns.Prefix) + cap(ns.Extensions)*int(unsafe.Sizeof(NamespaceExtension{}))
		for _, x := range ns.Extensions {
			n += len(x.Name) + stringsCost(x.Values)
		}
	}
	return n
}

func threadsCost(threads []Thread[UID]) int {
	n := cap(threads) * sizeThread
	for todo := [][]Thread[UID]{threads}; len(todo) > 0; {
		last := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for i := range last {
			if answers := last[i].Children; cap(answers) > 0 {
				n += cap(answers) * sizeThread
				todo = append(todo, answers)
			}
		}
	}
	return n
}

// Cost returns how many octets of memory e keeps alive.
func (e *ParseError) Cost() int64 {
	return int64(2*sizeOther + len(e.Rule) + cap(e.Raw) + len(e.Response) + len(e.Item) + len(e.Msg))
}
