package imaptest

import (
	"strconv"
	"strings"
)

// Unsolicited puts lines after a line that the server sends.
//
// In a line, {exists} stands for the number of messages that the session knows,
// {recent} for how many of them are recent, {uid} for the UID of the last one and
// {tag} for the tag of the line before; lines with the first three are left out
// while no mailbox with messages is selected.
type Unsolicited struct {
	After int      // after the n-th response from now on; 0 means all
	Lines []string // without line ends
}

func (f Unsolicited) effect(*session) *effect {
	n := 0
	return &effect{after: func(s *session, sent []byte) []string {
		if n++; f.After != 0 && n != f.After {
			return nil
		}
		var out []string
		for _, line := range f.Lines {
			if line, good := s.fillIn(line, sent); good {
				out = append(out, line)
			}
		}
		return out
	}}
}

// fillIn puts values in place of the words between braces.
func (s *session) fillIn(line string, sent []byte) (string, bool) {
	if strings.Contains(line, "{exists}") || strings.Contains(line, "{uid}") || strings.Contains(line, "{recent}") {
		if s.view == nil || s.view.Len() == 0 {
			return "", false
		}
		n := s.view.Len()
		line = strings.NewReplacer(
			"{exists}", strconv.Itoa(n),
			"{recent}", "0",
			"{uid}", strconv.FormatUint(uint64(s.view.UIDAt(n-1)), 10),
		).Replace(line)
	}
	tag, _, _ := strings.Cut(string(sent), " ")
	return strings.ReplaceAll(line, "{tag}", tag), true
}

// SplitFetch sends the items of each message in two FETCH responses, the second
// with all that comes after the first At items: 1 by default.
type SplitFetch struct {
	UID     uint32 // of the message; 0 means all
	At      int    // how many items the first response has; 0 is 1
	WithUID bool   // the second response has the UID too, if the first has
}

func (f SplitFetch) effect(*session) *effect {
	return &effect{split: func(_ *session, uid uint32, items []string) [][]string {
		at := max(f.At, 1)
		if f.UID != 0 && f.UID != uid || at >= len(items) {
			return [][]string{items}
		}
		second := items[at:]
		if f.WithUID && strings.HasPrefix(items[0], "UID ") {
			second = append([]string{items[0]}, second...)
		}
		return [][]string{items[:at], second}
	}}
}

// SpoilStructure replaces the BODYSTRUCTURE and BODY of a message.
type SpoilStructure struct {
	UID  uint32 // of the message; 0 means all
	Text string // `("text" "plain" (` by default
}

func (f SpoilStructure) effect(*session) *effect {
	orElse(&f.Text, `("text" "plain" ("charset")`)
	return &effect{structure: func(_ *session, uid uint32, text string) string {
		if f.UID == 0 || f.UID == uid {
			return f.Text
		}
		return text
	}}
}

// Rewrite changes each response before it is sent. The text has literals in it
// and no line end. It is for what no other fault does. With is called by the
// goroutines of all sessions.
type Rewrite struct {
	With func(response string) string // returns what is sent instead
}

func (f Rewrite) effect(*session) *effect {
	return &effect{rewrite: f.With}
}
