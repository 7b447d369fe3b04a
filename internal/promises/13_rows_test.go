package promises_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestSectionsThatComeLateAreAskedForAgain has a server answer after the tagged OK, or
// for the first of two sections only.
func TestSectionsThatComeLateAreAskedForAgain(t *testing.T) {
	const ask = "UID FETCH 7:8 (BODY.PEEK[1] BODY.PEEK[2])"
	both := func(n int) string { return fmt.Sprintf(`* %d FETCH (UID %d BODY[1] "one" BODY[2] "two")`, n-6, n) }
	two := imap.FetchItems{Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
	for name, serve := range map[string]func(*scripted.Peer){
		"nothing comes": func(p *scripted.Peer) {
			p.Answer(ask)
			p.Answer(ask, both(7), both(8))
		},
		"after the tagged OK": func(p *scripted.Peer) {
			c := p.Want(ask)
			p.Send(both(7), c.Tag+" OK done", both(8))
			p.Answer("UID FETCH 8 (BODY.PEEK[1] BODY.PEEK[2])", both(8))
		},
		"first section": func(p *scripted.Peer) {
			p.Answer(ask, `* 1 FETCH (UID 7 BODY[1] "one")`, both(8))
			p.Answer("UID FETCH 7 (BODY.PEEK[1] BODY.PEEK[2])", both(7))
		},
		"first section each time": func(p *scripted.Peer) {
			p.Answer(ask, `* 1 FETCH (UID 7 BODY[1] "one")`, both(8))
			p.Answer("UID FETCH 7 (BODY.PEEK[1] BODY.PEEK[2])", `* 1 FETCH (UID 7 BODY[2] "two")`)
		},
		"all is there": func(p *scripted.Peer) { p.Answer(ask, both(7), both(8)) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 2, func(p *scripted.Peer) {
					serve(p)
					p.Answer("NOOP")
				})
				got := make(map[imap.UID]int)
				for m, err := range c.UIDFetch(t.Context(), imap.UIDRange(7, 8), two, nil) {
					require.NoError(t, err)
					for i, want := range []string{"one", "two"} {
						b, ok := m.Section(imap.PartSection(i + 1).Section)
						assert.True(t, ok && string(b) == want, "section %d: %q", i+1, b)
					}
					got[m.UID]++
				}
				assert.Equal(t, map[imap.UID]int{7: 1, 8: 1}, got)
				works(t, c)
			})
		})
	}
}

// A message that is gone, or lacks a section, is asked for once more and no oftener; and
// not after the loop was left.
func TestSectionsThatDoNotCome(t *testing.T) {
	one := imap.FetchItems{Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 5, func(p *scripted.Peer) {
			p.Answer("UID FETCH 7 (BODY.PEEK[1] BODY.PEEK[2])")
			p.Answer("UID FETCH 7 (BODY.PEEK[1] BODY.PEEK[2])")
			p.Answer("UID FETCH 8 (BODY.PEEK[1] BODY.PEEK[2])", `* 2 FETCH (UID 8 BODY[1] "one")`)
			p.Answer("UID FETCH 8 (BODY.PEEK[1] BODY.PEEK[2])", `* 2 FETCH (UID 8 BODY[1] "one")`)
			p.Answer("UID FETCH 8:9 (BODY.PEEK[1] BODY.PEEK[2])", `* 3 FETCH (UID 9 BODY[1] "one" BODY[2] "two")`)
			p.Answer("NOOP")
		})
		_, err := c.UIDFetchOne(t.Context(), 7, one)
		require.ErrorIs(t, err, imap.CodeNonExistent)
		m, err := c.UIDFetchOne(t.Context(), 8, one)
		require.NoError(t, err)
		assert.Len(t, m.Sections, 1)
		for _, err := range c.UIDFetch(t.Context(), imap.UIDRange(8, 9), one, nil) {
			require.NoError(t, err)
			break
		}
		works(t, c)
	})
}

// A row of UID FETCH without a UID is not one of UID 0.
func TestRowsWithoutUID(t *testing.T) {
	const row = "* 2 FETCH (FLAGS (\\Seen))"
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 5, func(p *scripted.Peer) {
			p.Answer("UID FETCH 9 (FLAGS)", row)
			p.Answer("UID FETCH 9 (RFC822.SIZE)", "* 2 FETCH (RFC822.SIZE 44)")
			p.Answer("UID FETCH 9:10 (INTERNALDATE)", `* 2 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700")`, `* 3 FETCH (UID 10 INTERNALDATE "17-Jul-1996 02:44:25 -0700")`)
			p.Answer("UID FETCH 9:10 (BODY.PEEK[])", `* 2 FETCH (BODY[] {5000}`+"\r\n"+strings.Repeat("x", 5000)+")", `* 3 FETCH (BODY[] "y")`)
			p.Answer("NOOP")
		})
		_, err := c.UIDFetchOne(t.Context(), 9, flags) // it may be unsolicited
		require.True(t, imap.RowError(err), "%v", err)
		m, err := c.UIDFetchOne(t.Context(), 9, imap.FetchItems{Size: true})
		require.NoError(t, err)
		assert.EqualValues(t, 9, m.UID)
		count := func(seq func(func(imap.UID, error) bool)) (good, bad int) {
			for uid, err := range seq {
				switch {
				case err == nil:
					good++
					assert.NotZero(t, uid)
				default:
					require.True(t, imap.RowError(err), "%v", err)
					bad++
				}
			}
			return good, bad
		}
		good, bad := count(func(yield func(imap.UID, error) bool) {
			for m, err := range c.UIDFetch(t.Context(), imap.UIDRange(9, 10), imap.FetchItems{InternalDate: true}, nil) {
				if !yield(m.UID, err) {
					return
				}
			}
		})
		assert.Equal(t, []int{1, 1}, []int{good, bad})
		errs := 0
		for _, err := range c.UIDFetchBodies(t.Context(), imap.UIDRange(9, 10), whole, nil) {
			if err != nil {
				require.True(t, imap.RowError(err))
				errs++
			}
		}
		assert.Equal(t, 2, errs)
		works(t, c)
	})
}

// With UIDONLY, what has come already is unsolicited the second time.
func TestRowsOfUIDOnlyComeOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 5, func(p *scripted.Peer) {
			p.Answer("UID FETCH 1:3 (FLAGS ENVELOPE)",
				`* 1 UIDFETCH (FLAGS () ENVELOPE (NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL))`, `* 1 UIDFETCH (FLAGS (\Seen))`,
				`* 2 UIDFETCH (FLAGS () ENVELOPE (NIL "two" NIL NIL NIL NIL NIL NIL NIL NIL))`)
		})
		var got []string
		for m, err := range c.UIDFetch(t.Context(), imap.UIDRange(1, 3), imap.FetchItems{Flags: true, Envelope: true}, nil) {
			require.NoError(t, err)
			got = append(got, m.Envelope.Subject)
		}
		assert.Equal(t, []string{"one", "two"}, got)
	})
}

// TestRowErrorTellsRowsFromTheEnd asks RowError of what loops yield.
func TestRowErrorTellsRowsFromTheEnd(t *testing.T) {
	parse, limit := &imap.ParseError{Response: "FETCH"}, &imap.LimitError{What: "literal", Limit: 5}
	for _, err := range []error{parse, limit, fmt.Errorf("row 5: %w", parse), errors.Join(errors.New("x"), limit)} {
		assert.True(t, imap.RowError(err), "%v", err)
	}
	for _, err := range []error{
		nil, errors.New("x"), imap.ErrReadAhead, imap.ErrClosed, &imap.ConnError{Err: limit}, &imap.ConnError{Err: parse},
		fmt.Errorf("x: %w", &imap.ConnError{Err: parse}), errors.Join(parse, &imap.ConnError{Err: limit}), &imap.StatusError{}, &imap.StateError{},
	} {
		assert.False(t, imap.RowError(err), "%v", err)
	}

	// A subject beyond MaxResponse ends the connection; the loop that only skips rows must not
	// take that for one.
	bubble(t, func(t *testing.T) {
		c := inInbox(t, &imap.Options{MaxResponse: 2000}, 3, func(p *scripted.Peer) {
			cmd := p.Command()
			p.Raw(flagRow(1) + "* 2 FETCH (UID 1002 FLAGS (" + strings.Repeat("x ", 3000) + "x))\r\n" + flagRow(3))
			p.OK(cmd)
		})
		var last error
		for _, err := range c.UIDFetch(t.Context(), all, flags, nil) {
			if imap.RowError(err) {
				continue
			}
			last = err
		}
		if last == nil {
			t.Skip("a response that is too long costs one row")
		}
		var large *imap.LimitError
		require.ErrorAs(t, last, &large)
	})
}

// Collect goes on after rows that could not be read, and reports all of them.
func TestCollectGoesOn(t *testing.T) {
	parse, end := &imap.ParseError{Response: "FETCH"}, &imap.ConnError{Err: &imap.LimitError{}}
	seq := func(errs ...error) func(func(int, error) bool) {
		return func(yield func(int, error) bool) {
			for i, err := range errs {
				if !yield(i, err) {
					return
				}
			}
		}
	}
	got, err := imap.Collect(seq(nil, parse, nil, parse, nil))
	assert.Equal(t, []int{0, 2, 4}, got)
	assert.ErrorIs(t, err, parse)
	assert.True(t, imap.RowError(err), "all that is missing are rows")
	got, err = imap.Collect(seq(nil, parse, end, nil))
	assert.Equal(t, []int{0}, got)
	assert.ErrorIs(t, err, parse)
	assert.ErrorIs(t, err, imap.ErrClosed)
	assert.False(t, imap.RowError(err))
	got, err = imap.Collect(seq(nil, nil))
	assert.Equal(t, []int{0, 1}, got)
	assert.NoError(t, err)
	got, err = imap.Collect(seq(parse))
	assert.Empty(t, got)
	assert.Same(t, parse, err)
}
