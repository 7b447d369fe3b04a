// Package options reads the command line that the test servers share.
package options

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
)

// User is an account.
type User struct {
	Name, Password string
}

// Options says what to serve.
type Options struct {
	Plain, TLS net.Listener // without and with TLS from the start
	Config     *tls.Config
	Users      []User
	Dir        string // folder for data
}

// Parse reads the command line and ends the program if it is wrong.
func Parse() *Options {
	plain := flag.String("plain", "127.0.0.1:1143", "address without TLS")
	secure := flag.String("tls", "127.0.0.1:1993", "address with TLS")
	cert := flag.String("cert", "", "PEM file of the certificate")
	key := flag.String("key", "", "PEM file of its key")
	users := flag.String("users", "", "file with a line NAME:PASSWORD for each user")
	dir := flag.String("dir", "", "folder for data")
	flag.Parse()
	o := &Options{Dir: *dir}
	var err error
	if o.Users, err = readUsers(*users); err != nil {
		log.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(*cert, *key)
	if err != nil {
		log.Fatal(err)
	}
	o.Config = &tls.Config{Certificates: []tls.Certificate{pair}}
	if o.Plain, err = net.Listen("tcp", *plain); err != nil {
		log.Fatal(err)
	}
	if o.TLS, err = tls.Listen("tcp", *secure, o.Config); err != nil {
		log.Fatal(err)
	}
	return o
}

func readUsers(name string) ([]User, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var users []User
	for line := range strings.Lines(string(text)) {
		name, password, found := strings.Cut(strings.TrimRight(line, "\n"), ":")
		if !found {
			return nil, fmt.Errorf("not NAME:PASSWORD: %q", line)
		}
		users = append(users, User{name, password})
	}
	return users, nil
}
