package methods_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/methods"
)

// others are packages that the cases embed types of. Each has one file.
var others = map[string]string{
	"example.com/shop/base": `package base
		import ("context"; v1 "example.com/shop/v1"; "example.org/missing"; "sync")
		type Base struct{ sync.Mutex }
		func (Base) Get(context.Context, *v1.Ping) (*missing.Pong, error) { return nil, nil }
		type Pointed struct{}
		func (*Pointed) Get() {}
		type Generic[T any, U ~string] struct{ value T }
		func (Generic[T, U]) Get(T) (u U) { return u }
		type Reader interface { Get(v1.Ping); interface{ List() } }
		type Wide interface { Reader; v1.ShopServer }
		type Alias = Base
		type Deep struct{ *middle }
		type middle struct{ Alias }
		type Same Deep
		type Lost struct{ missing.Base }
		type LostAlias = missing.Base
		type LostInterface interface { missing.Base; Put() }
		type Ring struct{ *Ring }
		type Growing[T any] struct{ *Growing[[]T] }
		func (undeclared) Put() {}`,
	"example.com/shop/v1": `package shopv1
		type Ping struct{}
		type ShopServer interface { Get(Ping); List() }
		type UnimplementedShopServer struct{}
		func (UnimplementedShopServer) Get(Ping) {}
		func (UnimplementedShopServer) List() {}`,
	"example.org/go-odd": "package odd\ntype Base struct{}\nfunc (Base) Get() {}",
	"example.org/torn":   "package torn\ntype Base struct{}\nfunc (Base) Get( {}",
}

func find(importPath string) map[string][]byte {
	if text, ok := others[importPath]; ok {
		return map[string][]byte{importPath + "/" + path.Base(importPath) + ".go": []byte(text)}
	}
	return nil
}

// TestMethods asks what Server has by the name of Get, in folders with one declaration each.
func TestMethods(t *testing.T) {
	for decl, want := range map[string]string{
		"type Server struct{}":                                                 "none",
		"type Server struct{}; func (*Server) Get() {}":                        "Server in shop/a.go",
		"type Server struct{ base.Base }":                                      "Base in example.com/shop/base/base.go",
		"type Server struct{ *base.Base }":                                     "Base in example.com/shop/base/base.go",
		"type Server struct{ base.Pointed }":                                   "Pointed in example.com/shop/base/base.go",
		"type Server struct{ base.Generic[v1.Ping, string] }":                  "Generic in example.com/shop/base/base.go",
		"type Server[T any] struct{ *base.Generic[T, missing.Name] }":          "Generic in example.com/shop/base/base.go",
		"type Server struct{ base.Reader }":                                    " in example.com/shop/base/base.go",
		"type Server struct{ base.Wide }":                                      " in example.com/shop/base/base.go",
		"type Server struct{ base.Alias }":                                     "Base in example.com/shop/base/base.go",
		"type Server struct{ base.Deep }":                                      "Base in example.com/shop/base/base.go",
		"type Server base.Same":                                                "Base in example.com/shop/base/base.go",
		"type Server struct{ local }; type local = base.Base":                  "Base in example.com/shop/base/base.go",
		"type Server struct{ local }; type local struct{ v1.ShopServer }":      " in example.com/shop/v1/v1.go",
		"type Server struct{ base.Ring }":                                      "none",
		"type Server struct{ base.Growing[int] }":                              "example.com/shop/base/base.go:19: Growing embeds Growing, which embeds itself with other type arguments, without end",
		"type Server struct{ odd.Base }":                                       "Base in example.org/go-odd/go-odd.go",
		"type Server struct{ sync.Mutex; base.Base; atomic.Pointer[v1.Ping] }": "Base in example.com/shop/base/base.go",
		"type Server struct{ sync.Mutex; http.Header }":                        "none",
		"type Server struct{ v1.UnimplementedShopServer }":                     "UnimplementedShopServer in example.com/shop/v1/v1.go",
		"type Server struct{ v1.UnimplementedShopServer; base.Deep }":          "UnimplementedShopServer in example.com/shop/v1/v1.go",
		"type Server struct{ v1.UnimplementedShopServer; base.Base }":          "ambiguous",
		"type Server struct{ base.Base; base.Pointed }":                        "ambiguous",
		"type Server struct{ base.Lost; base.Base }":                           "Base in example.com/shop/base/base.go",
		"type Server struct{ base.Lost }":                                      "example.com/shop/base/base.go:15: Lost embeds missing.Base, which is in no package that msgen finds",
		"type Server struct{ base.LostAlias }":                                 "shop/a.go:5: Server embeds base.LostAlias, which is in no package that msgen finds",
		"type Server struct{ base.LostInterface }":                             "example.com/shop/base/base.go:17: LostInterface embeds interface{missing.Base; Put()}, which is in no package that msgen finds",
		"type Server struct{ missing.Lost; base.Base; base.Pointed }":          "shop/a.go:5: Server embeds missing.Lost, which is in no package that msgen finds",
		"type Server struct{ torn.Base }":                                      "shop/a.go:5: Server embeds torn.Base, which stands in a package that does not parse: example.org/torn/torn.go:3:18: expected ')', found '{'",
		"type Server struct{ *base.None }":                                     "shop/a.go:5: Server embeds *base.None, which names a type that is not declared",
		"type Server = missing.Base":                                           "shop/a.go:5: Server embeds missing.Base, which is in no package that msgen finds",
	} {
		src := "package shop\nimport (\"sync\"; \"net/http\"; \"sync/atomic\"; \"example.com/shop/base\"; v1 \"example.com/shop/v1\"; \"example.org/missing\")\n" +
			"import \"C\"\nimport (\"example.org/go-odd\"; \"example.org/torn\")\n" + decl + "\n"
		files := map[string][]byte{"shop/a.go": []byte(src)}
		for _, name := range []string{"shop/a_test.go", "shop/a_windows.go"} {
			files[name] = []byte("package shop\nfunc (*Server) Get() {}\n")
		}
		got := methods.Of("example.com/shop/shop", files, "Server", find).Method("Get")
		assert.Equal(t, want, text(got), decl)
	}
}

func text(m methods.Method) string {
	switch m.Kind {
	case methods.Has:
		return m.Receiver + " in " + m.Path
	case methods.Ambiguous:
		return "ambiguous"
	case methods.Unknown:
		gap := m.Unknown
		return fmt.Sprintf("%s:%d: %s embeds %s, which %s", gap.Path, gap.Line, gap.In, gap.Type, strings.Split(gap.Reason, "; ")[0])
	default:
		return "none"
	}
}
