package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a program that runs until it is killed.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the program has ended
	err  error         // its exit status, once done is closed
}

// program describes a process to start.
type program struct {
	args []string
	dir  string
	env  []string // added to the environment of this process
	log  string   // file for its output

	// isolated runs it in a PID namespace, so that whatever it starts ends
	// with it, and in a mount namespace. Needs root.
	isolated bool
}

// initScript is the first process of a PID namespace: it runs its arguments as
// a program and ends when that ends. It hands a TERM signal on to the program,
// and when that has ended to all others in the namespace, which have two seconds
// then, for the end of the first process kills them.
const initScript = `"$@" & main=$!
left=0
trap 'left=40; kill -TERM $main' TERM
wait $main
while kill -0 $main 2>/dev/null; do wait $main; done
trap '' TERM
[ $left -eq 0 ] || kill -TERM -1 2>/dev/null
while [ $left -gt 0 ] && kill -0 -1 2>/dev/null; do left=$((left-1)); sleep 0.05; done`

// start starts the program of a server.
func (s *Server) start(p program) error {
	proc, err := startProcess(p)
	if err != nil {
		return err
	}
	s.proc = proc
	return nil
}

func startProcess(p program) (*process, error) {
	args := p.args
	if p.isolated {
		args = append([]string{"/bin/sh", "-c", initScript, "sh"}, args...)
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if p.isolated {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
		cmd.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS
	}
	proc := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// Pdeathsig acts when the thread ends that has started the program, so
		// this thread is kept.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		proc.err = cmd.Wait()
		close(proc.done)
	}()
	if err := <-started; err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, os.ErrNotExist) {
			err = missing("%v", err)
		}
		return nil, err
	}
	return proc, nil
}

// terminate sends the TERM signal to the program itself.
func (p *process) terminate() error {
	return p.cmd.Process.Signal(syscall.SIGTERM)
}

// kill ends the program and all that it has started, and waits for the end.
func (p *process) kill() error {
	select {
	case <-p.done:
	default:
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		p.cmd.Process.Kill()
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(10 * time.Second):
		return fmt.Errorf("servers: process %d does not end", p.cmd.Process.Pid)
	}
}
