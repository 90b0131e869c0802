package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is one service that runs, ran, or will run again, at the same addresses.
type process struct {
	name              string
	binary            string
	log               string // file
	env               []string
	grpc, admin, http string // host:port; http is the gateway's alone
	running           *exec.Cmd
}

// start runs the service and waits until it is ready.
func (p *process) start() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()                  // the process has a handle of its own
	p.running = exec.Command(p.binary) //nolint:gosec,noctx // what build made; it ends by kill or stop
	p.running.Env = append(os.Environ(), p.env...)
	p.running.Stdout, p.running.Stderr = log, log
	if err := p.running.Start(); err != nil {
		return err
	}
	return p.ready()
}

func (p *process) ready() error {
	client := http.Client{Timeout: time.Second}
	var last error
	for range 200 {
		response, err := client.Get("http://" + p.admin + "/readyz") //nolint:noctx // the client has a timeout
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(response.Status)
		}
		last = err
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s is not ready, see %s: %w", p.name, p.log, last)
}

// kill ends the service as the machine would that it runs on: it says goodbye to nobody.
func (p *process) kill() error { return p.end(syscall.SIGKILL) }

// stop ends the service as a rollout would.
func (p *process) stop() error { return p.end(syscall.SIGTERM) }

func (p *process) end(signal os.Signal) error {
	if p.running == nil {
		return nil
	}
	running := p.running
	p.running = nil
	if err := running.Process.Signal(signal); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	err := running.Wait()
	if signal == syscall.SIGKILL {
		return nil // Wait's error is the kill
	}
	if err != nil {
		return fmt.Errorf("%s, see %s: %w", p.name, p.log, err)
	}
	return nil
}

// build makes the binary of a service in dir.
func build(ctx context.Context, dir, name string) (string, error) {
	binary := filepath.Join(dir, name)
	command := exec.CommandContext(ctx, "go", "build", "-o", binary, "example.com/shop/"+name+"/cmd/"+name) //nolint:gosec // one of our own
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return binary, nil
}
