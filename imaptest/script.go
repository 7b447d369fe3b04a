package imaptest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// scriptStep is one thing that happens in a script.
type scriptStep struct {
	line int // in the script, from 1
	do   stepKind
	text string // of the line, without its end
	data []byte // of the literal that follows, if lit
	lit  bool
	sync bool // the literal waits for "+"
	wait time.Duration
	join bool // the line continues the one before
}

type stepKind int

const (
	stepSend     stepKind = iota // S: with tags
	stepSendRaw                  // S|
	stepSendPart                 // S> without a line end
	stepWant                     // C: with a tag
	stepWantRaw                  // C|
	stepCut
	stepWait
	stepStartTLS
	stepEOF
)

// heredoc matches the announcement of a literal whose octets are the lines up
// to a word.
var heredoc = regexp.MustCompile(`\{<<([A-Za-z0-9_]+)(\+?)\}$`)

// parseScript reads a script. An error has the line and the reason.
func parseScript(text string) ([]scriptStep, error) {
	p := scriptParser{lines: strings.Split(text, "\n"), tags: map[string]bool{"*": true, "+": true}}
	for p.at < len(p.lines) {
		if err := p.next(); err != nil {
			return nil, fmt.Errorf("imaptest: script line %d: %w", p.at, err)
		}
	}
	if len(p.steps) == 0 {
		return nil, errors.New("imaptest: the script is empty")
	}
	return p.steps, nil
}

type scriptParser struct {
	lines []string
	at    int // lines read
	steps []scriptStep
	tags  map[string]bool
}

// next reads one line, with the literals that follow it.
func (p *scriptParser) next() error {
	line := strings.TrimRight(strings.TrimLeft(p.lines[p.at], " \t"), "\r")
	p.at++
	trimmed := strings.TrimSpace(line)
	if trimmed == "" || strings.HasPrefix(trimmed, "#") {
		return nil
	}
	if words, is := strings.CutPrefix(trimmed, "---"); is {
		return p.directive(strings.Fields(words))
	}
	if len(line) < 2 || len(line) > 2 && line[2] != ' ' {
		return fmt.Errorf("expected S: or C: or ---, not %q", line)
	}
	text := ""
	if len(line) > 3 {
		text = line[3:]
	}
	st := scriptStep{line: p.at, text: text}
	switch line[:2] {
	case "S:":
		st.do = stepSend
		if err := p.checkTag(text); err != nil {
			return err
		}
	case "C:":
		st.do = stepWant
		if tag, _, more := strings.Cut(text, " "); more {
			p.tags[tag] = true
		}
	case "S|":
		st.do = stepSendRaw
	case "S>":
		st.do = stepSendPart
	case "C|":
		st.do = stepWantRaw
	default:
		return fmt.Errorf("expected S: or C: or ---, not %q", line)
	}
	return p.literals(st)
}

func (p *scriptParser) checkTag(text string) error {
	tag, _, _ := strings.Cut(text, " ")
	if !p.tags[tag] {
		return fmt.Errorf("no C: line before has the tag %q (S| sends anything)", tag)
	}
	return nil
}

// literals adds the step, and those for the literals that it ends in.
func (p *scriptParser) literals(st scriptStep) error {
	for {
		m := heredoc.FindStringSubmatchIndex(st.text)
		if m == nil {
			p.steps = append(p.steps, st)
			return nil
		}
		word, plus := st.text[m[2]:m[3]], st.text[m[4]:m[5]]
		var data strings.Builder
		begun := p.at
		for {
			if p.at >= len(p.lines) {
				p.at = begun
				return fmt.Errorf("the literal has no end: expected a line %q", word)
			}
			line := strings.TrimRight(p.lines[p.at], "\r")
			p.at++
			rest, is := strings.CutPrefix(strings.TrimLeft(line, " \t"), word)
			if is {
				st.lit, st.data, st.sync = true, []byte(data.String()), plus == ""
				st.text = fmt.Sprintf("%s{%d%s}", st.text[:m[0]], data.Len(), plus)
				p.steps = append(p.steps, st)
				st = scriptStep{line: p.at, do: st.do, text: rest, join: true}
				break
			}
			data.WriteString(p.unindent(line, begun) + "\r\n")
		}
	}
}

// unindent takes off the white space that the script's own line begins with.
func (p *scriptParser) unindent(line string, begun int) string {
	own := p.lines[begun-1]
	return strings.TrimPrefix(line, own[:len(own)-len(strings.TrimLeft(own, " \t"))])
}

// directive reads what stands after "---".
func (p *scriptParser) directive(words []string) error {
	st := scriptStep{line: p.at}
	name := ""
	if len(words) > 0 {
		name = words[0]
	}
	args := 0
	switch name {
	case "cut":
		st.do = stepCut
	case "eof":
		st.do = stepEOF
	case "starttls", "tls":
		st.do = stepStartTLS
	case "wait":
		if args = 1; len(words) != 2 {
			break
		}
		d, err := time.ParseDuration(words[1])
		if err != nil {
			return fmt.Errorf("wait: %w", err)
		}
		if d < 0 {
			return fmt.Errorf("wait: %v is no time to wait", d)
		}
		st.do, st.wait = stepWait, d
	default:
		return fmt.Errorf("unknown directive %q; known are cut, eof, starttls, wait", name)
	}
	if len(words)-1 != args {
		return fmt.Errorf("%s takes %d words, not %d", name, args, len(words)-1)
	}
	p.steps = append(p.steps, st)
	return nil
}
