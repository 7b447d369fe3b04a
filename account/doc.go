// Package account keeps a mail account reachable: a few connections that heal,
// and on top of them what mail programs write again and again.
//
//	acc, err := account.Open(ctx, account.Config{
//		URL:         "imaps://you@imap.example.org",
//		Credentials: account.Password(os.Getenv("IMAP_PASSWORD")),
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer acc.Close()
//	for change, err := range acc.Watch(ctx, []*account.State{{Mailbox: "INBOX"}}, nil) {
//		if err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(change)
//	}
//
// [Account.Do] lends a connection with a mailbox selected. [Account.Sync] compares
// a mailbox with a [State] that the program stored and yields each difference as a
// [Change]. [Account.Watch] does the same and then waits for further changes.
// [Account.Download] gets many messages. [Account.Apply] makes changes on the
// server and finds out what became of them if the connection broke.
//
// The package uses nothing of package imap but its exported API. A program that
// needs one connection for one job needs no Account.
//
// # Terminology
//
// A pass is one comparison of a State with a mailbox. The known set is the UIDs
// that the State, or the program's own index, says the program has. A level is the
// way in which a pass finds out what changed: by QRESYNC, by CONDSTORE, or by
// comparing all flags. A gap is a time without a usable connection.
package account
