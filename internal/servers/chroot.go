package servers

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// rootDir is the path of a server's folder within its root.
const rootDir = "/mnt"

// root is the folder of a Debian system of another version, for servers that this
// system does not have.
type root string

// findRoot finds the root of a server; its version is in a file there.
func (s *Server) findRoot() (root, error) {
	r := root(filepath.Join(installDir(), s.Name))
	version, err := os.ReadFile(r.path("VERSION"))
	if err != nil {
		return "", missing("%v", err)
	}
	s.Version = strings.TrimSpace(string(version))
	return r, needRoot()
}

func (r root) path(name string) string { return filepath.Join(string(r), name) }

// account looks up the ids of a user of the root.
func (r root) account(name string) (uid, gid int, err error) {
	f, err := os.Open(r.path("etc/passwd"))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 4 || fields[0] != name {
			continue
		}
		if uid, err = strconv.Atoi(fields[2]); err != nil {
			return 0, 0, err
		}
		gid, err = strconv.Atoi(fields[3])
		return uid, gid, err
	}
	return 0, 0, missing("no user %s in %s", name, r)
}

// chrootScript runs a program in a root, with a folder at rootDir. The mounts
// are those of a mount namespace.
const chrootScript = `root=$1 dir=$2
shift 2
mount --bind "$dir" "$root` + rootDir + `" && mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" && exec chroot "$root" "$@"`

// command returns the command that runs a program in the root; it wants a mount
// namespace of its own.
func (r root) command(s *Server, args ...string) []string {
	return append([]string{"/bin/sh", "-c", chrootScript, "sh", string(r), s.dir}, args...)
}

// output runs a program in the root to its end.
func (r root) output(ctx context.Context, s *Server, stdin string, args ...string) (string, error) {
	return output(ctx, stdin, append([]string{"/usr/bin/unshare", "-m"}, r.command(s, args...)...)...)
}
