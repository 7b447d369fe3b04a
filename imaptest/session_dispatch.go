package imaptest

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// command is a row of the table of commands: a new extension adds its rows and
// a file.
type command struct {
	in   state
	cap  response.Cap // needed for the command to be known; empty for none
	uid  bool         // there is a UID form
	keep bool         // the numbers of messages must not change in its answer
	acts bool         // it may change the selected mailbox
	run  func(*session, *args) reply
}

// table holds all commands by name.
var table = map[string]command{
	"CAPABILITY": {in: anyState, run: cmdCapability},
	"NOOP":       {in: anyState, run: cmdNoop},
	"LOGOUT":     {in: anyState, run: cmdLogout},
	"ID":         {in: anyState, cap: response.CapID, run: cmdID},

	"STARTTLS":       {in: beforeAny, cap: response.CapStartTLS, run: cmdStartTLS},
	"LOGIN":          {in: beforeAny, run: cmdLogin},
	"AUTHENTICATE":   {in: beforeAny, run: cmdAuthenticate},
	"UNAUTHENTICATE": {in: withUser, cap: response.CapUnauthenticate, run: cmdUnauthenticate},

	"ENABLE":      {in: withUser, cap: response.CapEnable, run: cmdEnable},
	"COMPRESS":    {in: withUser, cap: response.CapCompressDeflate, run: cmdCompress},
	"IDLE":        {in: withUser, cap: response.CapIdle, run: cmdIdle},
	"NAMESPACE":   {in: withUser, cap: response.CapNamespace, run: cmdNamespace},
	"SELECT":      {in: withUser, run: cmdSelect},
	"EXAMINE":     {in: withUser, run: cmdExamine},
	"CREATE":      {in: withUser, run: cmdCreate},
	"DELETE":      {in: withUser, run: cmdDelete},
	"RENAME":      {in: withUser, run: cmdRename},
	"SUBSCRIBE":   {in: withUser, run: cmdSubscribe},
	"UNSUBSCRIBE": {in: withUser, run: cmdUnsubscribe},
	"LIST":        {in: withUser, run: cmdList},
	"LSUB":        {in: withUser, run: cmdLsub},
	"XLIST":       {in: withUser, cap: "XLIST", run: cmdXList},
	"STATUS":      {in: withUser, run: cmdStatus},
	"APPEND":      {in: withUser, acts: true, run: cmdAppend},

	"UIDBATCHES":   {in: withBox, cap: response.CapUIDBatches, run: cmdUIDBatches},
	"CANCELUPDATE": {in: withBox, cap: "CONTEXT=SEARCH", run: cmdCancelUpdate},
	"RESETKEY":     {in: withUser, cap: response.CapURLAuth, run: cmdResetKey},
	"GENURLAUTH":   {in: withUser, cap: response.CapURLAuth, run: cmdGenURLAuth},
	"URLFETCH":     {in: withUser, cap: response.CapURLAuth, run: cmdURLFetch},
	"NOTIFY":       {in: withUser, cap: response.CapNotify, run: cmdNotify},
	"ESEARCH":      {in: withUser, cap: response.CapMultiSearch, run: cmdESearch},
	"REPLACE":      {in: withBox, cap: response.CapReplace, uid: true, acts: true, run: cmdReplace},
	"SORT":         {in: withBox, cap: response.CapSort, uid: true, keep: true, run: cmdSort},
	"THREAD":       {in: withBox, uid: true, keep: true, run: cmdThread},

	"GETQUOTA":     {in: withUser, cap: response.CapQuota, run: cmdGetQuota},
	"GETQUOTAROOT": {in: withUser, cap: response.CapQuota, run: cmdGetQuotaRoot},
	"SETQUOTA":     {in: withUser, cap: response.CapQuotaSet, run: cmdSetQuota},
	"GETMETADATA":  {in: withUser, run: cmdGetMetadata},
	"SETMETADATA":  {in: withUser, run: cmdSetMetadata},

	"GETACL":     {in: withUser, cap: response.CapACL, run: cmdGetACL},
	"SETACL":     {in: withUser, cap: response.CapACL, run: cmdSetACL},
	"DELETEACL":  {in: withUser, cap: response.CapACL, run: cmdDeleteACL},
	"LISTRIGHTS": {in: withUser, cap: response.CapACL, run: cmdListRights},
	"MYRIGHTS":   {in: withUser, cap: response.CapACL, run: cmdMyRights},

	"CHECK":    {in: withBox, run: cmdCheck},
	"CLOSE":    {in: withBox, run: cmdClose},
	"UNSELECT": {in: withBox, cap: response.CapUnselect, run: cmdUnselect},
	"EXPUNGE":  {in: withBox, uid: true, acts: true, run: cmdExpunge},
	"SEARCH":   {in: withBox, uid: true, keep: true, run: cmdSearch},
	"FETCH":    {in: withBox, uid: true, keep: true, run: cmdFetch},
	"STORE":    {in: withBox, uid: true, keep: true, acts: true, run: cmdStore},
	"COPY":     {in: withBox, uid: true, acts: true, run: cmdCopy},
	"MOVE":     {in: withBox, cap: response.CapMove, uid: true, acts: true, run: cmdMove},
}

// command runs one command and reports whether the session ends with it.
func (s *session) command(line []byte) (last bool) {
	defer s.trace.done()
	a := &args{s: s, line: line}
	a.tag = a.word(ascii.TagChar)
	if a.tag == "" || !a.eat(' ') {
		s.line("* BAD Invalid tag")
		return s.ioErr != nil
	}
	s.commands++
	s.modSeqSent = 0
	aware, before := s.condstore, s.view
	r := s.dispatch(a)
	if s.ioErr == nil {
		if a.err != nil && a.drain() != nil {
			return true
		}
		if s.notify != nil && !r.last {
			s.notifyOthers()
		}
		if s.update(a, r) {
			if s.condstore && !aware && s.view == before { // RFC 7162 §3.1
				safe, _ := s.view.ResumeFrom()
				s.line("* OK [" + highestCode(safe) + "] Highest")
			}
			s.resumePoint(&r)
		}
		switch {
		case a.bye != nil:
			s.line("* " + a.bye.String())
			return true
		case !a.silent:
			s.tagged(a.tag, r)
		}
	}
	return r.last || s.ioErr != nil
}

// dispatch finds the command and runs it.
func (s *session) dispatch(a *args) reply {
	a.name = ascii.ToUpper(a.word(ascii.AtomChar))
	if a.name == "UID" && a.eat(' ') {
		a.uid = true
		a.name = ascii.ToUpper(a.word(ascii.AtomChar))
	}
	for _, e := range s.effects() {
		if e.before == nil {
			continue
		}
		if r := e.before(s, a); r.kind != "" || r.last {
			a.fail(r)
			return r
		}
	}
	c, known := table[a.name]
	full := a.name
	if a.uid {
		full = "UID " + a.name
	}
	switch {
	case !known || a.uid && !c.uid || c.cap != "" && !s.srv.has(c.cap):
		a.fail(bad("Unknown command %q", full))
	case a.uid && a.name == "EXPUNGE" && !s.srv.has(response.CapUIDPlus):
		a.fail(bad("Unknown command %q", full))
	case c.in&s.state == 0:
		a.fail(bad("%s is not possible now", full))
	case s.uidOnly && c.uid && !a.uid && a.name != "EXPUNGE": // RFC 9586 §3.2, §3.8
		a.fail(uidRequired())
	}
	if !a.ok() {
		return a.reply()
	}
	return c.run(s, a)
}

// uidRequired answers a command with message sequence numbers after ENABLE UIDONLY.
func uidRequired() reply {
	return reply{kind: "BAD", code: "UIDREQUIRED", text: "Message numbers are not allowed once UIDONLY is enabled"}
}

// update sends what changed meanwhile in the selected mailbox, as far as the
// command allows it. It reports whether one is selected, and the session goes on.
func (s *session) update(a *args, r reply) bool {
	if s.state != stateSelected || r.last {
		return false
	}
	if s.view.Detached() {
		s.line("* BYE Mailbox was deleted or renumbered by another session")
		s.flush()
		s.ioErr = errCut
		return false
	}
	c := table[a.name]
	s.acting = c.acts
	s.sync(!(c.keep && !a.uid), a.uid)
	s.acting = false
	return true
}
