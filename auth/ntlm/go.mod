module github.com/seed-090b04e4/imap/auth/ntlm

go 1.26.0

require (
	github.com/Azure/go-ntlmssp v0.1.1
	github.com/seed-090b04e4/imap v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/xdg-go/scram v1.4.0 // indirect
	github.com/xdg-go/stringprep v1.0.4 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/seed-090b04e4/imap => ../..
