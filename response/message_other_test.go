package response

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOther(t *testing.T) {
	m := &Message{}
	_, ok := m.Other("X-COLOR")
	assert.False(t, ok)
	m.Ext = &MessageExt{Unknown: []UnknownItem{{"X-SIZE", Value{}}, {"X-COLOR", Value{Kind: ValueAtom, Text: "red"}}}}
	v, ok := m.Other("x-color")
	assert.True(t, ok)
	assert.Equal(t, "red", v.Text)
	_, ok = m.Other("X")
	assert.False(t, ok)
}
