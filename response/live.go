package response

// LiveResult is the result of a search that is kept up to date (RFC 5267 §4.3). It is
// valid until its loop goes on.
type LiveResult struct {
	All            UIDSet // the messages that match now
	UIDs           []UID  // the same in the order of the sort, if the search has one
	Added, Removed UIDSet // how that differs from the result before
}
