package imaptest

import (
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
)

// body writes BODYSTRUCTURE, or without extension data BODY (RFC 9051 §7.5.2).
func (o *out) body(p *mime.Part, extended bool) {
	if p.IsMultipart() {
		o.multipart(p, extended)
		return
	}
	o.raw("(").str(strings.ToLower(p.Type)).raw(" ").str(strings.ToLower(p.Subtype)).raw(" ")
	o.params(p.Params)
	o.raw(" ")
	o.header(p, "Content-ID")
	o.raw(" ")
	o.header(p, "Content-Description")
	o.raw(" ").str(strings.ToLower(p.Encoding)).raw(" ").num(uint64(len(p.Body)))
	switch {
	case p.Message != nil:
		o.raw(" ")
		o.envelope(p.Message)
		o.raw(" ")
		o.body(p.Message, extended)
		o.raw(" ").num(uint64(p.Lines()))
	case p.IsText():
		o.raw(" ").num(uint64(p.Lines()))
	}
	if extended {
		o.raw(" ")
		o.header(p, "Content-MD5")
		o.extension(p)
	}
	o.raw(")")
}

func (o *out) multipart(p *mime.Part, extended bool) {
	o.raw("(")
	for _, c := range p.Children {
		o.body(c, extended)
	}
	o.raw(" ").str(strings.ToLower(p.Subtype))
	if extended {
		o.raw(" ")
		o.params(p.Params)
		o.extension(p)
	}
	o.raw(")")
}

// extension writes disposition, language and location.
func (o *out) extension(p *mime.Part) {
	o.raw(" ")
	if v, has := p.Get("Content-Disposition"); has && v != "" {
		kind, params := mime.ParseParams(v)
		o.raw("(").str(strings.ToLower(kind)).raw(" ")
		o.params(params)
		o.raw(")")
	} else {
		o.raw("NIL")
	}
	o.raw(" ")
	v, _ := p.Get("Content-Language")
	if tags := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }); len(tags) > 0 {
		o.raw("(")
		for i, tag := range tags {
			if i > 0 {
				o.raw(" ")
			}
			o.str(tag)
		}
		o.raw(")")
	} else {
		o.raw("NIL")
	}
	o.raw(" ")
	o.header(p, "Content-Location")
}

func (o *out) params(params []mime.Param) {
	if len(params) == 0 {
		o.raw("NIL")
		return
	}
	o.raw("(")
	for i, p := range params {
		if i > 0 {
			o.raw(" ")
		}
		o.str(strings.ToLower(p.Name)).raw(" ").str(p.Value)
	}
	o.raw(")")
}

func (o *out) header(p *mime.Part, name string) {
	v, _ := p.Get(name)
	o.nstr(v)
}
