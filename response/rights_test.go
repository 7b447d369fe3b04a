package response

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRightsAreAsked(t *testing.T) {
	d := data[*MyRightsData](t, "* MYRIGHTS INBOX rwiptsldaex")
	assert.True(t, d.Rights.Has(RightLookup))
	assert.True(t, d.Rights.Has(RightRead+RightWrite+RightExpunge))
	assert.False(t, d.Rights.Has(RightCreateMailbox))
	assert.False(t, d.Rights.Has(RightRead+RightCreateMailbox))
	assert.True(t, Rights("").Has(""))
	assert.False(t, Rights("").Has(RightRead))

	l := data[*ListRightsData](t, `* LISTRIGHTS ~/Mail/saved smith la r swicdkxte`)
	assert.Equal(t, &ListRightsData{"~/Mail/saved", "smith", "la", []Rights{"r", "swicdkxte"}}, l)
	l = data[*ListRightsData](t, `* LISTRIGHTS INBOX "a b" ""`)
	assert.Equal(t, &ListRightsData{"INBOX", "a b", "", nil}, l)
}

func TestNewRightsAreTold(t *testing.T) {
	r, told := Capabilities{CapACL, "rights=TEXK"}.Rights()
	assert.True(t, told)
	assert.True(t, r.Has("kxte"))
	_, told = Capabilities{CapACL}.Rights()
	assert.False(t, told)
}
