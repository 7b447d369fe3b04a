package promises_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

var partAsked = regexp.MustCompile(`^UID FETCH 7 \(BODY\.PEEK\[([0-9.]+)\]<(\d+)\.(\d+)>\)$`)

// partServer answers the FETCH of a range of a part by what habit makes of it: the
// origin, "" for none, and the octets; false for no row.
func partServer(p *scripted.Peer, habit func(part string, offset, count int) (origin, data string, ok bool)) {
	p.Serve(func(c scripted.Command) bool {
		if c.Is("SELECT") {
			p.Send("* 1 EXISTS")
			p.OK(c)
			return true
		}
		m := partAsked.FindStringSubmatch(c.Text)
		if m == nil {
			return false
		}
		offset, _ := strconv.Atoi(m[2])
		count, _ := strconv.Atoi(m[3])
		if origin, data, ok := habit(m[1], offset, count); ok {
			p.Raw(fmt.Sprintf("* 1 FETCH (UID 7 BODY[%s]%s {%d}\r\n%s)\r\n", m[1], origin, len(data), data))
		}
		p.OK(c)
		return true
	})
}

// cutOf returns a range of a text.
func cutOf(text string, offset, count int) string {
	offset = min(offset, len(text))
	return text[offset:min(offset+count, len(text))]
}

func part(encoding string, size int, number ...int) imap.Part {
	return imap.Part{
		BodyStructure: &imap.BodyStructure{Type: "application", Subtype: "pdf", Encoding: encoding, Size: int64(size)},
		Number:        append([]int{1}, number...),
	}
}

// octets returns n octets of which no two pieces are alike.
func octets(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d, ", i)
	}
	return b.String()[:n]
}

// TestPartsAreWholeOrAnError reads a part from servers with habits. What is read is the
// part, or its beginning and an error.
func TestPartsAreWholeOrAnError(t *testing.T) {
	const size = 700_000
	text := octets(size)
	at := func(n int) string { return fmt.Sprintf("<%d>", n) }
	type habit = func(part string, offset, count int) (origin, data string, ok bool)
	for name, test := range map[string]struct {
		size  int // by the body structure
		habit habit
		whole bool // otherwise: an error after some of it
	}{
		"right":                        {size, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), true }, true},
		"size not known":               {0, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), true }, true},
		"size -1":                      {-1, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), true }, true},
		"size too small":               {size - 100_000, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), true }, true},
		"size too large":               {size + 1, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), true }, false},
		"short pieces":                 {size, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n/3), true }, true},
		"short pieces, size not known": {0, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n/3), true }, true},
		"pieces of one octet less":     {size, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n-1), true }, true},
		"empty pieces":                 {size, func(_ string, o, n int) (string, string, bool) { return at(o), "", true }, false},
		"empty after the first": {size, func(_ string, o, n int) (string, string, bool) {
			if o > 0 {
				n = 0
			}
			return at(o), cutOf(text, o, n), true
		}, false},
		"ignored range":                 {size, func(_ string, o, n int) (string, string, bool) { return "", text, true }, true},
		"ignored range, echoed":         {size, func(_ string, o, n int) (string, string, bool) { return at(o), text, true }, true},
		"ignored range, origin 0":       {size, func(_ string, o, n int) (string, string, bool) { return at(0), text, true }, true},
		"ignored range, size not known": {0, func(_ string, o, n int) (string, string, bool) { return at(o), text, true }, true},
		"ignored range from the second piece on": {size, func(_ string, o, n int) (string, string, bool) {
			if o == 0 {
				return at(o), cutOf(text, o, n), true
			}
			return at(o), text, true
		}, true},
		"range and count echoed": {size, func(_ string, o, n int) (string, string, bool) {
			return fmt.Sprintf("<%d.%d>", o, n), cutOf(text, o, n), true
		}, true},
		"always the beginning":           {size, func(_ string, o, n int) (string, string, bool) { return at(0), cutOf(text, 0, n), true }, false},
		"always the beginning, unmarked": {size, func(_ string, o, n int) (string, string, bool) { return "", cutOf(text, 0, n), true }, false},
		"no origins":                     {size, func(_ string, o, n int) (string, string, bool) { return "", cutOf(text, o, n), true }, false},
		"no origins, size not known":     {0, func(_ string, o, n int) (string, string, bool) { return "", cutOf(text, o, n), true }, false},
		"an earlier origin": {size, func(_ string, o, n int) (string, string, bool) {
			o = max(0, o-5)
			return at(o), cutOf(text, o, n), true
		}, true},
		"a later origin":            {size, func(_ string, o, n int) (string, string, bool) { return at(o + 5), cutOf(text, o+5, n), true }, false},
		"gone in the middle":        {size, func(_ string, o, n int) (string, string, bool) { return at(o), cutOf(text, o, n), o == 0 }, false},
		"more than the size in one": {size / 2, func(_ string, o, n int) (string, string, bool) { return at(o), text, true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 1, func(p *scripted.Peer) { partServer(p, test.habit) })
				r, err := c.OpenPart(t.Context(), 7, part("8bit", test.size), nil)
				if err != nil {
					require.False(t, test.whole, "%v", err)
					require.ErrorIs(t, err, io.ErrUnexpectedEOF)
					return
				}
				got, err := io.ReadAll(r)
				if test.whole {
					require.NoError(t, err)
					require.Equal(t, len(text), len(got))
				} else {
					require.ErrorIs(t, err, io.ErrUnexpectedEOF)
					var failed *imap.PartError
					require.ErrorAs(t, err, &failed)
					assert.EqualValues(t, len(got), failed.Read)
				}
				require.True(t, strings.HasPrefix(text, string(got)), "the octets are those of the part")
				_, again := r.Read(make([]byte, 1))
				assert.Error(t, again, "and it stays at its end")
				require.NoError(t, r.Close())
				works(t, c)
			})
		})
	}
}

// A download can go on at an offset of the file, in any encoding.
func TestPartsFromAnOffset(t *testing.T) {
	file := octets(600_000)
	var b strings.Builder
	e := base64.NewEncoder(base64.StdEncoding, &b)
	_, _ = io.WriteString(e, file)
	_ = e.Close()
	for encoding, stored := range map[string]string{"8bit": file, "binary": file, "": file, "base64": b.String(), "x-odd": file} {
		for _, offset := range []int64{0, 1, 262_144, 300_000, 599_999, 600_000} {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 1, func(p *scripted.Peer) {
					partServer(p, func(_ string, o, n int) (string, string, bool) {
						return fmt.Sprintf("<%d>", o), cutOf(stored, o, n), true
					})
				})
				r, err := c.OpenPart(t.Context(), 7, part(encoding, len(stored)), &imap.PartOptions{Offset: offset})
				require.NoError(t, err)
				got, err := io.ReadAll(iotest.HalfReader(r))
				require.NoError(t, err)
				assert.Equal(t, file[offset:], string(got), "%q from %d", encoding, offset)
				assert.Equal(t, encoding == "x-odd", len(r.Warnings()) > 0)
			})
		}
	}
	_, err := inInbox(t, nil, 1, (*scripted.Peer).Hold).OpenPart(t.Context(), 7, part("8bit", 5), &imap.PartOptions{Offset: -1})
	var bad *imap.ArgumentError
	require.ErrorAs(t, err, &bad)
}

// OpenPart leaves a file as it is; OpenText makes UTF-8 of it.
func TestPartsAreNotConvertedAndTextsAre(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			partServer(p, func(_ string, o, n int) (string, string, bool) { return "<0>", "K\xf6ln;1\r\n", true })
		})
		csv := imap.Part{Number: []int{1}, BodyStructure: &imap.BodyStructure{
			Type: "text", Subtype: "csv", Encoding: "8bit", Size: 8, Params: []response.Param{{Name: "charset", Value: "windows-1252"}},
		}}
		r, err := c.OpenPart(t.Context(), 7, csv, nil)
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, "K\xf6ln;1\r\n", string(got))
		r, err = c.OpenText(t.Context(), 7, csv, nil)
		require.NoError(t, err)
		got, err = io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, "Köln;1\n", string(got))
		r, err = c.OpenText(t.Context(), 7, csv, &imap.PartOptions{Offset: 5})
		require.NoError(t, err)
		got, err = io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, ";1\n", string(got))
	})
}

// What is wrong with content is a warning; nothing that follows it is lost.
func TestDamagedPartsAreRead(t *testing.T) {
	for stored, want := range map[string]string{
		"aGVs\r\nbG8g  .\r\nd29ybGQ=\r\n":                "hello world",
		"aGVsbG8gd29ybGQ=\r\n.\r\n":                      "hello world",
		"aGVsbG8gd29ybGQ":                                "hello world",
		"aGVsbG8=\r\nIHdvcmxk":                           "hello world",
		"\x00aGVsbG8gd29ybGQ=":                           "hello world",
		"aGVsbG8gd29ybGQ=\r\n-- \r\na list of lists\r\n": "hello world",
	} {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 1, func(p *scripted.Peer) {
				partServer(p, func(_ string, o, n int) (string, string, bool) { return "<0>", stored, true })
			})
			r, err := c.OpenPart(t.Context(), 7, part("base64", len(stored)), nil)
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err, "%q", stored)
			assert.Equal(t, want, string(got), "%q", stored)
			assert.NotEmpty(t, r.Warnings(), "%q", stored)
		})
	}
}

// Another mailbox has been selected: its message with the same UID is not the one.
func TestPartsStayInTheirMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		text := octets(900_000)
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			partServer(p, func(_ string, o, n int) (string, string, bool) {
				return fmt.Sprintf("<%d>", o), cutOf(text, o, n), true
			})
		})
		r, err := c.OpenPart(t.Context(), 7, part("8bit", len(text)), nil)
		require.NoError(t, err)
		_, err = io.CopyN(io.Discard, r, 1000)
		require.NoError(t, err)
		_, err = c.Select(t.Context(), "Other", nil)
		require.NoError(t, err)
		n, err := io.Copy(io.Discard, r)
		require.ErrorIs(t, err, imap.ErrState)
		assert.Less(t, n, int64(600_000))
	})
}

// Two parts of one message at once, the second of which is answered first.
func TestPartsAreNotMixedUp(t *testing.T) {
	for _, swap := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 1, func(p *scripted.Peer) {
				cmds := []scripted.Command{p.Command(), p.Command()}
				if swap {
					cmds[0], cmds[1] = cmds[1], cmds[0]
				}
				for _, c := range cmds {
					m := partAsked.FindStringSubmatch(c.Text)
					p.Send(fmt.Sprintf("* 1 FETCH (UID 7 BODY[%s]<0> \"part %s\")", m[1], m[1]), c.Tag+" OK done")
				}
				p.Hold()
			})
			got := make([]string, 2)
			done := make(chan int)
			for i := range 2 {
				go func() {
					r, err := c.OpenPart(t.Context(), 7, part("7bit", 8, i+1), nil)
					if assert.NoError(t, err) {
						b, err := io.ReadAll(r)
						assert.NoError(t, err)
						got[i] = string(b)
					}
					done <- i
				}()
			}
			<-done
			<-done
			assert.Equal(t, []string{"part 1.1", "part 1.2"}, got)
		})
	}
}

// A part that is left costs what is on its way, and the connection goes on.
func TestPartsAreCheapToCancel(t *testing.T) {
	text := octets(5 << 20)
	for name, leave := range map[string]func(*imap.PartReader, context.CancelFunc){
		"close":  func(r *imap.PartReader, _ context.CancelFunc) { _ = r.Close() },
		"cancel": func(r *imap.PartReader, cancel context.CancelFunc) { cancel() },
		"both":   func(r *imap.PartReader, cancel context.CancelFunc) { cancel(); _ = r.Close() },
	} {
		bubble(t, func(t *testing.T) {
			asked := 0
			c := inInbox(t, nil, 1, func(p *scripted.Peer) {
				partServer(p, func(_ string, o, n int) (string, string, bool) {
					asked++
					return fmt.Sprintf("<%d>", o), cutOf(text, o, n), true
				})
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, err := c.OpenPart(ctx, 7, part("8bit", len(text)), nil)
			require.NoError(t, err)
			_, err = io.CopyN(io.Discard, r, 1000)
			require.NoError(t, err)
			atOnce(t, func() { leave(r, cancel) })
			works(t, c)
			_, err = io.Copy(io.Discard, r)
			if name == "cancel" {
				require.ErrorIs(t, err, context.Canceled)
			} else {
				require.ErrorIs(t, err, fs.ErrClosed)
			}
			synctest.Wait()
			assert.LessOrEqual(t, asked, 2)
		})
	}
}

// A part of any size takes the memory of a few pieces.
func TestPartsTakeLittleMemory(t *testing.T) {
	const size = 256 << 20
	block := strings.Repeat("0123456789abcdef", 32<<10)
	c := inInbox(t, nil, 1, func(p *scripted.Peer) {
		partServer(p, func(_ string, o, n int) (string, string, bool) {
			return fmt.Sprintf("<%d>", o), block[:min(n, size-o)], true
		})
	})
	before := heapInUse()
	r, err := c.OpenPart(t.Context(), 7, part("binary", size), nil)
	require.NoError(t, err)
	peak := int64(0)
	var total int64
	for i := 0; ; i++ {
		n, err := io.CopyN(io.Discard, r, 8<<20)
		total += n
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if i%16 == 0 {
			peak = max(peak, heapInUse())
		}
	}
	assert.EqualValues(t, size, total)
	assert.Less(t, peak-before, int64(6<<20))
}

// Two pieces are on their way while one is read, so that a long line is never idle:
// this server does not answer before it was asked for the next piece, too.
func TestPartsAreAskedForAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const size = 8 << 20
		block := strings.Repeat("0123456789abcdef", 32<<10)
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			var held []func()
			answered := 0
			p.Serve(func(c scripted.Command) bool {
				m := partAsked.FindStringSubmatch(c.Text)
				if m == nil {
					return false
				}
				o, _ := strconv.Atoi(m[2])
				n, _ := strconv.Atoi(m[3])
				held = append(held, func() {
					p.Raw(fmt.Sprintf("* 1 FETCH (UID 7 BODY[1]<%d> {%d}\r\n%s)\r\n", o, n, block[:n]))
					p.OK(c)
				})
				if answered < 2 || len(held) == 2 || o+n == size {
					for _, answer := range held {
						answer()
						answered++
					}
					held = nil
				}
				return true
			})
		})
		r, err := c.OpenPart(t.Context(), 7, part("binary", size), nil)
		require.NoError(t, err)
		n, err := io.Copy(io.Discard, r)
		require.NoError(t, err)
		assert.EqualValues(t, size, n)
	})
}

// A piece whose row comes after the tagged OK, as Apache James sends it, is asked for
// again.
func TestPartThatComesTooLate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		text := octets(300_000)
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			late := false
			p.Serve(func(c scripted.Command) bool {
				m := partAsked.FindStringSubmatch(c.Text)
				if m == nil {
					return false
				}
				o, _ := strconv.Atoi(m[2])
				data := cutOf(text, o, 262_144)
				if late = !late; late {
					p.OK(c)
				}
				p.Raw(fmt.Sprintf("* 1 FETCH (UID 7 BODY[1]<%d> {%d}\r\n%s)\r\n", o, len(data), data))
				if !late {
					p.OK(c)
				}
				return true
			})
		})
		r, err := c.OpenPart(t.Context(), 7, part("8bit", len(text)), nil)
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.True(t, bytes.Equal([]byte(text), got))
	})
}
