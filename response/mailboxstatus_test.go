package response

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestABadStatusItemCostsItself: whatever stands in place of one item's value, the other
// items of the row are there, and what could be read is kept.
func TestABadStatusItemCostsItself(t *testing.T) {
	all := statusItemNames[:]
	for _, bad := range all {
		for _, value := range []string{
			"x", "3x", `"x"`, "(1 2)", "()", "(\x01\xff)", "99999999999999999999999", "\x7f", "-", "1:2", "*", `\Seen`, "((a) b)", "{3}\r\nabc", "",
		} {
			if bad == "MAILBOXID" && (value == `"x"` || strings.HasPrefix(value, "{") || value == "((a) b)") {
				continue // octets of memory in place of an identifier are skipped as such
			}
			var row strings.Builder
			row.WriteString("* STATUS a (")
			var want StatusItems
			for i, name := range all {
				if i > 0 {
					row.WriteString(" ")
				}
				switch {
				case name == bad && value == "":
					row.WriteString(name)
				case name == bad:
					row.WriteString(name + " " + value)
				case name == "MAILBOXID":
					row.WriteString(name + " (F2)")
				default:
					row.WriteString(name + " 7")
				}
				if name != bad {
					want |= 1 << i
				}
			}
			row.WriteString(")\r\n")
			got, err := read(NewReader(strings.NewReader(row.String()), Limits{}))
			require.NoError(t, err, "%q", row.String())
			st, ok := got.Data.(*MailboxStatus)
			require.True(t, ok)
			assert.Equal(t, want.Names(), (st.Items & want).Names(), "%q", row.String())
			if st.Items == want && value != "" && value != "-" {
				assert.Len(t, st.Unknown, 1, "%q", row.String())
			}
			if st.Items&StatusUnseen != 0 {
				assert.EqualValues(t, 7, st.Unseen)
			}
		}
	}
}
