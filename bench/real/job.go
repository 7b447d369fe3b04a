package real

import "time"

// The jobs.
const (
	jobHeaders    = "headers"    // flags, dates, sizes, envelopes and body structures of all messages
	jobBodies     = "bodies"     // all messages to files, one each
	jobNoChange   = "no change"  // connect, and find that nothing has changed since the last time
	jobChanges    = "changes"    // connect, and take over 30 new messages, 40 changed and 30 removed ones
	jobFolders    = "folders"    // all messages of 40 small mailboxes to files
	jobAttachment = "attachment" // one attachment of 10 MB to a file
)

var jobs = []string{jobHeaders, jobBodies, jobNoChange, jobChanges, jobFolders, jobAttachment}

// task is one job for one client.
type task struct {
	Client   string
	Job      string
	Addr     string // host:port, TLS
	User     string
	Password string
	CAFile   string
	Mailbox  string   // of the job; of jobFolders the prefix
	Folders  []string // of jobFolders
	Messages int      // that the job is about
	Part     string   // of jobAttachment
	Folder   string   // for files
}

// outcome is what a client process prints at the end.
type outcome struct {
	Wall     time.Duration // of the job, connecting included, preparation not
	CPU      time.Duration // of the process, user and system
	RSS      int64         // octets, the most that the process had
	Messages int           // that came
	Octets   int64         // that came, of contents
	Err      string
}

// A client process reads its task, a JSON object in one line, prepares (it takes
// over the state before the changes), prints "ready", waits for another line, does
// the job, and prints the outcome as one line of JSON.
const ready = "ready"
