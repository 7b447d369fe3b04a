// Package bulk copies whole mailboxes: [Export] writes the messages of one to an mbox, a
// Maildir or a folder of .eml files, and [Import] stores such messages in a mailbox, with
// flags, keywords and dates:
//
//	report, err := bulk.Export(ctx, c, "INBOX", bulk.Maildir("backup/inbox"), nil)
//	…
//	report, err = bulk.Import(ctx, c, "Restored", bulk.Maildir("backup/inbox"), nil)
//
// What was exported and imported again is the same, octet for octet and flag for flag.
//
// # Going on
//
// Both can be ended at any instant, by a broken connection or the end of the process,
// and go on when they are called again with the same arguments: no message is missing
// then, and none is there twice. So a program that has an account.Account lets it repeat
// them, and its connections may break:
//
//	err := a.Do(ctx, "INBOX", &account.DoOptions{Retry: true, ReadOnly: true},
//		func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
//			_, err := bulk.Export(ctx, c, "INBOX", bulk.Mbox("inbox.mbox"), nil)
//			return err
//		})
//
// An Export that is repeated later adds the messages that have come since. Flags of
// messages that are there already, and messages that were removed on the server, stay as
// they are: package account synchronizes.
//
// Two calls must not use the same files at the same time.
//
// # Memory
//
// Messages are not kept in memory, however large they are, except small ones that are on
// their way. Import keeps the names of the files in a folder: about a hundred octets for
// each message.
package bulk
