module github.com/seed-090b04e4/imap

go 1.26.0

require (
	github.com/emersion/go-message v0.18.2 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
	github.com/xdg-go/scram v1.4.0 // indirect
	github.com/xdg-go/stringprep v1.0.4 // indirect
	golang.org/x/text v0.43.0 // indirect
)
