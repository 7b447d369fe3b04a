package imap

import "github.com/seed-090b04e4/imap/response"

// minCost is what the smallest response counts for.
const minCost = 256

// costOf returns what it costs to keep d, which came in size octets.
func costOf(d response.Data, size int64) int64 { return max(size, minCost) }
