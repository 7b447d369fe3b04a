package compat

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// client is a Go client at work. Each step returns what the client saw.
type client interface {
	login() ([]string, error)
	create() ([]string, error)
	list() ([]string, error)
	append() ([]string, error)
	selectInbox() ([]string, error)
	search() ([]string, error)
	fetch() ([]string, error)
	store() ([]string, error)
	move() ([]string, error)
	expunge() ([]string, error)
	idle() ([]string, error)
	left() ([]string, error)
	logout() ([]string, error)
	close()
}

// steps are the steps in their order; the script for imaplib has the same.
var steps = []struct {
	name string
	do   func(client) ([]string, error)
}{
	{"login", client.login},
	{"create", client.create},
	{"list", client.list},
	{"append", client.append},
	{"select", client.selectInbox},
	{"search", client.search},
	{"fetch", client.fetch},
	{"store", client.store},
	{"move", client.move},
	{"expunge", client.expunge},
	{"idle", client.idle},
	{"left", client.left},
	{"logout", client.logout},
}

// timeout bounds a session: a client that hangs fails.
const timeout = time.Minute

// drive runs the steps with a Go client.
func drive(connect func(ctx context.Context, to target, other func(string)) (client, error)) session {
	return func(t *testing.T, to target, other func(string)) []entry {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		c, err := connect(ctx, to, other)
		require.NoError(t, err)
		defer c.close()
		var out []entry
		for _, step := range steps {
			saw, err := step.do(c)
			require.NoError(t, err, step.name)
			if saw == nil {
				saw = []string{}
			}
			out = append(out, entry{step.name, saw})
		}
		return out
	}
}
