//go:build !unix && !windows

package connect

import "errors"

func echoOff() (on func(), err error) { return nil, errors.ErrUnsupported }
