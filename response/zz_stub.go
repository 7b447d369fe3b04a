package response

type LiteralReader struct{}

type parser struct{ b []byte }

func (p *parser) values() ([]Value, bool) { return nil, false }
