package main

// The same source is server and client, in processes of their own.
const (
	roleServer = "role-server"
	roleClient = "role-client"
)

// mailboxName is the mailbox that everything happens in.
const mailboxName = "Replay"
