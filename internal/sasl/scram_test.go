package sasl

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scramVector is an exchange whose messages are known.
type scramVector struct {
	name                     string
	hash                     ScramHash
	nonce                    string
	first, server            string
	proof, signature, serial string
}

var scramVectors = []scramVector{
	{
		name: "RFC 5802 section 5", hash: ScramSHA1, serial: "SCRAM-SHA-1",
		nonce:     "fyko+d2lbbFgONRv9qkxdawL",
		first:     "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
		server:    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
		proof:     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		signature: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
	},
	{
		name: "RFC 7677 section 3", hash: ScramSHA256, serial: "SCRAM-SHA-256",
		nonce:     "rOprNGfwEbeRWgbNEkqO",
		first:     "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
		server:    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		proof:     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		signature: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	},
}

func (v scramVector) mechanism() Mechanism {
	return Scram(v.hash, "", "user", "pencil", ScramOptions{nonce: func() string { return v.nonce }})
}

// proven returns a mechanism that has sent its proof.
func (v scramVector) proven(t *testing.T) Mechanism {
	t.Helper()
	m := v.mechanism()
	_, _, err := m.Start()
	require.NoError(t, err)
	_, err = m.Next([]byte(v.server))
	require.NoError(t, err)
	return m
}

func TestScramVectors(t *testing.T) {
	for _, v := range scramVectors {
		t.Run(v.name, func(t *testing.T) {
			m := v.mechanism()
			done := m.(Completer).Done
			require.ErrorIs(t, done(), ErrNotVerified)
			for range 2 {
				name, ir, err := m.Start()
				require.NoError(t, err)
				assert.Equal(t, v.serial, name)
				assert.Equal(t, v.first, string(ir))
				require.ErrorIs(t, done(), ErrNotVerified)

				got, err := m.Next([]byte(v.server))
				require.NoError(t, err)
				assert.Equal(t, v.proof, string(got))
				require.ErrorIs(t, done(), ErrNotVerified)

				got, err = m.Next([]byte(v.signature))
				require.NoError(t, err)
				assert.Equal(t, []byte{}, got)
				require.NoError(t, done())
				require.NoError(t, m.(Failer).Failure())
			}
		})
	}
}

func TestScramChallengeAfterTheEnd(t *testing.T) {
	v := scramVectors[0]
	m := v.proven(t)
	_, err := m.Next([]byte(v.signature))
	require.NoError(t, err)
	_, err = m.Next(nil)
	require.ErrorIs(t, err, ErrUnexpectedChallenge)
	assert.ErrorIs(t, m.(Completer).Done(), ErrNotVerified)
}

func TestScramBeforeStart(t *testing.T) {
	m := scramVectors[0].mechanism()
	_, err := m.Next([]byte(scramVectors[0].server))
	assert.ErrorIs(t, err, ErrUnexpectedChallenge)
	assert.NoError(t, m.(Failer).Failure())
}

func TestScramHostileFirst(t *testing.T) {
	v := scramVectors[1]
	nonce := "r=" + v.nonce + "xyz"
	tests := []struct {
		name, challenge string
		want            error
	}{
		{"empty", "", ErrMalformed},
		{"garbage", "\x00\xff\xfe", ErrMalformed},
		{"text", "hello", ErrMalformed},
		{"commas", ",,,,", ErrMalformed},
		{"line break", nonce + ",s=c2Fs\ndA==,i=4096", ErrMalformed},
		{"no nonce", "s=c2FsdA==,i=4096", ErrMalformed},
		{"no salt", nonce + ",i=4096", ErrMalformed},
		{"no count", nonce + ",s=c2FsdA==", ErrMalformed},
		{"other order", nonce + ",i=4096,s=c2FsdA==", ErrMalformed},
		{"nonce of another", "r=xyz,s=c2FsdA==,i=4096", ErrNonce},
		{"nonce not extended", "r=" + v.nonce + ",s=c2FsdA==,i=4096", ErrNonce},
		{"nonce cut", "r=" + v.nonce[1:] + "xyz,s=c2FsdA==,i=4096", ErrNonce},
		{"nonce not ASCII", nonce + "\u00e9,s=c2FsdA==,i=4096", ErrNonce},
		{"salt empty", nonce + ",s=,i=4096", ErrMalformed},
		{"salt not base64", nonce + ",s=!,i=4096", ErrMalformed},
		{"count empty", nonce + ",s=c2FsdA==,i=", ErrMalformed},
		{"count zero", nonce + ",s=c2FsdA==,i=0", ErrMalformed},
		{"count with zeros", nonce + ",s=c2FsdA==,i=04096", ErrMalformed},
		{"count signed", nonce + ",s=c2FsdA==,i=+4096", ErrMalformed},
		{"count negative", nonce + ",s=c2FsdA==,i=-4096", ErrMalformed},
		{"count low", nonce + ",s=c2FsdA==,i=4095", ErrIterations},
		{"count high", nonce + ",s=c2FsdA==,i=600001", ErrIterations},
		{"count a bomb", nonce + ",s=c2FsdA==,i=2147483647", ErrIterations},
		{"count beyond int", nonce + ",s=c2FsdA==,i=" + strings.Repeat("9", 1000), ErrIterations},
		{"extension first", "m=x," + nonce + ",s=c2FsdA==,i=4096", ErrExtension},
		{"extension last", nonce + ",s=c2FsdA==,i=4096,m=x", ErrExtension},
		{"bad extension", nonce + ",s=c2FsdA==,i=4096,", ErrMalformed},
		{"signature too early", v.signature, ErrMalformed},
		{"long", nonce + ",s=" + strings.Repeat("A", 1<<20) + ",i=4096", ErrChallengeTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := v.mechanism()
			_, _, err := m.Start()
			require.NoError(t, err)
			begin := time.Now()
			_, err = m.Next([]byte(tt.challenge))
			assert.Less(t, time.Since(begin), 5*time.Second)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "SCRAM-SHA-256", e.Mechanism)
			assert.ErrorIs(t, err, tt.want)
			assert.Less(t, len(err.Error()), 300)
			// The exchange stays broken, even for an empty signature.
			for _, late := range []string{"v=", v.server, v.signature} {
				_, err = m.Next([]byte(late))
				require.ErrorIs(t, err, ErrUnexpectedChallenge)
			}
			assert.ErrorIs(t, m.(Completer).Done(), ErrNotVerified)
		})
	}
}

func TestScramHostileFinal(t *testing.T) {
	v := scramVectors[1]
	tests := []struct {
		name, challenge string
		want            error
	}{
		{"empty", "", ErrMalformed},
		{"empty signature", "v=", ErrMalformed},
		{"short signature", "v=AAAA", ErrMalformed},
		{"not base64", "v=!" + v.signature[3:], ErrMalformed},
		{"wrong signature", "v=" + strings.Repeat("A", 43) + "=", ErrNotVerified},
		{"first message again", v.server, ErrMalformed},
		{"extension", v.signature + ",m=x", ErrExtension},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := v.proven(t)
			_, err := m.Next([]byte(tt.challenge))
			require.ErrorIs(t, err, tt.want)
			_, err = m.Next([]byte(v.signature))
			require.ErrorIs(t, err, ErrUnexpectedChallenge)
			require.ErrorIs(t, m.(Completer).Done(), ErrNotVerified)
		})
	}
	t.Run("optional extension", func(t *testing.T) {
		m := v.proven(t)
		_, err := m.Next([]byte(v.signature + ",x=y"))
		require.NoError(t, err)
		assert.NoError(t, m.(Completer).Done())
	})
}

func TestScramServerReportsFailure(t *testing.T) {
	v := scramVectors[0]
	started := func(t *testing.T) Mechanism {
		m := v.mechanism()
		_, _, err := m.Start()
		require.NoError(t, err)
		return m
	}
	for name, prepare := range map[string]func(*testing.T) Mechanism{"first": started, "final": v.proven} {
		t.Run(name, func(t *testing.T) {
			m := prepare(t)
			got, err := m.Next([]byte("e=invalid-proof,x=y"))
			require.NoError(t, err)
			assert.Equal(t, []byte{}, got)
			var value ScramFailure
			require.ErrorAs(t, m.(Failer).Failure(), &value)
			assert.Equal(t, ScramFailure("invalid-proof"), value)
			done := m.(Completer).Done()
			require.ErrorIs(t, done, ErrNotVerified)
			require.ErrorAs(t, done, &value)
			_, err = m.Next([]byte(v.signature))
			require.ErrorIs(t, err, ErrUnexpectedChallenge)
			require.ErrorIs(t, m.(Completer).Done(), ErrNotVerified)
		})
	}
}

func TestScramIterationLimits(t *testing.T) {
	v := scramVectors[0]
	tests := []struct {
		name, count string
		opt         ScramOptions
		ok          bool
	}{
		{"fewer allowed", "1", ScramOptions{MinIterations: 1}, true},
		{"more demanded", "4096", ScramOptions{MinIterations: 10000}, false},
		{"at the cap", "5000", ScramOptions{MaxIterations: 5000}, true},
		{"above the cap", "5001", ScramOptions{MaxIterations: 5000}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opt.nonce = func() string { return v.nonce }
			m := Scram(ScramSHA1, "", "user", "pencil", tt.opt)
			_, _, err := m.Start()
			require.NoError(t, err)
			_, err = m.Next([]byte("r=" + v.nonce + "x,s=c2FsdA==,i=" + tt.count))
			if tt.ok {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, ErrIterations)
			}
		})
	}
}

func TestScramNonces(t *testing.T) {
	seen := map[string]bool{}
	m := Scram(ScramSHA1, "", "user", "pencil", ScramOptions{})
	for range 100 {
		_, ir, err := m.Start()
		require.NoError(t, err)
		_, nonce, ok := strings.Cut(string(ir), ",r=")
		require.True(t, ok)
		assert.Len(t, nonce, 32)
		assert.False(t, seen[nonce])
		seen[nonce] = true
	}
}

func FuzzScramNext(f *testing.F) {
	v := scramVectors[0]
	f.Add([]byte(v.server), []byte("v="))
	f.Add([]byte(v.server), []byte("e=other-error"))
	f.Add([]byte("r="+v.nonce+"x,s=AA==,i=999999999"), []byte("v="))
	f.Add([]byte("m=x,"+v.server), []byte(v.server))
	f.Add([]byte("e=unknown-user"), []byte(v.signature))
	f.Add([]byte(",=,"), []byte{0xff})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		m := Scram(ScramSHA1, "", "user", "s3cr3t-pencil", ScramOptions{
			MinIterations: 1, MaxIterations: 100,
			nonce: func() string { return v.nonce },
		})
		_, _, err := m.Start()
		require.NoError(t, err)
		for _, challenge := range [][]byte{first, second, []byte("v="), nil} {
			got, err := m.Next(challenge)
			if err == nil {
				require.NotNil(t, got)
				continue
			}
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Less(t, len(err.Error()), 1000)
			require.NotContains(t, err.Error(), "s3cr3t")
		}
		require.ErrorIs(t, m.(Completer).Done(), ErrNotVerified)
	})
}

// TestScramStartForgetsTheExchangeBefore also if it fails: a proof is good for one
// exchange.
func TestScramStartForgetsTheExchangeBefore(t *testing.T) {
	v := scramVectors[0]
	m := v.proven(t).(*scramMechanism)
	_, err := m.Next([]byte(v.signature))
	require.NoError(t, err)
	require.NoError(t, m.Done())
	boom := errors.New("boom")
	for name, open := range map[string]func() (*scramSession, error){
		"no session": func() (*scramSession, error) { return nil, boom },
		"no message": func() (*scramSession, error) {
			return &scramSession{step: func(string) (string, error) { return "", boom }}, nil
		},
	} {
		m := *m
		m.open = open
		_, _, err = m.Start()
		require.ErrorIs(t, err, boom, name)
		require.ErrorIs(t, m.Done(), ErrNotVerified, name)
		require.NoError(t, m.Failure(), name)
		_, err = m.Next([]byte(v.server))
		require.ErrorIs(t, err, ErrUnexpectedChallenge, name)
	}
	_, _, err = m.Start()
	require.NoError(t, err)
	require.ErrorIs(t, m.Done(), ErrNotVerified)
}

// TestScramErrorsQuoteALittle of what the server sent.
func TestScramErrorsQuoteALittle(t *testing.T) {
	require.Equal(t, `server reports "invalid-proof"`, ScramFailure("invalid-proof").Error())
	require.Equal(t, strings.Repeat("a", 80), clip(strings.Repeat("a", 80)))
	require.Equal(t, strings.Repeat("a", 80)+"...", clip(strings.Repeat("a", 81)))
	m := scramVectors[0].mechanism()
	_, _, err := m.Start()
	require.NoError(t, err)
	resp, err := m.Next([]byte("e=" + strings.Repeat("x", 1000)))
	require.NoError(t, err)
	require.Empty(t, resp)
	failure := m.(Failer).Failure()
	var value ScramFailure
	require.ErrorAs(t, failure, &value)
	require.Equal(t, ScramFailure(strings.Repeat("x", 80)+"..."), value)
	require.Equal(t, `sasl: SCRAM-SHA-1: `+value.Error(), failure.Error())
}
