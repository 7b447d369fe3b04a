package search

import "github.com/seed-090b04e4/imap/response"

// All matches every message.
func All() Key { return Key{} }

// And matches messages that match all of the keys. Without keys it is [All].
func And(keys ...Key) Key {
	var flat []Key
	for _, k := range keys {
		if k.n != nil && k.n.kind == kindAnd {
			flat = append(flat, k.n.keys...)
			continue
		}
		flat = append(flat, k)
	}
	switch len(flat) {
	case 0:
		return All()
	case 1:
		return flat[0]
	}
	return Key{&node{kind: kindAnd, keys: flat}}
}

// Or matches messages that match at least one of the keys. Without keys it
// matches none.
func Or(keys ...Key) Key {
	var flat []Key
	for _, k := range keys {
		if k.n != nil && k.n.kind == kindOr {
			flat = append(flat, k.n.keys...)
			continue
		}
		flat = append(flat, k)
	}
	switch len(flat) {
	case 0:
		return Not(All())
	case 1:
		return flat[0]
	}
	return Key{&node{kind: kindOr, keys: flat}}
}

// Not matches messages that do not match the key.
func Not(k Key) Key { return Key{&node{kind: kindWrap, name: "NOT", keys: []Key{k}}} }

// DetachUIDs takes long sets of UIDs out of a key, so that a program can look for them
// in several steps: k matches what rest matches and set contains. If the sets in the
// key have no more than maxOctets octets on the wire together, set is empty and rest is
// k. ok is false if more than half of that is left in rest, within [Or], [Not] or
// [Fuzzy], or if there are several sets of which one contains "*".
func (k Key) DetachUIDs(maxOctets int) (rest Key, set response.UIDSet, ok bool) {
	if k.setOctets() <= maxOctets {
		return k, response.UIDSet{}, true
	}
	all := []Key{k}
	if k.n.kind == kindAnd {
		all = k.n.keys
	}
	var kept []Key
	for _, one := range all {
		switch {
		case one.n == nil || one.n.uids.Empty():
			kept = append(kept, one)
		case set.Empty():
			set = one.n.uids
		case set.Dynamic() || one.n.uids.Dynamic():
			return k, response.UIDSet{}, false
		default:
			if set = set.Intersection(one.n.uids); set.Empty() {
				return Not(All()), response.UIDSet{}, true
			}
		}
	}
	if rest = And(kept...); set.Empty() || rest.setOctets() > maxOctets/2 {
		return k, response.UIDSet{}, false
	}
	return rest, set, true
}

// setOctets returns how many octets the sets of UIDs in the key have.
func (k Key) setOctets() int {
	if k.n == nil {
		return 0
	}
	n := len(k.n.uids.AppendTo(nil))
	for _, sub := range k.n.keys {
		n += sub.setOctets()
	}
	return n
}
