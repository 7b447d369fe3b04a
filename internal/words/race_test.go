//go:build race

package words

// raceEnabled is set when pools drop objects at random.
const raceEnabled = true
