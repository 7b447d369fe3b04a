package imaptest

// cmdNamespace is NAMESPACE (RFC 9051 §6.3.10).
func cmdNamespace(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	prefix := ""
	if p := s.srv.opts.Profile; p != nil {
		prefix = p.Prefix
		if p.Namespace != "" {
			s.line("* NAMESPACE " + p.Namespace)
			return ok("NAMESPACE completed")
		}
	}
	s.newOut("* NAMESPACE ((").str(prefix).raw(" ").str(s.srv.opts.Delimiter).raw(")) NIL NIL").send()
	return ok("NAMESPACE completed")
}
