package account

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBackoff(t *testing.T) {
	b := Backoff{}.withDefaults()
	for n, top := range map[int]time.Duration{
		1: 2 * time.Second, 2: 4 * time.Second, 3: 8 * time.Second, 8: 256 * time.Second,
		9: 5 * time.Minute, 10: 5 * time.Minute, 1 << 30: 5 * time.Minute,
	} {
		assert.Equal(t, top/2, b.after(n, 0), "failure %d", n)
		assert.InDelta(t, top, b.after(n, 0.999999), float64(time.Millisecond), "failure %d", n)
	}
	assert.Equal(t, Backoff{Min: time.Minute, Max: time.Minute}, Backoff{Min: time.Minute, Max: time.Second}.withDefaults())
	assert.LessOrEqual(t, reconnect(1, 0.9999), 2*time.Second)
	assert.Greater(t, reconnect(herd+1, 0.9999), 59*time.Second)
}
