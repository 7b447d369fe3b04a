package response

import "testing"

// BenchmarkSet is about sets of 10,000 ranges, and single numbers in them.
func BenchmarkSet(b *testing.B) {
	var set UIDSet
	for i := range 10_000 {
		set.AddRange(UID(10*i+1), UID(10*i+5))
	}
	text := set.String()
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseUIDSet(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		var dst []byte
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			dst = set.AppendTo(dst[:0])
		}
	})
	b.Run("contains", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if n := UID(10*(i%10_000) + 3); !set.Contains(n) {
				b.Fatal(n)
			}
		}
	})
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		var grown UIDSet
		for i := 0; b.Loop(); i++ {
			grown.AddNum(UID(2*(i%1_000_000) + 1))
			if i%1_000_000 == 999_999 {
				grown = UIDSet{}
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var sum uint64
			for uid := range set.All() {
				sum += uint64(uid)
			}
			if sum == 0 {
				b.Fatal(sum)
			}
		}
	})
}
