// Package partcost measures what reading one part of a message costs against fetching
// the whole message, over a link of 100 Mbit/s with a round trip of 40 ms. Time is that of
// testing/synctest, so that the figures are those of the link and not of the machine:
//
//	go test ./internal/partcost -v -large
package partcost
