//go:build race

package response

const raceEnabled = true
