package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestXListStandsForSpecialUse: special uses are asked for by XLIST if the server has that
// alone, and by LIST if it has SPECIAL-USE, or refuses XLIST.
func TestXListStandsForSpecialUse(t *testing.T) {
	sent := `(\HasNoChildren \Sent) "/" Gesendet`
	for name, tt := range map[string]struct {
		caps  string
		opts  imap.ListOptions
		serve func(p *scripted.Peer)
		uses  bool
	}{
		"XLIST alone": {"XLIST", imap.ListOptions{SpecialUse: true}, func(p *scripted.Peer) {
			p.Answer(`XLIST "" "*"`, "* XLIST "+sent)
		}, true},
		"with STATUS": {"XLIST", imap.ListOptions{SpecialUse: true, Status: imap.StatusMessages}, func(p *scripted.Peer) {
			p.Answer(`XLIST "" "*"`, "* XLIST "+sent)
			p.Answer("STATUS Gesendet (MESSAGES)", "* STATUS Gesendet (MESSAGES 3)")
		}, true},
		"refused": {"XLIST", imap.ListOptions{SpecialUse: true}, func(p *scripted.Peer) {
			cmd := p.Want(`XLIST "" "*"`)
			p.Send(cmd.Tag + " BAD unknown")
			p.Answer(`LIST "" "*"`, `* LIST () "/" Gesendet`)
		}, false},
		"SPECIAL-USE, too": {"XLIST SPECIAL-USE", imap.ListOptions{SpecialUse: true}, func(p *scripted.Peer) {
			p.Answer(`LIST "" "*"`, "* LIST "+sent)
		}, true},
		"not asked for": {"XLIST", imap.ListOptions{}, func(p *scripted.Peer) {
			p.Answer(`LIST "" "*"`, `* LIST () "/" Gesendet`)
		}, false},
		"of subscribed ones": {"XLIST", imap.ListOptions{SpecialUse: true, SubscribedOnly: true}, func(p *scripted.Peer) {
			p.Answer(`LSUB "" "*"`, `* LSUB () "/" Gesendet`)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1 " + tt.caps + "] ready")
					tt.serve(p)
					p.Answer("NOOP")
				})
				rows, err := imap.Collect(c.List(t.Context(), "*", &tt.opts))
				require.NoError(t, err)
				require.Len(t, rows, 1)
				assert.Equal(t, "Gesendet", rows[0].Mailbox)
				assert.Equal(t, tt.uses, rows[0].HasAttr(imap.AttrSent))
				if tt.opts.Status != 0 {
					assert.EqualValues(t, 3, rows[0].Status.Messages)
				}
				works(t, c)
			})
		})
	}
	srv := imaptest.NewServer(t, &imaptest.Options{Capabilities: []imaptest.Cap{"IMAP4rev1", "XLIST"}})
	c := loggedIn(t, srv)
	_, err := imap.Collect(c.List(t.Context(), "*", &imap.ListOptions{SpecialUse: true}))
	require.NoError(t, err)
}
