package api_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// rare are the methods of Client that have no Example: forms with message sequence
// numbers of methods whose UID forms have one, and what few programs use.
const rare = "Capability Check ConfirmNames Copy DeleteACL Enabled Err FetchBodies GetACL GetQuota " +
	"GenURLAuth Greeting ListRights Login LSub Move MyRights Notify Replace ResetKey ScramPlus SetMetadata Sort " +
	"State Store Thread TLS Unauthenticate URLFetch Close"

// TestMethodsHaveExamples: each method of Client that people use has an Example, and
// so have the functions and types of the other packages that they begin with.
func TestMethodsHaveExamples(t *testing.T) {
	x, err := api.NewIndex(root)
	require.NoError(t, err)
	has := examples(t, ".")
	for _, name := range x.Names("imap") {
		if method, found := strings.CutPrefix(name, "Client."); found && !regexp.MustCompile(`\b`+method+`\b`).MatchString(rare) {
			assert.True(t, has["Client_"+method], "no ExampleClient_%s", method)
		}
	}
	for pkg, names := range map[string]string{
		".":        "DialTLS DialStartTLS NewClient Collect RowError SafeToRetry Options StatusError ConnError",
		"search":   "And Or Not Header Subject UID GmailRaw Raw",
		"response": "Set BodyStructure BodyStructure_Walk BodyStructure_Leaves Names Address Thread_Nodes ParseUIDSet",
		"mailtext": "Read FromHTML Preview Unflow Options",
		"folders":  "Roles Join",
		"threads":  "ByReferences References",
		"account":  "Open Token Account_Do Account_Sync Account_Watch Account_Download Account_Plan Account_Apply Account_Mailboxes",
		"imaptest": "Options Profile Mailbox_Deliver Server_Fault Script",
	} {
		has := examples(t, pkg)
		for _, name := range strings.Fields(names) {
			assert.True(t, has[name], "%s: no Example%s", pkg, name)
		}
	}
	known := x.Names("imap")
	for _, method := range strings.Fields(rare) {
		assert.Contains(t, known, "Client."+method)
		assert.False(t, has["Client_"+method], "%s is not rare", method)
	}
}

// examples returns the names of the Example functions of a package.
func examples(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range files {
		for _, m := range funcs(t, file) {
			if name, found := strings.CutPrefix(m, "Example"); found {
				names[name] = true
			}
		}
	}
	return names
}

// funcs returns the names of the functions in a file.
func funcs(t *testing.T, file string) (names []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?m)^func (\w+)\(`).FindAllStringSubmatch(string(text), -1) {
		names = append(names, m[1])
	}
	return names
}
