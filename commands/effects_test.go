package commands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// waits returns the index of the first command that must wait for those before
// it, -1 where all may be sent at once.
func waits(cmds ...Command) int {
	var running Effects
	for i, c := range cmds {
		if Conflicts(c.Effects(), running) {
			return i
		}
		running |= c.Effects()
	}
	return -1
}

func TestConflicts(t *testing.T) {
	var (
		fetch      = SeqFetch{Items: FetchItems{Envelope: true}}
		fetchFlags = SeqFetch{Items: FetchItems{Flags: true}}
		store      = SeqStore{Op: StoreAdd}
		copyCmd    = SeqCopy{}
		searchAll  = Search{}
		uidFetch   = UIDFetch{Items: FetchItems{Envelope: true}}
		uidFlags   = UIDFetch{Items: FetchItems{Flags: true}}
		uidBody    = UIDFetch{Items: FetchItems{Sections: []FetchSection{{}}}}
		uidSeen    = UIDFetch{Items: FetchItems{Sections: []FetchSection{{MarkSeen: true}}}}
		uidStore   = UIDStore{Op: StoreAdd}
		uidSearch  = Search{UID: true, Key: search.From("x")}
		uidSeqs    = Search{UID: true, Key: search.Seq(seqs("1:3"))}
		eSearch    = Search{UID: true, Return: SearchReturn{All: true}}
		eSeqs      = Search{UID: true, Key: search.Not(search.Seq(seqs("1"))), Return: SearchReturn{All: true}}
		unseen     = Search{UID: true, Key: search.Unseen(), Return: SearchReturn{All: true}}
		saves      = Search{UID: true, Return: SearchReturn{Save: true}}
		saved      = response.Saved[response.UID]()
		status     = Status{Mailbox: "a"}
		list       = List{}
		listStatus = List{Return: ListReturn{Status: response.StatusMessages}}

		metadata     = GetMetadata{Mailbox: "a"}
		listMetadata = List{Return: ListReturn{Metadata: []string{"/a"}}}
	)
	for _, tt := range []struct {
		name string
		want int
		cmds []Command
	}{
		// RFC 3501 §5.5, RFC 9051 §5.5, in their words
		{"FETCH + NOOP + STORE", 2, []Command{fetch, Noop{}, store}},
		{"STORE + COPY + FETCH", 2, []Command{store, copyCmd, fetch}},
		{"COPY + COPY", 1, []Command{copyCmd, copyCmd}},
		{"CHECK + FETCH", 1, []Command{Check{}, fetch}},
		{"FETCH + STORE + SEARCH + CHECK", -1, []Command{fetch, store, searchAll, Check{}}},
		{"FETCH + STORE + SEARCH + NOOP", -1, []Command{fetch, store, searchAll, Noop{}}},
		{"STORE + COPY + EXPUNGE", -1, []Command{store, copyCmd, Expunge{}}},
		{"UID SEARCH + UID SEARCH with numbers", 1, []Command{eSearch, eSeqs}},
		{"UID SEARCH + UID SEARCH without", -1, []Command{eSearch, eSearch}},
		{"UID FETCH + FETCH", 1, []Command{uidFetch, fetch}},
		{"FETCH of FLAGS + STORE", 1, []Command{fetchFlags, store}},
		{"FETCH that sets \\Seen + SEARCH UNSEEN", 1, []Command{uidSeen, unseen}},

		// flags
		{"STORE + FETCH of FLAGS", 1, []Command{uidStore, uidFlags}},
		{"STORE + STORE", 1, []Command{uidStore, uidStore}},
		{"STORE + FETCH of a body", -1, []Command{uidStore, uidBody, uidFetch}},
		{"FETCH of FLAGS twice", -1, []Command{uidFlags, uidFlags, unseen}},
		{"STORE + SEARCH FROM", -1, []Command{uidStore, eSearch}},
		{"STORE + SEARCH UNSEEN", 1, []Command{uidStore, unseen}},
		{"FETCH of unknown items + STORE", 1, []Command{UIDFetch{Items: FetchItems{Other: []string{"X"}}}, uidStore}},
		{"CHANGEDSINCE + STORE", 1, []Command{UIDFetch{ChangedSince: 1}, uidStore}},

		// the saved search result
		{"SEARCH SAVE + COPY $", 1, []Command{saves, UIDCopy{Set: saved}}},
		{"SEARCH SAVE + SEARCH $", 1, []Command{saves, Search{UID: true, Key: search.Saved(), Return: SearchReturn{All: true}}}},
		{"STORE $ + SEARCH SAVE", 1, []Command{UIDStore{Set: saved, Op: StoreAdd}, saves}},
		{"SEARCH SAVE + SEARCH SAVE", 1, []Command{saves, saves}},
		{"SEARCH SAVE + SEARCH ALL", -1, []Command{saves, eSearch}},
		{"UID FETCH $ + UID COPY $", -1, []Command{UIDFetch{Set: saved, Items: FetchItems{Envelope: true}}, UIDCopy{Set: saved}}},

		// answers without a correlator
		{"plain SEARCH twice", 1, []Command{uidSearch, uidSearch}},
		{"plain SEARCH + ESEARCH", -1, []Command{uidSearch, eSearch}},
		{"SORT + THREAD + plain SEARCH", -1, []Command{Sort{UID: true}, Thread{UID: true}, uidSearch}},
		{"SORT twice", 1, []Command{Sort{UID: true}, Sort{UID: true}}},
		{"THREAD after UID FETCH", 1, []Command{uidFetch, Thread{}}},
		{"LIST twice", 1, []Command{list, list}},
		{"LIST + LSUB + NAMESPACE + ID + CAPABILITY", -1, []Command{list, LSub{}, Namespace{}, ID{}, Capability{}}},
		{"NAMESPACE twice", 1, []Command{Namespace{}, Namespace{}}},
		{"ID twice", 1, []Command{ID{}, ID{}}},
		{"CAPABILITY twice", 1, []Command{Capability{}, Capability{}}},
		{"STATUS of two mailboxes and LIST", -1, []Command{status, Status{Mailbox: "b"}, status, list}},
		{"STATUS + LIST with STATUS", 1, []Command{status, listStatus}},
		{"LIST with STATUS + STATUS", 1, []Command{listStatus, status}},
		{"GETMETADATA twice, SETMETADATA and LIST", -1, []Command{metadata, metadata, SetMetadata{}, list}},
		{"GETMETADATA + LIST with METADATA", 1, []Command{metadata, listMetadata}},
		{"LIST with METADATA + GETMETADATA", 1, []Command{listMetadata, metadata}},

		// the selected mailbox
		{"FETCH + SELECT", 1, []Command{uidFetch, Select{}}},
		{"SELECT + FETCH", 1, []Command{Select{}, uidFetch}},
		{"SELECT + SELECT", 1, []Command{Select{}, Select{ReadOnly: true}}},
		{"NOOP + SELECT", 1, []Command{Noop{}, Select{}}},
		{"SELECT + STATUS + LIST", -1, []Command{Select{}, status, list}},
		{"CLOSE + FETCH", 1, []Command{Close{}, uidFetch}},
		{"FETCH + UNSELECT", 1, []Command{fetch, Unselect{}}},
		{"EXPUNGE + SEARCH", 1, []Command{Expunge{}, searchAll}},
		{"APPEND + STORE", 1, []Command{Append{}, store}},
		{"APPEND + STATUS + CREATE + UID STORE", -1, []Command{Append{}, status, Create{}, uidStore}},
		{"UID MOVE + UID COPY + UID EXPUNGE + UID FETCH", -1, []Command{UIDMove{}, UIDCopy{}, UIDExpunge{}, uidFetch}},
		{"UID MOVE + MOVE", 1, []Command{UIDMove{}, SeqMove{}}},
		{"UID REPLACE + UID MOVE, then REPLACE", 2, []Command{UIDReplace{}, UIDMove{}, SeqReplace{}}},
		{"search with a filter after UID FETCH", 1, []Command{uidFetch, Search{UID: true, Key: search.Filter("x"), Return: SearchReturn{All: true}}}},
		{"UID SEARCH with numbers after NOOP", 1, []Command{Noop{}, uidSeqs}},

		// alone on the wire
		{"IDLE + NOOP", 1, []Command{Idle{}, Noop{}}},
		{"NOOP + IDLE", 1, []Command{Noop{}, Idle{}}},
		{"FETCH + LOGOUT", 1, []Command{fetch, Logout{}}},
		{"unknown + NOOP", 1, []Command{Raw{Command: "X"}, Noop{}}},
		{"unknown but relaxed + NOOP", -1, []Command{Raw{Command: "X", Does: MayExpunge}, Noop{}}},
	} {
		assert.Equal(t, tt.want, waits(tt.cmds...), tt.name)
	}
	for _, c := range []Command{StartTLS{}, Login{}, Authenticate{}, Enable{}, Compress{}, Idle{}, Unauthenticate{}, Logout{}} {
		assert.True(t, Conflicts(c.Effects(), Noop{}.Effects()), c.Name())
		assert.False(t, Conflicts(c.Effects(), 0), c.Name())
	}
}
