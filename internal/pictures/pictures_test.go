package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const top = "../../"

// TestPicturesAreWhole: each picture of docs is XML, adapts to dark pages, and a page
// shows it.
func TestPicturesAreWhole(t *testing.T) {
	pictures, err := filepath.Glob(top + "docs/*/*.svg")
	require.NoError(t, err)
	require.Greater(t, len(pictures), 7)
	var pages strings.Builder
	files, err := filepath.Glob(top + "docs/*.md")
	require.NoError(t, err)
	for _, page := range append(files, top+"README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		pages.Write(text)
	}
	for _, picture := range pictures {
		text, err := os.ReadFile(picture)
		require.NoError(t, err)
		assert.Contains(t, string(text), "prefers-color-scheme:dark", picture)
		assert.NoError(t, wellFormed(string(text)), picture)
		assert.Contains(t, pages.String(), filepath.Base(picture), "no page shows %s", picture)
	}
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestTheTraceIsReal: all commands are in it, those that wait take a round trip each,
// and those that are issued together leave before the first answer.
func TestTheTraceIsReal(t *testing.T) {
	const delay = 50 * time.Millisecond
	one, err := trace(t.Context(), delay, false)
	require.NoError(t, err)
	many, err := trace(t.Context(), delay, true)
	require.NoError(t, err)
	for _, trace := range [][]exchange{one, many} {
		require.Len(t, trace, len(mailboxes))
		for _, e := range trace {
			assert.True(t, strings.HasPrefix(e.command, "STATUS"), e.command)
			assert.GreaterOrEqual(t, e.done-e.sent, 2*delay)
		}
	}
	assert.GreaterOrEqual(t, one[len(one)-1].sent, 8*delay)
	assert.NoError(t, wellFormed(string(pipelining(delay, one, many))))
}

// TestRoomsExist: each has a folder.
func TestRoomsExist(t *testing.T) {
	assert.NoError(t, wellFormed(string(rooms())))
	for _, floor := range house {
		for _, r := range floor {
			info, err := os.Stat(top + r.name)
			require.NoError(t, err)
			assert.True(t, info.IsDir(), r.name)
		}
	}
}
