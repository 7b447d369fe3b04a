package response

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestResourcesOfAQuotaAreAsked(t *testing.T) {
	d := data[*QuotaData](t, `* QUOTA "#user/alice" (STORAGE 54 111 message 42 1000)`)
	assert.Equal(t, "#user/alice", d.Root)
	storage, limited := d.Resource(QuotaStorage)
	assert.True(t, limited)
	assert.Equal(t, QuotaResource{"STORAGE", 54, 111}, storage)
	messages, limited := d.Resource(QuotaMessage)
	assert.True(t, limited, "in any case")
	assert.Equal(t, QuotaResource{"message", 42, 1000}, messages)
	_, limited = d.Resource(QuotaMailbox)
	assert.False(t, limited)
	_, limited = d.Resource("")
	assert.False(t, limited)
}

// What takes no room is no quota: RFC 9208 §4.2.1 has an empty list for it, and
// Courier none.
func TestAQuotaWithoutLimits(t *testing.T) {
	assert.Equal(t, &QuotaData{Root: "a b"}, data[*QuotaData](t, `* QUOTA "a b" ()`))
	assert.Equal(t, &QuotaData{Root: "ROOT"}, data[*QuotaData](t, `* QUOTA "ROOT"`))
	assert.Equal(t, &QuotaData{Root: ""}, data[*QuotaData](t, `* QUOTA ""`))
}
