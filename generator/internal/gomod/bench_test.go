package gomod

import "testing"

func BenchmarkMake(b *testing.B) {
	in := Input{Module: "example.com/greeter", Imports: serviceImports()}
	for b.Loop() {
		if _, err := Make(in); err != nil {
			b.Fatal(err)
		}
	}
}
