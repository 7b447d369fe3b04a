package imaptest

import (
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"strings"
	"sync"

	"github.com/xdg-go/scram"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
)

// credentials are what SCRAM derives from passwords, kept since deriving is
// meant to be slow.
type credentials struct {
	mu   sync.Mutex
	kept map[string]scram.StoredCredentials
}

const scramIterations = 4096 // RFC 7677 §4

func (c *credentials) of(u *store.User, hash scram.HashGeneratorFcn, name string) (scram.StoredCredentials, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := name + " " + u.Name
	if have, is := c.kept[key]; is {
		return have, nil
	}
	client, err := hash.NewClient(u.Name, u.Password, "")
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	made, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt of " + u.Name, Iters: scramIterations})
	if err == nil {
		if c.kept == nil {
			c.kept = make(map[string]scram.StoredCredentials)
		}
		c.kept[key] = made
	}
	return made, err
}

// saslScram is SCRAM-SHA-1 (RFC 5802), SCRAM-SHA-256 (RFC 7677) and SCRAM-SHA-512,
// with and without channel binding.
func saslScram(x *exchange) *store.User {
	msg, good := x.first()
	if !good {
		return nil
	}
	conv, err := x.conversation(msg)
	if err != nil {
		return nil
	}
	for !conv.Done() {
		challenge, err := conv.Step(msg)
		if err != nil {
			return nil
		}
		if msg, good = x.ask(challenge); !good {
			return nil
		}
	}
	if !conv.Valid() || conv.AuthzID() != "" && conv.AuthzID() != conv.Username() {
		return nil
	}
	return x.s.srv.store.User(conv.Username())
}

// conversation prepares for a client's first message.
func (x *exchange) conversation(first string) (*scram.ServerConversation, error) {
	name, plus := strings.CutSuffix(x.mech, "-PLUS")
	hash := scram.SHA256
	switch name {
	case "SCRAM-SHA-1":
		hash = scram.SHA1
	case "SCRAM-SHA-512":
		hash = scram.SHA512
	}
	srv := x.s.srv
	server, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		u := srv.store.User(user)
		if u == nil {
			return scram.StoredCredentials{}, errors.New("no such user")
		}
		return srv.creds.of(u, hash, name)
	})
	if err != nil {
		return nil, err
	}
	binding, bound := strings.CutPrefix(first, "p=")
	binding, _, _ = strings.Cut(binding, ",")
	switch {
	case plus != bound:
		return nil, errors.New("the mechanism and its first message disagree on channel binding")
	case plus:
		cb, err := x.s.binding(scram.ChannelBindingType(binding))
		if err != nil {
			return nil, err
		}
		return server.NewConversationWithChannelBindingRequired(cb), nil
	case x.s.offersPlus(name):
		// "y" says that the client saw no -PLUS: it was removed on the way
		cb, err := x.s.binding(scram.ChannelBindingTLSServerEndpoint)
		if err != nil {
			return nil, err
		}
		return server.NewConversationWithChannelBinding(cb), nil
	}
	return server.NewConversation(), nil
}

func (s *session) offersPlus(name string) bool {
	for _, c := range s.caps() {
		if c == "AUTH="+name+"-PLUS" {
			return true
		}
	}
	return false
}

// binding returns the server's end of a channel binding.
func (s *session) binding(kind scram.ChannelBindingType) (scram.ChannelBinding, error) {
	st := s.tls.ConnectionState()
	switch kind {
	case scram.ChannelBindingTLSExporter: // RFC 9266
		data, err := st.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
		return scram.ChannelBinding{Type: kind, Data: data}, err
	case scram.ChannelBindingTLSUnique: // RFC 5929 §3; there is none in TLS 1.3
		if st.Version >= tls.VersionTLS13 || len(st.TLSUnique) == 0 {
			return scram.ChannelBinding{}, errors.New("no tls-unique here")
		}
		return scram.NewTLSUniqueBinding(st.TLSUnique), nil
	case scram.ChannelBindingTLSServerEndpoint: // RFC 5929 §4; the certificate is signed with SHA-256
		if len(s.srv.tls.Certificates) == 0 {
			return scram.ChannelBinding{}, errors.New("no certificate to bind to")
		}
		sum := sha256.Sum256(s.srv.tls.Certificates[0].Certificate[0])
		return scram.ChannelBinding{Type: kind, Data: sum[:]}, nil
	}
	return scram.ChannelBinding{}, errors.New("unknown channel binding")
}
