package response

// ExistsData is an untagged EXISTS (RFC 9051 §7.4.1): how many messages the
// mailbox has.
type ExistsData struct {
	Messages uint32 // in all, not only the new ones
}

func (*ExistsData) untagged() {}

func (*ExistsData) cost() int { return sizePointer }

// RecentData is an untagged RECENT (RFC 3501 §7.3.2): how many messages have
// [FlagRecent].
type RecentData struct {
	Messages uint32 // in all
}

func (*RecentData) untagged() {}

func (*RecentData) cost() int { return sizePointer }

// ExpungeData is an untagged EXPUNGE (RFC 9051 §7.5.1): the message is gone,
// and all higher numbers are one less from now on.
type ExpungeData struct {
	SeqNum SeqNum // the position that the message had
}

func (*ExpungeData) untagged() {}

func (*ExpungeData) cost() int { return sizePointer }
