package imap

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPartlyDoneIsNotSafeToRetry although the command that failed was not sent.
func TestPartlyDoneIsNotSafeToRetry(t *testing.T) {
	unsent := &ConnError{Err: io.EOF}
	require.True(t, SafeToRetry(unsent))
	err := partlyDone(unsent)
	require.False(t, SafeToRetry(err))
	require.False(t, SafeToRetry(errors.Join(unsent, err)))
	require.Equal(t, unsent.Error(), err.Error())
	require.ErrorIs(t, err, ErrClosed)
	require.NoError(t, partlyDone(nil))
}
