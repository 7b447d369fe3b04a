package promises_test

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// harmless are the commands that a connection with Options.ReadOnly may send. The
// list is written here a second time, for what the library has in its own could be
// wrong.
var harmless = strings.Fields(`
	CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE EXAMINE LIST LSUB XLIST NAMESPACE STATUS IDLE UNSELECT
	SEARCH FETCH SORT THREAD ESEARCH ID COMPRESS NOTIFY UNAUTHENTICATE GETACL LISTRIGHTS MYRIGHTS GETMETADATA GETQUOTA GETQUOTAROOT
	CANCELUPDATE LANGUAGE COMPARATOR URLFETCH RLIST RLSUB GETJMAPACCESS UIDBATCHES DONE`)

// requireHarmless checks the lines that a client sent: commands, and what it says
// within them.
func requireHarmless(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		words := strings.Fields(strings.ToUpper(line))
		require.Greater(t, len(words), 1, line)
		name := words[1]
		if name == "UID" {
			name = words[2]
		}
		require.Contains(t, harmless, name, line)
		if name == "FETCH" || name == "NOTIFY" {
			for _, item := range words {
				item = strings.TrimLeft(item, "(")
				require.False(t, strings.HasPrefix(item, "BODY[") || strings.HasPrefix(item, "BINARY["), line)
				require.NotContains(t, []string{"RFC822", "RFC822.TEXT"}, strings.TrimRight(item, ")"), line)
			}
		}
	}
}

// everything is what a server offers that has all there is.
const everything = "IMAP4rev1 IMAP4rev2 LITERAL+ UIDPLUS UNSELECT MOVE REPLACE ESEARCH SEARCHRES IDLE ENABLE NAMESPACE ID SASL-IR " +
	"MULTIAPPEND BINARY CONDSTORE QRESYNC SORT SORT=DISPLAY ESORT THREAD=REFERENCES THREAD=ORDEREDSUBJECT LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE ACL RIGHTS=texk " +
	"METADATA METADATA-SERVER QUOTA QUOTASET QUOTA=RES-STORAGE NOTIFY MULTISEARCH COMPRESS=DEFLATE UNAUTHENTICATE OBJECTID PREVIEW SAVEDATE PARTIAL WITHIN " +
	"X-GM-EXT-1 UTF8=ACCEPT CATENATE URLAUTH LANGUAGE I18NLEVEL=2 CONTEXT=SEARCH CONTEXT=SORT ANNOTATE-EXPERIMENT-1 FILTERS CONVERT LIST-MYRIGHTS LIST-METADATA AUTH=PLAIN UIDBATCHES XLIST"

// agreeable plays a server that says OK to every command.
func agreeable(p *scripted.Peer, greeting, caps string) {
	p.Send("* " + greeting + " [CAPABILITY " + caps + "] hi")
	p.Serve(func(c scripted.Command) bool {
		switch {
		case c.Is("LOGOUT"):
			return false
		case c.Is("IDLE"):
			p.Send("+ idling")
			p.Line()
			p.OK(c)
		case c.Is("CAPABILITY"):
			p.Send("* CAPABILITY "+caps, c.Tag+" OK done")
		case c.Is("EXAMINE"), c.Is("SELECT"):
			p.Send("* 3 EXISTS", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 9] next", c.Tag+" OK done")
		case c.Is("COMPRESS"), c.Is("STARTTLS"):
			p.Sendf("%s NO not now", c.Tag)
		default:
			p.OK(c)
		}
		return true
	})
}

// arguments make values for the parameters of the Client's methods.
var arguments = map[reflect.Type]func() any{
	reflect.TypeFor[string]():                   func() any { return "x" },
	reflect.TypeFor[imap.UIDSet]():              func() any { return imap.UIDRange(1, imap.Star) },
	reflect.TypeFor[imap.SeqSet]():              func() any { return imap.Seqs(1, 2) },
	reflect.TypeFor[io.Reader]():                func() any { return strings.NewReader("x") },
	reflect.TypeFor[imap.SearchKey]():           func() any { return search.Unseen() },
	reflect.TypeFor[imap.Mechanism]():           func() any { return imap.Plain("", "u", "p") },
	reflect.TypeFor[commands.Command]():         func() any { return commands.Raw{Command: "STORE", Args: []commands.Arg{commands.ArgNumber(1)}} },
	reflect.TypeFor[[]imap.Cap]():               func() any { return []imap.Cap{"CONDSTORE"} },
	reflect.TypeFor[[]imap.Flag]():              func() any { return []imap.Flag{"x"} },
	reflect.TypeFor[imap.StoreOp]():             func() any { return imap.StoreAdd },
	reflect.TypeFor[commands.RightsOp]():        func() any { return commands.RightsAdd },
	reflect.TypeFor[response.Rights]():          func() any { return response.Rights("l") },
	reflect.TypeFor[imap.StatusItems]():         func() any { return imap.StatusMessages },
	reflect.TypeFor[[]commands.SortKey]():       func() any { return []commands.SortKey{{Field: commands.SortDate}} },
	reflect.TypeFor[commands.ThreadAlgorithm](): func() any { return commands.ThreadReferences },
	reflect.TypeFor[[]string]():                 func() any { return []string{"/private/comment"} },
	reflect.TypeFor[[]imap.IDParam]():           func() any { return []imap.IDParam(nil) },
	reflect.TypeFor[[]response.MetadataItem]():  func() any { return []response.MetadataItem{{Name: "/private/comment"}} },
	reflect.TypeFor[[]commands.QuotaLimit]():    func() any { return []commands.QuotaLimit(nil) },
	reflect.TypeFor[[]commands.SearchSource]():  func() any { return []commands.SearchSource{{Filter: commands.FilterPersonal}} },
	reflect.TypeFor[[]commands.NotifyGroup]():   func() any { return []commands.NotifyGroup(nil) },
	reflect.TypeFor[imap.Part](): func() any {
		return imap.Part{Number: []int{1}, BodyStructure: &imap.BodyStructure{}}
	},
	reflect.TypeFor[*imap.BodyStructure](): func() any { // with a name that the server may have damaged
		return &imap.BodyStructure{Type: "application", Subtype: "pdf", Disposition: "attachment", DispositionParams: []response.Param{{Name: "filename", Value: "=?utf-8?Q?a"}}}
	},
	reflect.TypeFor[[]imap.AppendMessage](): func() any {
		return []imap.AppendMessage{{Size: 1, Reader: strings.NewReader("x")}, {Size: 1, Reader: strings.NewReader("y")}}
	},
	reflect.TypeFor[imap.FetchItems](): func() any {
		return imap.FetchItems{Flags: true, Sections: []imap.FetchSection{{MarkSeen: true}, {Binary: true, MarkSeen: true, Section: imap.PartSection(1).Section}}}
	},
}

// argument returns a value for a parameter: of the table, nil for options, or one in
// which every field has something.
func argument(t *testing.T, typ reflect.Type, depth int) reflect.Value {
	if typ == reflect.TypeFor[context.Context]() {
		return reflect.ValueOf(t.Context())
	}
	if f, ok := arguments[typ]; ok {
		v := reflect.New(typ).Elem()
		v.Set(reflect.ValueOf(f()))
		return v
	}
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Uint8, reflect.Uint32, reflect.Uint64, reflect.Uint:
		v.SetUint(1)
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(1)
	case reflect.Slice:
		if depth < 3 {
			v.Set(reflect.Append(v, argument(t, typ.Elem(), depth+1)))
		}
	case reflect.Struct:
		for i := range typ.NumField() {
			if typ.Field(i).IsExported() && depth < 3 {
				v.Field(i).Set(argument(t, typ.Field(i).Type, depth+1))
			}
		}
	case reflect.Func: // calls nothing
		v.Set(reflect.MakeFunc(typ, func([]reflect.Value) []reflect.Value {
			var results []reflect.Value
			for i := range typ.NumOut() {
				results = append(results, reflect.Zero(typ.Out(i)))
			}
			return results
		}))
	}
	return v
}

// call calls a method, uses up the loop or the reader that it returns, and returns the
// first error.
func call(t *testing.T, c *imap.Client, method reflect.Method) (err error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f := reflect.ValueOf(c).Method(method.Index)
	var args []reflect.Value
	for i := range f.Type().NumIn() {
		arg := argument(t, f.Type().In(i), 0)
		if f.Type().In(i) == reflect.TypeFor[context.Context]() {
			arg = reflect.ValueOf(ctx)
		}
		args = append(args, arg)
	}
	var results []reflect.Value
	if f.Type().IsVariadic() {
		results = f.CallSlice(args)
	} else {
		results = f.Call(args)
	}
	note := func(v reflect.Value) {
		if e, ok := v.Interface().(error); ok && err == nil {
			err = e
		}
	}
	for _, r := range results {
		note(r)
		if r.Kind() == reflect.Func { // an iterator
			yield := reflect.MakeFunc(r.Type().In(0), func(row []reflect.Value) []reflect.Value {
				for _, v := range row {
					note(v)
				}
				return []reflect.Value{reflect.ValueOf(true)}
			})
			r.Call([]reflect.Value{yield})
		}
		if reader, ok := r.Interface().(io.Reader); ok && !r.IsNil() {
			_, e := io.Copy(io.Discard, reader)
			err = errors.Join(err, e)
		}
	}
	return err
}

// silentMethods send nothing in any case.
var silentMethods = strings.Fields("Caps Close Done Enabled Err Greeting Mailbox State TLS ScramPlus")

// TestReadOnlyForEveryMethod calls every method of the Client with Options.ReadOnly,
// on a server that would do anything, with many extensions and with few. Nothing may
// be sent but what is harmless, and every method has to send something or to say why
// it did not.
func TestReadOnlyForEveryMethod(t *testing.T) {
	sent := map[string]bool{}
	typ := reflect.TypeFor[*imap.Client]()
	for name, caps := range map[string]string{"all": everything, "few": "IMAP4rev1 UIDPLUS"} {
		for i := range typ.NumMethod() {
			method := typ.Method(i)
			t.Run(name+"/"+method.Name, func(t *testing.T) {
				for _, state := range []imap.State{imap.StateNotAuthenticated, imap.StateAuthenticated, imap.StateSelected} {
					bubble(t, func(t *testing.T) {
						var peer *scripted.Peer
						c := connect(t, &imap.Options{ReadOnly: true}, func(p *scripted.Peer) {
							peer = p
							greeting := "PREAUTH"
							if state == imap.StateNotAuthenticated {
								greeting = "OK"
							}
							agreeable(p, greeting, caps)
						})
						if state == imap.StateSelected {
							_, err := c.Select(t.Context(), "INBOX", nil)
							require.NoError(t, err)
							require.True(t, c.Mailbox().ReadOnly)
						}
						before := len(peer.Log())
						err := call(t, c, method)
						_ = c.Close()
						log := peer.Log()
						requireHarmless(t, log)
						for _, line := range log[before:] {
							sent[strings.Fields(line)[1]] = true
						}
						var state *imap.StateError
						if len(log) == before && !errors.As(err, &state) && !errors.Is(err, imap.ErrUnsupported) {
							require.Contains(t, silentMethods, method.Name, "%s sent nothing and said nothing, but %v: give it better arguments", method.Name, err)
						}
						if len(log) > before {
							sent[method.Name] = true
						}
					})
				}
			})
		}
	}
	// What is not meant to be refused has been sent.
	for _, name := range strings.Fields(`Login AuthPassword Authenticate Capability Noop Select Examine Unselect List LSub Status Namespace ID Enable
		Idle Search UIDSearch Fetch UIDFetch UIDFetchOne FetchBodies UIDFetchBodies Sort UIDSort Thread UIDThread ESearch OpenPart
		GetACL ListRights MyRights GetMetadata GetQuota GetQuotaRoot Notify Compress Unauthenticate Logout`) {
		require.True(t, sent[name], "%s has not sent anything", name)
	}
	require.False(t, sent["SELECT"])
}

// TestReadOnlyForCommandsOfOnesOwn gives Do what it must not send, in types of the
// library, raw, and in disguise.
func TestReadOnlyForCommandsOfOnesOwn(t *testing.T) {
	message := commands.AppendMessage{}
	bubble(t, func(t *testing.T) {
		var peer *scripted.Peer
		c := connect(t, &imap.Options{ReadOnly: true}, func(p *scripted.Peer) {
			peer = p
			agreeable(p, "PREAUTH", everything)
		})
		for _, cmd := range []commands.Command{
			commands.UIDStore{Set: imap.UIDs(1), Op: commands.StoreAdd, Flags: []imap.Flag{imap.FlagSeen}},
			commands.UIDFetch{Set: imap.UIDs(1), Items: imap.FetchItems{RFC822: true}},
			commands.UIDFetch{Set: imap.UIDs(1), Items: imap.FetchItems{Other: []string{"BODY[]"}}},
			commands.Append{Mailbox: "x", Messages: []commands.AppendMessage{message}},
			commands.Close{}, commands.Expunge{}, commands.Delete{Mailbox: "x"},
			commands.Raw{Command: "uid store", Args: []commands.Arg{commands.ArgNumber(1)}},
			commands.Raw{Command: "SELECT", Args: []commands.Arg{commands.ArgMailbox("INBOX")}},
			commands.Raw{Command: "XMOVE"},
			commands.Raw{Command: "FETCH", Args: []commands.Arg{commands.ArgNumber(1), commands.ArgAtom("RFC822")}},
			asNoop{commands.Expunge{}},
		} {
			_, err := c.Do(t.Context(), cmd)
			var refused *imap.StateError
			if !errors.As(err, &refused) {
				var bad *imap.ArgumentError
				require.ErrorAs(t, err, &bad, "%#v", cmd)
				continue
			}
			require.Equal(t, cmd.Name(), refused.Command)
			require.ErrorIs(t, err, imap.ErrState)
			require.Contains(t, err.Error(), "read-only")
			require.Empty(t, peer.Log(), cmd.Name())
		}
		_, err := c.Do(t.Context(), commands.Select{Mailbox: "INBOX"})
		require.NoError(t, err)
		_, err = c.Do(t.Context(), commands.Raw{Command: "XLIST", Args: []commands.Arg{commands.ArgString(""), commands.ArgString("*")}})
		require.NoError(t, err)
		require.Equal(t, []string{"A1 EXAMINE INBOX", `A2 XLIST "" "*"`}, peer.Log())
	})
}

// asNoop is a command that says it is a NOOP.
type asNoop struct{ commands.Command }

func (asNoop) Name() string { return "NOOP" }

// TestReadOnlyChangesNothing reads a mailbox on imaptest in every way, and finds it as
// it was.
func TestReadOnlyChangesNothing(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Deliver(imaptest.CRLF("Subject: one\n\nHello.\n"))
	before := inbox.Messages()

	c, err := imap.DialTLS(t.Context(), srv.TLSAddr(), &imap.Options{ReadOnly: true, TLSConfig: srv.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	mbox, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	require.True(t, mbox.ReadOnly)
	seen := imap.FetchItems{Flags: true, Sections: []imap.FetchSection{{MarkSeen: true}}}
	rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDRange(1, imap.Star), seen, nil))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Contains(t, string(rows[0].Body()), "Hello.")
	_, err = c.UIDStore(t.Context(), imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.ErrorIs(t, err, imap.ErrState)
	require.ErrorIs(t, c.CloseMailbox(t.Context()), imap.ErrState)
	require.NoError(t, c.Unselect(t.Context()))

	require.Equal(t, before, inbox.Messages())
}
