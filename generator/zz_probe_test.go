package generator
import ("testing";"fmt";"time")
func TestZZProbe(t *testing.T) {
	start := time.Now()
	c := newTypeChecker(t)
	fmt.Println("setup", time.Since(start))
	for range 3 {
	start = time.Now()
	tree, p := emit(t, map[string][]byte{"a.proto": []byte(typeCheckedProto)})
	fmt.Println(p, time.Since(start))
	start = time.Now()
	fmt.Println(c.check("example.com/shop", contents(tree)), time.Since(start))
	}
}
