package promises_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// named is a part with a file name.
func named(name string) *imap.BodyStructure {
	return &imap.BodyStructure{Type: "application", Subtype: "pdf", Disposition: "attachment", DispositionParams: []response.Param{{Name: "filename", Value: name}}}
}

// TestNamesAreConfirmedInOneCommand has damaged names read again.
func TestNamesAreConfirmedInOneCommand(t *testing.T) {
	text := &imap.BodyStructure{Type: "text", Subtype: "plain", Params: []response.Param{{Name: "charset", Value: "koi8-r"}}}
	structure := &imap.BodyStructure{Type: "multipart", Subtype: "mixed", Children: []*imap.BodyStructure{
		text, named("my"), named("fine.pdf"), named("ÐÒÉ×ÅÔ.txt"), named("..."), {Type: "application", Subtype: "zip"},
	}}
	header := func(name string) string {
		return "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=" + name + "\r\n\r\n"
	}
	headers := map[string]string{
		"2": header("my report 2024.pdf"), "4": header("\"\xf0\xd2\xc9\xd7\xc5\xd4.txt\""), "5": header(`"..."`), "6": "Content-Type: application/zip\r\n\r\n",
	}
	bubble(t, func(t *testing.T) {
		var asked []string
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			p.Serve(func(cmd scripted.Command) bool {
				if !strings.HasPrefix(cmd.Text, "UID FETCH ") {
					return false
				}
				asked = append(asked, cmd.Text)
				row := "* 1 FETCH (UID 7"
				for _, n := range []string{"2", "4", "5", "6"} {
					row += fmt.Sprintf(" BODY[%s.MIME]<0> {%d}\r\n%s", n, len(headers[n]), headers[n])
				}
				p.Raw(row + ")\r\n")
				p.OK(cmd)
				return true
			})
		})
		require.NoError(t, c.ConfirmNames(t.Context(), 7, structure))
		assert.Equal(t, []string{"UID FETCH 7 (BODY.PEEK[2.MIME]<0.8192> BODY.PEEK[4.MIME]<0.8192> BODY.PEEK[5.MIME]<0.8192> BODY.PEEK[6.MIME]<0.8192>)"}, asked)
		var names []string
		for _, p := range structure.Attachments() {
			names = append(names, p.SafeName())
		}
		assert.Equal(t, []string{"my report 2024.pdf", "fine.pdf", "Привет.txt", "part-5.pdf", "part-6.zip"}, names)

		asked = nil
		fine := &imap.BodyStructure{Type: "multipart", Subtype: "mixed", Children: []*imap.BodyStructure{text, named("fine.pdf")}}
		require.NoError(t, c.ConfirmNames(t.Context(), 7, fine))
		require.NoError(t, c.ConfirmNames(t.Context(), 7, nil))
		assert.Empty(t, asked, "nothing is suspect")
	})
}

// TestTheNameOfASinglePartIsInTheHeaderOfTheMessage is about messages that are a file.
func TestTheNameOfASinglePartIsInTheHeaderOfTheMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			p.Serve(func(cmd scripted.Command) bool {
				if !strings.HasPrefix(cmd.Text, "UID FETCH ") {
					return false
				}
				if strings.HasPrefix(cmd.Text, "UID FETCH 7 ") {
					header := "Content-Disposition: attachment; filename=my report.pdf\r\n\r\n"
					p.Raw(fmt.Sprintf("* 1 FETCH (UID 7 BODY[HEADER.FIELDS (CONTENT-TYPE CONTENT-DISPOSITION)]<0> {%d}\r\n%s)\r\n", len(header), header))
				}
				p.OK(cmd)
				return true
			})
		})
		structure := named("my")
		require.NoError(t, c.ConfirmNames(t.Context(), 7, structure))
		assert.Equal(t, "my report.pdf", structure.Filename())
		assert.ErrorIs(t, c.ConfirmNames(t.Context(), 8, named("my")), imap.CodeNonExistent)
	})
}
