//go:build !race

package mimeword

const raceEnabled = false
