// Command pictures draws the pictures in docs/pictures: how pipelining uses the line,
// from a trace of this library, and the rooms of the house.
//
//	go run ./internal/pictures
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if err := draw(context.Background(), filepath.Join("docs", "pictures")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// draw writes all pictures to a folder.
func draw(ctx context.Context, dir string) error {
	const delay = 40 * time.Millisecond
	one, err := trace(ctx, delay, false)
	if err != nil {
		return err
	}
	many, err := trace(ctx, delay, true)
	if err != nil {
		return err
	}
	for name, picture := range map[string][]byte{
		"pipelining.svg": pipelining(delay, one, many),
		"rooms.svg":      rooms(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// style is that of the plots in docs/performance: readable on light and dark pages.
const style = `<style>text{fill:#6e7681}.t{font-weight:bold}.s{font-size:10px}` +
	`@media(prefers-color-scheme:dark){text{fill:#9da7b3}}</style>` + "\n"

const svgStart = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" ` +
	`font-family="sans-serif" font-size="11">` + "\n" + style
