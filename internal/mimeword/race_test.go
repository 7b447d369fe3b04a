//go:build race

package mimeword

// raceEnabled is set when pools drop objects at random.
const raceEnabled = true
