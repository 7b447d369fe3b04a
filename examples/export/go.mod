module github.com/seed-090b04e4/imap/examples/export

go 1.26.0

require (
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/seed-090b04e4/imap v0.0.0
)

require (
	github.com/emersion/go-message v0.18.2 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/xdg-go/scram v1.4.0 // indirect
	github.com/xdg-go/stringprep v1.0.4 // indirect
	golang.org/x/sys v0.46.0 // indirect
	golang.org/x/term v0.44.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/seed-090b04e4/imap => ../..
