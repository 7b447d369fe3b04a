package search

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
