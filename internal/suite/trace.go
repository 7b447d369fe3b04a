package suite

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// traceLimit is how much of a conversation is kept.
const traceLimit = 64 << 10

// trace keeps the end of a conversation, which is printed if the test fails.
type trace struct {
	mu   sync.Mutex
	text []byte
}

// newTrace returns a logger whose lines are printed at the end of a failed test.
func newTrace(t *testing.T) *slog.Logger {
	tr := &trace{}
	t.Cleanup(func() {
		if t.Failed() {
			tr.mu.Lock()
			defer tr.mu.Unlock()
			t.Logf("the conversation:\n%s", tr.text)
		}
	})
	return slog.New(slog.NewTextHandler(tr, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			if s := fmt.Sprint(a.Value); len(s) > 400 {
				return slog.String(a.Key, s[:400]+"…")
			}
			return a
		},
	}))
}

// Write implements io.Writer.
func (tr *trace) Write(p []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.text = append(tr.text, strings.ReplaceAll(string(p), `\"`, `"`)...)
	if over := len(tr.text) - traceLimit; over > 0 {
		tr.text = append(tr.text[:0], tr.text[over:]...)
	}
	return len(p), nil
}
