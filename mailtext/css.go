package mailtext

import (
	"strconv"
	"strings"
)

// effect is what declarations do to the text of an element. Unset means that they
// say nothing about it.
type effect struct {
	hidden    tristate // it is not shown, whatever is within
	tiny      tristate // its letters are not seen; what is within can have others
	invisible tristate // the same for visibility
	pre       tristate // white space is kept
	display   string   // block, inline and so on
	tight     bool     // a paragraph without a margin
	important bool     // hidden is not overruled
}

type tristate int8

const (
	unset tristate = iota
	no
	yes
)

func stateOf(b bool) tristate {
	if b {
		return yes
	}
	return no
}

// over returns e with what f says in its place.
func (e effect) over(f effect) effect {
	if f.hidden != unset && (!e.important || f.important) {
		e.hidden, e.important = f.hidden, f.important
	}
	if f.tiny != unset {
		e.tiny = f.tiny
	}
	if f.invisible != unset {
		e.invisible = f.invisible
	}
	if f.pre != unset {
		e.pre = f.pre
	}
	if f.display != "" {
		e.display = f.display
	}
	e.tight = e.tight || f.tight
	return e
}

// declarations are those of one style attribute or rule, by property.
type declarations map[string]string

func parseDeclarations(css string) (d declarations, important bool) {
	d = make(declarations)
	for len(css) > 0 && len(d) < 100 {
		var decl string
		decl, css, _ = strings.Cut(css, ";")
		name, value, ok := strings.Cut(decl, ":")
		if !ok {
			continue
		}
		name = strings.ToLower(strings.TrimSpace(name))
		value = strings.ToLower(strings.TrimSpace(value))
		if v, ok := strings.CutSuffix(value, "important"); ok {
			if v, ok = strings.CutSuffix(strings.TrimSpace(v), "!"); ok {
				value = strings.TrimSpace(v)
				important = important || name == "display" || name == "visibility"
			}
		}
		if name != "" {
			d[name] = value
		}
	}
	return d, important
}

// effectOf returns what declarations do.
func effectOf(css string) effect {
	d, important := parseDeclarations(css)
	if len(d) == 0 {
		return effect{}
	}
	e := effect{display: d["display"]}
	if d.hide() {
		e.hidden, e.important = yes, important
	} else if e.display != "" {
		e.hidden, e.important = no, important
	}
	if v, ok := d["visibility"]; ok {
		e.invisible = stateOf(v == "hidden" || v == "collapse")
	}
	if v, ok := d["font-size"]; ok {
		e.tiny = tinyFont(v)
	} else {
		for field := range strings.FieldsSeq(d["font"]) { // "italic 700 0/0 a"
			if size := tinyFont(field); size != unset && e.tiny != yes {
				e.tiny = size
			}
		}
	}
	if v, ok := d["white-space"]; ok {
		e.pre = stateOf(strings.HasPrefix(v, "pre") && v != "pre-line")
	}
	e.tight = d.noMargin()
	return e
}

// hide reports whether declarations hide an element with all that is within.
func (d declarations) hide() bool {
	switch {
	case d["display"] == "none", d["mso-hide"] == "all", d.transparent():
		return true
	case strings.HasPrefix(d["transform"], "scale(0"):
		return strings.HasPrefix(d["transform"], "scale(0)") || strings.HasPrefix(d["transform"], "scale(0,")
	case d.clipped():
		return true
	case d.farAway("text-indent"), d.farAway("margin-left"), d.farAway("margin-top"):
		return true
	}
	if p := d["position"]; p == "absolute" || p == "fixed" || p == "relative" {
		for _, side := range [...]string{"left", "top", "right", "bottom"} {
			if d.farAway(side) {
				return true
			}
		}
	}
	if overflow := d["overflow"] + d["overflow-x"] + d["overflow-y"]; strings.Contains(overflow, "hidden") || strings.Contains(overflow, "clip") {
		for _, size := range [...]string{"height", "max-height", "width", "max-width"} {
			if d.zero(size) {
				return true
			}
		}
	}
	return d.sameColour()
}

// zero reports whether a property is zero, in whatever unit.
func (d declarations) zero(property string) bool {
	v, ok := d[property]
	if !ok {
		return false
	}
	n, _, ok := number(v)
	return ok && n <= 0
}

// transparent reports whether an element cannot be seen.
func (d declarations) transparent() bool {
	n, unit, ok := number(d["opacity"])
	return ok && (n < 0.05 || unit == "%" && n < 5)
}

// farAway reports whether a property moves an element out of sight.
func (d declarations) farAway(property string) bool {
	n, unit, ok := number(d[property])
	return ok && (unit == "px" || unit == "pt" || unit == "") && n <= -999 || ok && (unit == "em" || unit == "rem") && n <= -60
}

func (d declarations) clipped() bool {
	clip := strings.ReplaceAll(strings.ReplaceAll(d["clip"], " ", ""), "px", "")
	if d["position"] == "absolute" || d["position"] == "fixed" {
		switch clip {
		case "rect(0,0,0,0)", "rect(0000)", "rect(1,1,1,1)", "rect(1111)":
			return true
		}
	}
	switch path := strings.ReplaceAll(d["clip-path"], " ", ""); path {
	case "inset(100%)", "inset(50%)", "circle(0)", "circle(0px)", "circle(0%)":
		return true
	}
	return false
}

func (d declarations) noMargin() bool {
	if v, ok := d["margin"]; ok {
		n, _, fine := number(v)
		return fine && n == 0 && !strings.ContainsAny(strings.ReplaceAll(v, "0", ""), "123456789")
	}
	return d.zero("margin-top") && d.zero("margin-bottom") || d.zero("margin-bottom") && d["margin-top"] == ""
}

// sameColour reports whether letters have the colour of their background.
func (d declarations) sameColour() bool {
	text := colour(d["color"])
	if text == "transparent" {
		return true
	}
	under := colour(d["background-color"])
	if under == "" {
		under = colour(d["background"])
	}
	return text != "" && text == under
}

// colour returns the same for colours that look the same, and "" for what is
// none, or not known.
func colour(v string) string {
	v = strings.ReplaceAll(v, " ", "")
	switch v {
	case "white":
		return "#ffffff"
	case "black":
		return "#000000"
	case "transparent", "inherit", "initial", "currentcolor":
		return map[bool]string{true: "transparent"}[v == "transparent"]
	}
	if hex, ok := strings.CutPrefix(v, "#"); ok {
		if len(hex) == 3 {
			return "#" + string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		return v
	}
	if args, ok := strings.CutPrefix(v, "rgb("); ok {
		parts := strings.Split(strings.TrimSuffix(args, ")"), ",")
		if len(parts) != 3 {
			return ""
		}
		hex := "#"
		for _, p := range parts {
			n, err := strconv.ParseUint(p, 10, 8)
			if err != nil {
				return ""
			}
			hex += strconv.FormatUint(n>>4, 16) + strconv.FormatUint(n&15, 16)
		}
		return hex
	}
	if v != "" && strings.Trim(v, "abcdefghijklmnopqrstuvwxyz") == "" {
		return v
	}
	return ""
}

// tinyFont reports whether letters of a size cannot be seen. Sizes that are
// relative to another say so only if they are tiny themselves.
func tinyFont(v string) tristate {
	n, unit, ok := number(v)
	if !ok {
		switch v {
		case "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial":
			return no
		}
		return unset
	}
	switch unit {
	case "px", "pt", "":
		return stateOf(n <= 1)
	case "em", "ex", "ch":
		if n <= 0.1 {
			return yes
		}
		return unset
	case "%":
		if n <= 5 {
			return yes
		}
		return unset
	case "rem":
		return stateOf(n <= 0.1)
	}
	return stateOf(n <= 0)
}

// number returns the number that v starts with, and its unit.
func number(v string) (n float64, unit string, ok bool) {
	end := 0
	for end < len(v) && (v[end]-'0' < 10 || v[end] == '.' || end == 0 && (v[end] == '-' || v[end] == '+')) {
		end++
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	if err != nil {
		return 0, "", false
	}
	unit = v[end:]
	if i := strings.IndexAny(unit, " !,/"); i >= 0 {
		unit = unit[:i]
	}
	return n, unit, true
}
