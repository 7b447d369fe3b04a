package real

import (
	"fmt"
	"strings"
	"time"
)

// report writes a table for each server and link.
func (b *bench) report() error {
	var w strings.Builder
	w.WriteString("# Real servers, real links\n\n<!-- Written by the program that the page names. -->\n\n")
	fmt.Fprintf(&w, "Written on %s by `go -C bench run . -real%s` (%s). Every client does the same jobs in a process of its own,\nover TLS. ",
		time.Now().Format("2 January 2006"), b.flags(), machine())
	fmt.Fprintf(&w, "The mailbox has %d messages on loopback and %d over the relay; `wire` is what the server, TLS and the line\n"+
		"take if nothing is done with the answer to one FETCH. Each cell has wall time, CPU time of the client and its peak memory;\n"+
		"over the relay also what went over the line and how often the client spoke after the server.\n"+
		"mbsync also keeps Maildirs up to date, and imaplib parses next to nothing. `imap` logs in by SCRAM, which takes two round trips more than\n"+
		"a password in the clear, and its package account enables QRESYNC, which takes one.\n", b.N, b.N/10)
	seen := make(map[string]bool)
	for _, r := range b.results {
		if key := r.Server + r.Link; !seen[key] {
			seen[key] = true
			fmt.Fprintf(&w, "\n## %s %s, %s\n\n| job |", r.Server, b.version[r.Server], r.Link)
			for _, c := range b.Clients {
				fmt.Fprintf(&w, " %s |", c)
			}
			w.WriteString("\n|---|" + strings.Repeat("--:|", len(b.Clients)) + "\n")
			for _, job := range jobs {
				b.row(&w, r.Server, r.Link, job)
			}
		}
	}
	_, err := fmt.Fprint(b.Out, w.String())
	return err
}

func (b *bench) row(w *strings.Builder, server, link, job string) {
	cells := make(map[string]result)
	for _, r := range b.results {
		if r.Server == server && r.Link == link && r.Job == job {
			cells[r.Client] = r
		}
	}
	if len(cells) == 0 {
		return
	}
	fmt.Fprintf(w, "| %s |", job)
	for _, c := range b.Clients {
		r, ok := cells[c]
		switch {
		case !ok:
			w.WriteString(" |")
		case r.Err != "":
			fmt.Fprintf(w, " fails: %s |", strings.NewReplacer("|", " ", "\n", " ").Replace(r.Err))
		case r.Line > 0:
			fmt.Fprintf(w, " %s, CPU %s, %.0f MiB, %s, %d turns |", seconds(r.Wall), seconds(r.CPU), float64(r.RSS)/(1<<20), octets(r.Line), r.Turns)
		default:
			fmt.Fprintf(w, " %s, CPU %s, %.0f MiB |", seconds(r.Wall), seconds(r.CPU), float64(r.RSS)/(1<<20))
		}
	}
	w.WriteByte('\n')
}

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func octets(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// flags returns the flags that were given.
func (b *bench) flags() string {
	var text string
	if b.N != DefaultN {
		text += fmt.Sprintf(" -n %d", b.N)
	}
	if len(b.Servers) > 0 {
		text += " -servers " + strings.Join(b.Servers, ",")
	}
	return text
}

// DefaultN is how many messages there are.
const DefaultN = 20_000
