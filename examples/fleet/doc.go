// Command fleet watches many mail accounts with many workers, on any number of
// machines, and publishes an event for each new message.
//
//	fleet -accounts accounts.json                    # one worker with a server of its own
//	fleet -nats nats://host:4222                     # a further worker of a fleet
//
// accounts.json is an object of URLs and the names of environment variables with the
// passwords: {"bob": {"url": "imaps://bob@example.org", "password": "BOB_PASSWORD"}}.
//
// All that the workers share is in NATS JetStream: the accounts, the State of each
// mailbox, and the leases, as key-value buckets; the events, as a stream. Without
// -nats a server runs in the process.
//
// An account is served by the worker that has its lease. A worker renews its leases
// three times in the time that they are valid, and stops serving an account before
// its lease ends. So no account is served by two workers, also if one of them is cut
// off from NATS, and none stays unserved for much longer than a lease after its worker
// has died.
//
// An event is published before the State that has its message is stored. If a worker
// dies in between, the next one publishes it again with the same identifier, and the
// stream drops it.
package main
