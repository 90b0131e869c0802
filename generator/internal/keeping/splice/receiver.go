package splice

import "go/ast"

// Receiver is the name of the type that a method belongs to, without pointer and type parameters; empty for a function.
func Receiver(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return ""
	}
	return TypeName(decl.Recv.List[0].Type)
}

// TypeName is the name of a type that the package itself declares, through pointers, parentheses and type arguments;
// empty for any other type.
func TypeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return TypeName(e.X)
	case *ast.ParenExpr:
		return TypeName(e.X)
	case *ast.IndexExpr:
		return TypeName(e.X)
	case *ast.IndexListExpr:
		return TypeName(e.X)
	default:
		return ""
	}
}
