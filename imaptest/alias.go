package imaptest

import "github.com/seed-090b04e4/imap/response"

// Names that tests need most, so that they need not import package response.
type (
	Cap  = response.Cap  // name of a capability
	Flag = response.Flag // flag of a message
	UID  = response.UID  // unique identifier of a message
)
