package suite

import "slices"

// Deviation is a way in which servers differ from the RFCs or from their own
// capabilities. This table is the only place that knows servers by name.
type Deviation string

type deviation struct {
	id      Deviation
	servers []string
	reason  string
}

// The deviations.
const (
	AdvertisesBrokenSASL   Deviation = "AdvertisesBrokenSASL"
	NoBindingOnTLS13       Deviation = "NoBindingOnTLS13"
	CrashesAnonymous       Deviation = "CrashesAnonymous"
	RenamesNothing         Deviation = "RenamesNothing"
	FlagsOnlyInUse         Deviation = "FlagsOnlyInUse"
	NoUIDNext              Deviation = "NoUIDNext"
	NoLevels               Deviation = "NoLevels"
	NoSurrogates           Deviation = "NoSurrogates"
	NoRecursiveMatch       Deviation = "NoRecursiveMatch"
	NoSpecialUseSelection  Deviation = "NoSpecialUseSelection"
	LosesZone              Deviation = "LosesZone"
	NoArrivalTime          Deviation = "NoArrivalTime"
	RewritesMail           Deviation = "RewritesMail"
	WrongSize              Deviation = "WrongSize"
	NoTryCreate            Deviation = "NoTryCreate"
	WrongNot               Deviation = "WrongNot"
	NoUTF8Search           Deviation = "NoUTF8Search"
	NoBodySearch           Deviation = "NoBodySearch"
	NoSearchEscape         Deviation = "NoSearchEscape"
	WrongDate              Deviation = "WrongDate"
	NoStarUID              Deviation = "NoStarUID"
	RecentDisagrees        Deviation = "RecentDisagrees"
	AnyCharset             Deviation = "AnyCharset"
	NoBadCharset           Deviation = "NoBadCharset"
	WrongUnfolding         Deviation = "WrongUnfolding"
	NoLanguage             Deviation = "NoLanguage"
	NoLocation             Deviation = "NoLocation"
	NoInnerStructure       Deviation = "NoInnerStructure"
	MessageText            Deviation = "MessageText"
	InnerHeader            Deviation = "InnerHeader"
	InnerText              Deviation = "InnerText"
	InnerParts             Deviation = "InnerParts"
	StoresReadOnly         Deviation = "StoresReadOnly"
	SeenReadOnly           Deviation = "SeenReadOnly"
	GarbledMailboxID       Deviation = "GarbledMailboxID"
	CopyLosesFlags         Deviation = "CopyLosesFlags"
	SwallowsRefusedLiteral Deviation = "SwallowsRefusedLiteral"
	SessionsApart          Deviation = "SessionsApart"
	WrongFlagKeys          Deviation = "WrongFlagKeys"
	WrongDateKeys          Deviation = "WrongDateKeys"
	WrongHeaderKeys        Deviation = "WrongHeaderKeys"
	WrongTextKeys          Deviation = "WrongTextKeys"
	WrongLogicKeys         Deviation = "WrongLogicKeys"
	StoresHalves           Deviation = "StoresHalves"
	NoHasChildren          Deviation = "NoHasChildren"
	NoBinaryPartial        Deviation = "NoBinaryPartial"
	NeverSeen              Deviation = "NeverSeen"
	RenamesOneLevel        Deviation = "RenamesOneLevel"
	HangsUpOnNames         Deviation = "HangsUpOnNames"
	NoAmpersand            Deviation = "NoAmpersand"
	NoUTF8Names            Deviation = "NoUTF8Names"
	NoUTF8QuotedSearch     Deviation = "NoUTF8QuotedSearch"
	WrongExpunges          Deviation = "WrongExpunges"
	NoThreadsIsNo          Deviation = "NoThreadsIsNo"
	NotifiesInUTF8         Deviation = "NotifiesInUTF8"
	NotifiesInCommands     Deviation = "NotifiesInCommands"
	StaleFlags             Deviation = "StaleFlags"
	OneAtATime             Deviation = "OneAtATime"
	Bewildered             Deviation = "Bewildered"
	LosesNews              Deviation = "LosesNews"
	NoBinaryMetadata       Deviation = "NoBinaryMetadata"
	NoLiteralMetadata      Deviation = "NoLiteralMetadata"
	NoEmptyMetadata        Deviation = "NoEmptyMetadata"
	NoLongEntry            Deviation = "NoLongEntry"
	AdminCanBeSet          Deviation = "AdminCanBeSet"
	NoAnyone               Deviation = "NoAnyone"
	TakesAnyRight          Deviation = "TakesAnyRight"
	RightsToNothing        Deviation = "RightsToNothing"
	NoGetQuota             Deviation = "NoGetQuota"
	NoQuotaRootOfNoMailbox Deviation = "NoQuotaRootOfNoMailbox"
	AnyQuotaRoot           Deviation = "AnyQuotaRoot"
	NoDeletedStorage       Deviation = "NoDeletedStorage"
	ReadsOnAfterPanic      Deviation = "ReadsOnAfterPanic"
	SortsMinByNumber       Deviation = "SortsMinByNumber"
	NoSavedExpunge         Deviation = "NoSavedExpunge"
	NoBadURL               Deviation = "NoBadURL"
	NoPartIsEmpty          Deviation = "NoPartIsEmpty"
	URLsOfItsPort          Deviation = "URLsOfItsPort"
	HangsUpOnURLFetch      Deviation = "HangsUpOnURLFetch"
)

var deviations = []deviation{
	{AdvertisesBrokenSASL, []string{"imap4d"}, "offers mechanisms that need a password database in the clear, which virtual users have not: they always fail"},
	{NoBindingOnTLS13, []string{"cyrus", "cyrus312"}, "binds SCRAM-…-PLUS to tls-unique, which TLS 1.3 has not: it fails there; AuthPassword goes on without binding"},
	{CrashesAnonymous, []string{"cyrus", "cyrus312"}, "ends with an assertion (BYE Fatal error) at the first command after AUTHENTICATE ANONYMOUS"},
	{RenamesNothing, []string{"courier", "maddy"}, "says OK to RENAME of a mailbox that does not exist"},
	{FlagsOnlyInUse, []string{"gomem", "gluon"}, "lists only those flags in FLAGS that messages have"},
	{NoUIDNext, []string{"courier"}, "does not send UIDNEXT at SELECT"},
	{NoLevels, []string{"imap4d"}, "has a hierarchy delimiter, but creates no mailboxes below others"},
	{NoSurrogates, []string{"courier"}, "refuses names with characters beyond U+FFFF in modified UTF-7"},
	{NoRecursiveMatch, []string{"gomem"}, "accepts RECURSIVEMATCH and ignores it"},
	{NoSpecialUseSelection, []string{"mox"}, "answers BAD to LIST (SPECIAL-USE), though it offers SPECIAL-USE and LIST-EXTENDED"},
	{LosesZone, []string{"imap4d"}, "drops the zone of INTERNALDATE"},
	{NoArrivalTime, []string{"imap4d", "gluon"}, "uses another INTERNALDATE than now if APPEND has none"},
	{RewritesMail, []string{"imap4d", "gluon"}, "stores its own fields (X-UID, X-Pm-Gluon-Id, …) in the messages and shows them"},
	{WrongSize, []string{"imap4d", "gluon"}, "counts fields of its own in RFC822.SIZE, and differently from the text it sends"},
	{NoTryCreate, []string{"imap4d"}, "puts response codes after the first word of the text, where they are no codes"},
	{WrongNot, []string{"dovecot", "dovecot24"}, "NOT (SEEN FLAGGED) looks only after the first unseen message"},
	{NoUTF8Search, []string{"mox", "gluon"}, "finds no text beyond ASCII in encoded header fields"},
	{NoBodySearch, []string{"mox"}, "BODY and TEXT find nothing in messages without Content-Type"},
	{NoSearchEscape, []string{"mox"}, "answers BAD to \\ in a quoted string"},
	{WrongDate, []string{"mox"}, "SENTSINCE leaves out the day itself"},
	{NoStarUID, []string{"imap4d"}, "the key UID 1:* finds nothing"},
	{RecentDisagrees, []string{"maddy"}, "SEARCH RECENT and the flags in FETCH disagree"},
	{AnyCharset, []string{"maddy"}, "accepts any charset"},
	{NoBadCharset, []string{"cyrus", "cyrus312", "imap4d"}, "refuses an unknown charset without the code BADCHARSET"},
	{WrongUnfolding, []string{"imap4d"}, "unfolds a header field to two spaces"},
	{NoLanguage, []string{"courier", "maddy"}, "leaves Content-Language out of BODYSTRUCTURE"},
	{NoLocation, []string{"courier", "imap4d", "maddy"}, "leaves Content-Location out of BODYSTRUCTURE"},
	{NoInnerStructure, []string{"gluon"}, "does not return the structure of attached messages"},
	{MessageText, []string{"mox"}, "BODY[TEXT] ends before the epilogue of a multipart"},
	{InnerHeader, []string{"maddy"}, "BODY[n.HEADER] is not the header of the attached message"},
	{InnerText, []string{"maddy"}, "BODY[n.TEXT] is not the text of the attached message"},
	{InnerParts, []string{"imap4d", "maddy"}, "BODY[n.m] is not the part of an attached message"},
	{StoresReadOnly, []string{"courier", "gomem", "gluon"}, "STORE changes flags in a mailbox that was opened by EXAMINE"},
	{SeenReadOnly, []string{"imap4d", "gomem", "gluon"}, "FETCH sets \\Seen in a mailbox that was opened by EXAMINE"},
	{GarbledMailboxID, []string{"cyrus", "cyrus312"}, "sometimes returns garbage for MAILBOXID in STATUS"},
	{CopyLosesFlags, []string{"imap4d"}, "COPY does not keep the flags"},
	{SwallowsRefusedLiteral, []string{"courier"}, "answers BAD to a literal that is too long, and then swallows that many octets of what follows"},
	{SessionsApart, []string{"imap4d"}, "a session is not informed of what others change in its mailbox, or only by accident"},
	{WrongFlagKeys, []string{"maddy"}, "SEARCH for flags finds others, or misses some"},
	{WrongDateKeys, []string{"imap4d", "gluon", "maddy"}, "SEARCH for dates of arrival is wrong, by days or because the server has no such date"},
	{WrongHeaderKeys, []string{"gluon"}, "SEARCH HEADER with an empty text finds every message"},
	{WrongTextKeys, []string{"maddy"}, "TEXT does not look into the header"},
	{WrongLogicKeys, []string{"maddy"}, "combined keys find what single ones get wrong"},
	{StoresHalves, []string{"gomem"}, "may store the beginning of a message if the connection ends within it"},
	{NoHasChildren, []string{"gomem"}, "offers CHILDREN and returns neither \\HasChildren nor \\HasNoChildren"},
	{NoBinaryPartial, []string{"gomem"}, "answers a range of BINARY[n] with nothing"},
	{NeverSeen, []string{"maddy"}, "does not set \\Seen if a body section is fetched without PEEK"},
	{RenamesOneLevel, []string{"gomem"}, "RENAME does not rename the mailboxes below"},
	{HangsUpOnNames, []string{"gomem"}, "hangs up after a name that it cannot decode"},
	{NoAmpersand, []string{"gomem"}, "refuses names with & once names are UTF-8"},
	{NoUTF8Names, []string{"dovecot24"}, "refuses UTF-8 names in CREATE once UTF8=ACCEPT is enabled"},
	{NoUTF8QuotedSearch, []string{"cyrus312", "mox"}, "does not find text that is not ASCII once UTF8=ACCEPT is enabled, when SEARCH must not name a charset"},
	{WrongExpunges, []string{"gomem"}, "MOVE of two messages moves one, and reports removals that did not happen"},
	{NoThreadsIsNo, []string{"maddy"}, "says NO to THREAD if nothing matches"},
	{NotifiesInUTF8, []string{"dovecot", "dovecot24"}, "uses UTF-8 for the names of mailboxes in NOTIFY, though UTF8=ACCEPT is not enabled"},
	{NotifiesInCommands, []string{"dovecot"}, "reports changes of the selected mailbox only while a command is in progress, also with NOTIFY"},
	{StaleFlags, []string{"gluon"}, "STORE of an empty list of flags does not reach other sessions"},
	{OneAtATime, []string{"maddy"}, "answers NO (database is locked) if several users store at the same time"},
	{Bewildered, []string{"gluon"}, "sometimes shows a message from another session twice, does not return the new flags in STORE, or answers NO (no values changed) to SEARCH or EXPUNGE"},
	{LosesNews, []string{"maddy", "gomem"}, "does not always inform a session of what others have changed"},
	{NoBinaryMetadata, []string{"dovecot", "dovecot24", "cyrus", "cyrus312"}, "answers BAD to a literal8 (~{…}) in SETMETADATA, without which a value cannot have NUL"},
	{NoLiteralMetadata, []string{"mox"}, "answers BAD to a literal in SETMETADATA that is not a literal8 (~{…}), and hangs up if it is a non-synchronizing one"},
	{NoEmptyMetadata, []string{"cyrus", "cyrus312"}, "removes an entry whose value is empty, as if it were NIL"},
	{NoLongEntry, []string{"cyrus", "cyrus312"}, "does not send LONGENTRIES if the value is one octet longer than MAXSIZE"},
	{AdminCanBeSet, []string{"mox"}, "lets clients set the server's /shared/admin"},
	{NoAnyone, []string{"dovecot", "dovecot24"}, "refuses rights for anyone, unless its administrator allows them"},
	{TakesAnyRight, []string{"courier"}, "says OK to SETACL with rights that it does not know"},
	{RightsToNothing, []string{"dovecot", "dovecot24"}, "MYRIGHTS and LISTRIGHTS return rights for mailboxes that do not exist"},
	{NoGetQuota, []string{"cyrus", "cyrus312"}, "permits GETQUOTA only to administrators, though it needs no rights (RFC 9208 §6); GETQUOTAROOT returns the same to users"},
	{NoQuotaRootOfNoMailbox, []string{"cyrus312"}, "refuses GETQUOTAROOT of a mailbox that does not exist, which RFC 9208 §4.1.2 allows"},
	{AnyQuotaRoot, []string{"courier"}, "says OK to GETQUOTA of a root that does not exist"},
	{SortsMinByNumber, []string{"cyrus", "cyrus312"}, "MIN and MAX of an extended SORT are the smallest and the largest number, not the first and the last of the order"},
	{NoSavedExpunge, []string{"gomem"}, "UID EXPUNGE $ removes nothing"},
	{ReadsOnAfterPanic, []string{"gomem"}, "recovers from a panic in the middle of a command, answers NO [SERVERBUG], and reads the rest of the command as further ones, or nothing any more"},
	{NoBadURL, []string{"cyrus", "cyrus312"}, "refuses a URL of a part that a message does not have with a plain NO, not BADURL"},
	{URLsOfItsPort, []string{"dovecot"}, "refuses GENURLAUTH of a URL with another host or port than its configuration has"},
	{HangsUpOnURLFetch, []string{"cyrus", "cyrus312"}, "closes the connection upon URLFETCH of a URL that its GENURLAUTH has returned"},
	{NoPartIsEmpty, []string{"dovecot", "dovecot24"}, "takes a part that a message does not have for an empty one, in CATENATE"},
	{NoDeletedStorage, []string{"mox"}, "says 0 for DELETED-STORAGE in STATUS, whatever is marked \\Deleted"},
}

// wrongKeys are the search keys with a known deviation.
var wrongKeys = map[string][]Deviation{
	"NOT (SEEN FLAGGED)":          {WrongNot},
	`SUBJECT "\"quoted\" \\back"`: {NoSearchEscape},
	"SENTSINCE 12-Jan-2020":       {WrongDate},
	`BODY "noodles"`:              {NoBodySearch},
	`TEXT "noodles"`:              {NoBodySearch},
	`BODY "100% {3} NIL"`:         {NoBodySearch},
	"UID 1:*":                     {NoStarUID},
}

func find(d Deviation) *deviation {
	i := slices.IndexFunc(deviations, func(e deviation) bool { return e.id == d })
	if i < 0 {
		panic("no such deviation: " + d)
	}
	return &deviations[i]
}

func (d Deviation) of(server string) bool {
	return d != "" && slices.Contains(find(d).servers, server)
}

// Reason says what is wrong, in one line.
func (d Deviation) Reason() string { return find(d).reason }

// Deviations returns all of them in the order of the table.
func Deviations() []Deviation {
	var ids []Deviation
	for _, e := range deviations {
		ids = append(ids, e.id)
	}
	return ids
}
