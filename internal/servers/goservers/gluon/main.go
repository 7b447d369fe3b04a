// Command gluon serves github.com/ProtonMail/gluon with its dummy connector.
package main

import (
	"context"
	"io"
	"log"
	"net"
	"path/filepath"
	"time"

	"github.com/ProtonMail/gluon"
	"github.com/ProtonMail/gluon/connector"
	"github.com/ProtonMail/gluon/imap"

	"github.com/seed-090b04e4/imap/internal/servers/goservers/options"
)

func main() {
	o := options.Parse()
	ctx := context.Background()
	server, err := gluon.New(
		gluon.WithDataDir(filepath.Join(o.Dir, "data")),
		gluon.WithDatabaseDir(filepath.Join(o.Dir, "db")),
		gluon.WithTLS(o.Config),
		gluon.WithLogger(io.Discard, io.Discard),
		gluon.WithIdleBulkTime(0),
	)
	if err != nil {
		log.Fatal(err)
	}
	flags := imap.NewFlagSet(imap.FlagAnswered, imap.FlagSeen, imap.FlagFlagged, imap.FlagDeleted)
	for _, u := range o.Users {
		password := []byte(u.Password)
		dummy := connector.NewDummy([]string{u.Name}, password, 100*time.Millisecond, flags, flags, imap.NewFlagSet())
		if _, err := server.AddUser(ctx, dummy, password); err != nil {
			log.Fatal(err)
		}
		if err := dummy.Sync(ctx); err != nil {
			log.Fatal(err)
		}
	}
	for _, l := range []net.Listener{o.Plain, o.TLS} {
		if err := server.Serve(ctx, l); err != nil {
			log.Fatal(err)
		}
	}
	for err := range server.GetErrorCh() {
		log.Print(err)
	}
}
