package suite

import (
	"bytes"
	"strings"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var metadataTests = []Test{
	{Name: "METADATA of a mailbox", Run: testMetadata},
	{Name: "METADATA of the server", Run: testServerMetadata},
	{Name: "METADATA of any octets", Run: testMetadataValues},
	{Name: "METADATA in part: DEPTH, MAXSIZE", Run: testMetadataSome},
	{Name: "METADATA that is refused", Run: testMetadataRefused},
	{Name: "METADATA that is large", Run: testMetadataLarge},
	{Name: "METADATA of a mailbox that is renamed and deleted", Run: testMetadataMoves},
	{Name: "METADATA of many mailboxes at once", Run: testMetadataAtOnce},
}

const (
	privateComment = "/private/comment"
	sharedComment  = "/shared/comment"
)

// entry is one to be set.
func entry(name, value string) response.MetadataItem {
	return response.MetadataItem{Name: name, Value: []byte(value)}
}

// metadata returns entries of a mailbox by name.
func (t *T) metadata(c *imap.Client, mailbox string, entries ...string) *response.MetadataResult {
	t.Helper()
	found, err := c.GetMetadata(t.Ctx, mailbox, entries, nil)
	require.NoError(t, err, "%q", mailbox)
	return found
}

// testMetadata sets entries, reads them from another session, and removes them.
func testMetadata(t *T) {
	c, other := t.Login(), t.Login()
	if !c.Caps().Has(response.CapMetadata) {
		_, err := c.GetMetadata(t.Ctx, "INBOX", []string{sharedComment}, nil)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		assert.ErrorIs(t, c.SetMetadata(t.Ctx, "INBOX", []response.MetadataItem{{Name: sharedComment}}), imap.ErrUnsupported)
	}
	t.Need(c, response.CapMetadata)
	box := t.NewBox(c, "Müll & more")
	for _, name := range []string{"INBOX", box} {
		found := t.metadata(c, name, privateComment, sharedComment)
		assert.Nil(t, found.Value(privateComment))
		assert.Nil(t, found.Value(sharedComment))
		require.NoError(t, c.SetMetadata(t.Ctx, name, []response.MetadataItem{entry(privateComment, "mine"), entry(sharedComment, "ours")}))

		found = t.metadata(other, name, privateComment, sharedComment)
		assert.Equal(t, "mine", string(found.Value(privateComment)))
		assert.Equal(t, "ours", string(found.Value("/Shared/COMMENT")))
		assert.Zero(t, found.LongEntry)

		require.NoError(t, c.SetMetadata(t.Ctx, name, []response.MetadataItem{entry(privateComment, "another"), {Name: sharedComment}}))
		found = t.metadata(other, name, sharedComment, privateComment)
		assert.Equal(t, "another", string(found.Value(privateComment)))
		assert.Nil(t, found.Value(sharedComment))
	}
	assert.Nil(t, t.metadata(c, "INBOX", "/private/vendor/vendor.example/none").Value("/private/vendor/vendor.example/none"))
	assert.Equal(t, "another", string(t.metadata(c, "inbox", "/PRIVATE/Comment").Value(privateComment)))
}

// testServerMetadata has entries that belong to no mailbox.
func testServerMetadata(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadataServer, response.CapMetadata)
	const own = "/private/vendor/vendor.example/note"
	assert.Nil(t, t.metadata(c, "", own).Value(own))
	t.metadata(c, "", sharedComment, "/shared/admin")
	err := c.SetMetadata(t.Ctx, "", []response.MetadataItem{entry(own, "of the user")})
	require.NoError(t, err)
	assert.Equal(t, "of the user", string(t.metadata(c, "", own).Value(own)))
	require.NoError(t, c.SetMetadata(t.Ctx, "", []response.MetadataItem{{Name: own}}))
	assert.Nil(t, t.metadata(c, "", own).Value(own))
	err = c.SetMetadata(t.Ctx, "", []response.MetadataItem{entry("/shared/admin", "mailto:me@example.org")}) // RFC 5464 §3.2.1.1
	t.Expect(AdminCanBeSet, err != nil, "SETMETADATA of /shared/admin: %v", err)
}

// testMetadataValues stores values that need each form. What a server refuses may
// cost the connection: each value has its own.
func testMetadataValues(t *T) {
	t.Need(t.Login(), response.CapMetadata)
	for name, v := range map[string]struct {
		value   string
		refused Deviation
	}{
		"text":     {"a text (with {3} NIL", ""},
		"NIL":      {"NIL", ""},
		"quoted":   {`a "quoted" \ text`, NoSearchEscape},
		"lines":    {"one\r\ntwo\r\n", NoLiteralMetadata},
		"UTF-8":    {"Grüße, 送信", NoLiteralMetadata},
		"long":     {strings.Repeat("0123456789abcdef", 64), NoLiteralMetadata}, // RFC 5464 §4.1: 1024 octets at least
		"8-bit":    {"\xff\xfe\x80", NoLiteralMetadata},
		"controls": {"\x01\x1b\x7f\t", NoLiteralMetadata},
		"NUL":      {"a\x00b\xff\x00", NoBinaryMetadata},
		"empty":    {"", ""},
	} {
		t.Sub(name, func(t *T) {
			c := t.Login()
			box := t.NewBox(c, "Values "+name)
			err := c.SetMetadata(t.Ctx, box, []response.MetadataItem{entry(privateComment, v.value), entry(sharedComment, v.value)})
			if v.refused != "" && t.Deviates(v.refused) {
				t.Expect(v.refused, err == nil, "SETMETADATA with %.20q: %v", v.value, err)
				return
			}
			require.NoError(t, err)
			found := t.metadata(c, box, privateComment, sharedComment)
			for _, e := range []string{privateComment, sharedComment} {
				assert.Equal(t, v.value, string(found.Value(e)), e)
				if v.value == "" {
					t.Expect(NoEmptyMetadata, found.Value(e) != nil, "an empty value is gone")
				}
			}
		})
	}
}

// testMetadataSome asks for what lies below an entry, and for short values.
func testMetadataSome(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadata)
	box := t.NewBox(c, "Filters")
	const top = "/private/vendor/vendor.example/filters"
	items := []response.MetadataItem{
		entry(top, "top"), entry(top+"/small", "SMALLER 5000"), entry(top+"/boss", `FROM "boss@example.com"`),
		entry(top+"/boss/long", strings.Repeat("x", 500)), entry(top+"s", "beside it"),
	}
	require.NoError(t, c.SetMetadata(t.Ctx, box, items))
	for _, tt := range []struct {
		depth commands.MetadataDepth
		size  int64
		want  []int // of items
		long  int64
	}{
		{commands.Depth0, 0, []int{0}, 0},
		{commands.Depth1, 0, []int{0, 1, 2}, 0},
		{commands.DepthInfinity, 0, []int{0, 1, 2, 3}, 0},
		{commands.DepthInfinity, 500, []int{0, 1, 2, 3}, 0},
		{commands.DepthInfinity, 498, []int{0, 1, 2}, 500},
		{commands.Depth1, 12, []int{0, 1}, 23},
		{commands.Depth0, 3, []int{0}, 0},
		{commands.Depth0, 1, nil, 3},
	} {
		found, err := c.GetMetadata(t.Ctx, box, []string{top}, &commands.MetadataOptions{Depth: tt.depth, MaxSize: tt.size})
		require.NoError(t, err)
		var want, got []response.MetadataItem
		for _, i := range tt.want {
			want = append(want, items[i])
		}
		for _, item := range found.Items {
			if item.Value != nil {
				got = append(got, item)
			}
		}
		assert.ElementsMatch(t, want, got, "%+v", tt)
		assert.Equal(t, tt.long, found.LongEntry, "%+v", tt)
	}
	found, err := c.GetMetadata(t.Ctx, box, []string{top}, &commands.MetadataOptions{MaxSize: 2})
	require.NoError(t, err)
	t.Expect(NoLongEntry, found.LongEntry == 3, "LONGENTRIES: %d", found.LongEntry)
}

// testMetadataRefused asks for impossible things, after which the connection must be
// usable.
func testMetadataRefused(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadata)
	var refused *imap.StatusError
	nowhere := t.Box(c, "NotThere")
	_, err := c.GetMetadata(t.Ctx, nowhere, []string{sharedComment}, nil)
	assert.ErrorAs(t, err, &refused)
	err = c.SetMetadata(t.Ctx, nowhere, []response.MetadataItem{entry(sharedComment, "x")})
	assert.ErrorAs(t, err, &refused)

	box := t.NewBox(c, "Refused")
	err = c.SetMetadata(t.Ctx, box, []response.MetadataItem{entry(privateComment, "x"), entry("/neither/comment", "x")})
	assert.ErrorAs(t, err, &refused)
	assert.Nil(t, t.metadata(c, box, privateComment).Value(privateComment), "all or none")
	require.NoError(t, c.SetMetadata(t.Ctx, box, []response.MetadataItem{entry(privateComment, "x")}))
}

// testMetadataLarge stores a value that is large: in full or not at all.
func testMetadataLarge(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadata)
	box := t.NewBox(c, "Large")
	large := response.MetadataItem{Name: sharedComment, Value: bytes.Repeat([]byte("large\r\n"), 100_000/7)}
	err := c.SetMetadata(t.Ctx, box, []response.MetadataItem{entry(privateComment, "x"), large})
	if t.Deviates(NoLiteralMetadata) {
		t.Expect(NoLiteralMetadata, err == nil, "%v", err)
		return
	}
	found := t.metadata(c, box, privateComment, sharedComment)
	if err == nil {
		assert.Equal(t, large.Value, found.Value(sharedComment))
		return
	}
	t.Logf("%d octets: %v", len(large.Value), err)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.IsType(t, response.MetadataCode{}, refused.Code)
	code := refused.Code.(response.MetadataCode)
	assert.Equal(t, "MAXSIZE", code.Reason)
	assert.Less(t, code.Size, int64(len(large.Value)))
	assert.Nil(t, found.Value(privateComment), "all or none")
	assert.Nil(t, found.Value(sharedComment))
}

// testMetadataMoves checks whether entries follow their mailbox (RFC 5464 §4.1).
func testMetadataMoves(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadata)
	box, renamed := t.NewBox(c, "Before"), t.Box(c, "After")
	require.NoError(t, c.SetMetadata(t.Ctx, box, []response.MetadataItem{entry(privateComment, "mine"), entry(sharedComment, "ours")}))
	require.NoError(t, c.Rename(t.Ctx, box, renamed))
	found := t.metadata(c, renamed, privateComment, sharedComment)
	assert.Equal(t, "mine", string(found.Value(privateComment)))
	assert.Equal(t, "ours", string(found.Value(sharedComment)))
	require.NoError(t, c.Delete(t.Ctx, renamed))
	require.NoError(t, c.Create(t.Ctx, renamed, nil))
	found = t.metadata(c, renamed, privateComment, sharedComment)
	assert.Nil(t, found.Value(privateComment))
	assert.Nil(t, found.Value(sharedComment))
}

// testMetadataAtOnce has commands for several mailboxes in flight.
func testMetadataAtOnce(t *T) {
	c := t.Login()
	t.Need(c, response.CapMetadata)
	var boxes []string
	for _, name := range []string{"One", "Two", "Three", "Four"} {
		boxes = append(boxes, t.NewBox(c, name))
	}
	var all sync.WaitGroup
	for _, name := range boxes {
		all.Go(func() {
			assert.NoError(t, c.SetMetadata(t.Ctx, name, []response.MetadataItem{entry(privateComment, "this is "+name), entry(sharedComment, "shared")}))
			for range 5 {
				found, err := c.GetMetadata(t.Ctx, name, []string{privateComment, sharedComment}, nil)
				if assert.NoError(t, err) {
					assert.Equal(t, "this is "+name, string(found.Value(privateComment)))
					assert.Equal(t, "shared", string(found.Value(sharedComment)))
				}
			}
		})
	}
	all.Wait()
}
