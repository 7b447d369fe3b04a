package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap"
)

// State is where a mailbox was left: what a program stores between passes. A State
// with nothing but the name of a mailbox is a beginning.
//
// It is small: messages are sets of ranges, not lists. With a [Known] it has no sets
// and takes less than 200 octets as JSON. Its JSON form is stable: later versions
// of the package read what earlier ones wrote.
//
// The fields are for looking at. What a pass did not write there makes it miss
// changes.
type State struct {
	Mailbox     string   // its name, in UTF-8
	ID          string   // MAILBOXID (RFC 8474); empty: the server has none
	UIDValidity uint32   // zero: the server has none, and every pass compares everything
	UIDNext     imap.UID // all UIDs below were examined
	ModSeq      uint64   // all changes up to it were yielded (RFC 7162); zero: none

	UIDs  imap.UIDSet               // messages that the program has
	Flags map[imap.Flag]imap.UIDSet // which of them have a flag

	// Missing are messages that exist and could not be read.
	Missing imap.UIDSet
	// First is the lowest UID that is looked at, if SyncOptions.Max left older ones
	// out; else zero.
	First imap.UID
	// Compared is when all flags and UIDs were compared last.
	Compared time.Time
	// Pass is the pass that was interrupted, nil if the last one came to its end.
	Pass *Pass
	// Avoid is the level that this server has failed at, until Until.
	Avoid Level
	Until time.Time
}

// Pass is the state of a pass in progress.
type Pass struct {
	ModSeq uint64      // HIGHESTMODSEQ when it began
	Done   imap.UIDSet // UIDs that were examined
}

// clone returns a copy that shares no memory with s.
func (s *State) clone() *State {
	t := *s
	t.UIDs, t.Missing = s.UIDs.Clone(), s.Missing.Clone()
	t.Flags = make(map[imap.Flag]imap.UIDSet, len(s.Flags))
	for f, set := range s.Flags {
		if !set.Empty() {
			t.Flags[f] = set.Clone()
		}
	}
	if s.Pass != nil {
		t.Pass = &Pass{ModSeq: s.Pass.ModSeq, Done: s.Pass.Done.Clone()}
	}
	return &t
}

// FlagsOf returns the flags that the State has for a message, sorted.
func (s *State) FlagsOf(uid imap.UID) []imap.Flag {
	var flags []imap.Flag
	for f, set := range s.Flags {
		if set.Contains(uid) {
			flags = append(flags, f)
		}
	}
	slices.Sort(flags)
	return flags
}

// stateVersion is the version of the JSON form.
const stateVersion = 1

// stateJSON is the JSON form. Mod-sequences are strings, as they have 63 bits;
// times are seconds.
type stateJSON struct {
	V           int                `json:"v"`
	Mailbox     string             `json:"mailbox"`
	ID          string             `json:"id,omitempty"`
	UIDValidity uint32             `json:"uidvalidity,omitempty"`
	UIDNext     imap.UID           `json:"uidnext,omitempty"`
	ModSeq      string             `json:"modseq,omitempty"`
	UIDs        setJSON            `json:"uids,omitzero"`
	Flags       map[string]setJSON `json:"flags,omitempty"`
	Missing     setJSON            `json:"missing,omitzero"`
	First       imap.UID           `json:"first,omitempty"`
	Compared    int64              `json:"compared,omitempty"`
	Pass        *passJSON          `json:"pass,omitempty"`
	Avoid       Level              `json:"avoid,omitempty"`
	Until       int64              `json:"until,omitempty"`
}

type passJSON struct {
	ModSeq string  `json:"modseq,omitempty"`
	Done   setJSON `json:"done,omitzero"`
}

// MarshalJSON returns the JSON form.
func (s *State) MarshalJSON() ([]byte, error) {
	j := stateJSON{
		V: stateVersion, Mailbox: s.Mailbox, ID: s.ID, UIDValidity: s.UIDValidity, UIDNext: s.UIDNext, First: s.First,
		ModSeq: formatModSeq(s.ModSeq), UIDs: setJSON{s.UIDs}, Missing: setJSON{s.Missing},
		Compared: unix(s.Compared), Avoid: s.Avoid, Until: unix(s.Until),
	}
	for f, set := range s.Flags {
		if set.Empty() {
			continue
		}
		if j.Flags == nil {
			j.Flags = make(map[string]setJSON, len(s.Flags))
		}
		j.Flags[string(f)] = setJSON{set}
	}
	if s.Pass != nil {
		j.Pass = &passJSON{ModSeq: formatModSeq(s.Pass.ModSeq), Done: setJSON{s.Pass.Done}}
	}
	return json.Marshal(j)
}

// errState says that a stored State can't be read.
var errState = errors.New("account: not a stored State")

// UnmarshalJSON reads the JSON form. What does not make sense is an error, and so
// is a State of a later version.
func (s *State) UnmarshalJSON(data []byte) error {
	var j stateJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("%w: %w", errState, err)
	}
	if j.V != stateVersion {
		return fmt.Errorf("%w: version %d", errState, j.V)
	}
	modSeq, err := parseModSeq(j.ModSeq)
	if err != nil {
		return err
	}
	if j.Avoid > LevelQResync {
		return fmt.Errorf("%w: level %d", errState, j.Avoid)
	}
	*s = State{
		Mailbox: j.Mailbox, ID: j.ID, UIDValidity: j.UIDValidity, UIDNext: j.UIDNext, ModSeq: modSeq, First: j.First,
		UIDs: j.UIDs.set, Missing: j.Missing.set, Compared: fromUnix(j.Compared), Avoid: j.Avoid, Until: fromUnix(j.Until),
	}
	for _, f := range slices.Sorted(maps.Keys(j.Flags)) {
		if s.Flags == nil {
			s.Flags = make(map[imap.Flag]imap.UIDSet, len(j.Flags))
		}
		set := s.Flags[canonical(imap.Flag(f))]
		set.AddSet(j.Flags[f].set)
		s.Flags[canonical(imap.Flag(f))] = set
	}
	if j.Pass != nil {
		if modSeq, err = parseModSeq(j.Pass.ModSeq); err != nil {
			return err
		}
		s.Pass = &Pass{ModSeq: modSeq, Done: j.Pass.Done.set}
	}
	return nil
}

func formatModSeq(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

func parseModSeq(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%w: mod-sequence %q", errState, text)
	}
	return n, nil
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(n int64) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// canonical returns system flags in the usual spelling, as they are not
// case-sensitive (RFC 9051 §2.3.2), and keywords as they are.
func canonical(f imap.Flag) imap.Flag {
	for _, sys := range [...]imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft, imap.FlagRecent} {
		if f.Equal(sys) {
			return sys
		}
	}
	return f
}

// canonicalFlags returns flags sorted, each once, without \Recent.
func canonicalFlags(flags []imap.Flag) []imap.Flag {
	out := make([]imap.Flag, 0, len(flags))
	for _, f := range flags {
		if f = canonical(f); f != imap.FlagRecent {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
