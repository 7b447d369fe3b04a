package imaptest

import "github.com/seed-090b04e4/imap/response"

// Names that tests need most, so that they need not import package response. To
// those of package imap they are the same.
type (
	Cap  = response.Cap  // name of a capability, like "IDLE"
	Flag = response.Flag // flag of a message, like `\Seen` or "$Work"
	UID  = response.UID  // unique identifier of a message, from 1
)
