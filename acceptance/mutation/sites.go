package mutation

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// tableSite finds what the policy's table says: numbers, times, codes and switches.
func tableSite(r *rewriter, n ast.Node) *site {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		return fieldSite(r, n)
	case *ast.BinaryExpr: // 300 * time.Millisecond
		literal, ok := n.X.(*ast.BasicLit)
		if !ok {
			return nil
		}
		var others []string
		for _, other := range neighbours(literal.Value) {
			others = append(others, other+" * "+r.text(n.Y))
		}
		return fixed(Number, r.text(n), others...)
	case *ast.SelectorExpr:
		switch text := r.text(n); {
		case strings.HasPrefix(text, "time.") && text != "time.Duration":
			return fixed(Number, text, "2 * "+text)
		case strings.HasPrefix(text, "codes."):
			return fixed(Number, text, "codes.OutOfRange")
		}
	}
	return nil
}

// fieldSite finds a field whose value is a plain number or true.
func fieldSite(r *rewriter, field *ast.KeyValueExpr) *site {
	name := r.text(field.Key)
	var s *site
	switch value := field.Value.(type) {
	case *ast.BasicLit:
		if value.Kind != token.INT && value.Kind != token.FLOAT {
			return nil
		}
		s = fixed(Number, value.Value, neighbours(value.Value)...)
		s.typ = "int"
		if name == "BackoffMultiplier" || name == "Jitter" {
			s.typ = "float64"
		}
	case *ast.Ident:
		if name != "WaitForReady" {
			return nil
		}
		s = fixed(Number, "true", "false")
	default:
		return nil
	}
	s.before = name + ": "
	return s
}

// engineSite finds operators, and the list of layers.
func engineSite(r *rewriter, n ast.Node) *site {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return operatorSite(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			s := &site{kind: Operator, parts: []ast.Node{n.X}, lazy: true, typ: "bool"}
			s.text = func(parts []string) string { return "!" + parts[0] }
			s.to = []func([]string) string{func(parts []string) string { return parts[0] }}
			return s
		}
	case *ast.CompositeLit:
		if r.text(n.Type) == "[]layer" {
			return orderSite(n)
		}
	case *ast.ReturnStmt:
		return returnSite(r, n)
	}
	return nil
}

// serverSite finds what engineSite does, and lists of which an element can be missing.
func serverSite(r *rewriter, n ast.Node) *site {
	switch n := n.(type) {
	case *ast.CallExpr:
		if name := r.text(n.Fun); strings.HasPrefix(name, "grpc.Chain") && !n.Ellipsis.IsValid() { // not of a list from elsewhere
			return removalSite(name+"(", n.Args, ")", "grpc.ServerOption")
		}
	case *ast.CompositeLit:
		name := r.text(n.Type)
		if name == "[]grpc.ServerOption" || strings.HasPrefix(name, "keepalive.") {
			return removalSite(name+"{", n.Elts, "}", name)
		}
	}
	return engineSite(r, n)
}

// removalSite is the site of a list, of which each element is left out in turn.
func removalSite(begin string, elements []ast.Expr, end, typ string) *site {
	s := &site{kind: Removal, lazy: true, typ: typ}
	s.text = func(parts []string) string { return begin + strings.Join(parts, ", ") + end }
	for i, element := range elements {
		s.parts = append(s.parts, element)
		s.to = append(s.to, func(parts []string) string { return s.text(slices.Delete(slices.Clone(parts), i, i+1)) })
	}
	return s
}

// operatorSite finds an operator that can be mistaken for another.
func operatorSite(n *ast.BinaryExpr) *site {
	swaps := map[token.Token][]token.Token{
		token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
		token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
		token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
		token.LAND: {token.LOR}, token.LOR: {token.LAND},
		token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.ADD},
	}
	others, ok := swaps[n.Op]
	if !ok {
		return nil
	}
	if literal, ok := n.X.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		return nil // texts have no minus
	}
	if literal, ok := n.Y.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		return nil
	}
	s := binary(Operator, n.X, n.Y, n.Op, others)
	arithmetic := []token.Token{token.ADD, token.SUB, token.MUL}
	if !slices.Contains(arithmetic, n.Op) {
		s.lazy, s.typ = true, "bool" // the right side of && and || may be no more than a guess
	}
	return s
}

// orderSite finds the layers, of which two neighbours change places.
func orderSite(list *ast.CompositeLit) *site {
	s := &site{kind: Order, lazy: true, typ: "[]layer"}
	for _, layer := range list.Elts {
		s.parts = append(s.parts, layer)
	}
	in := func(parts []string) string { return "[]layer{" + strings.Join(parts, ", ") + "}" }
	s.text = in
	for i := range len(list.Elts) - 1 {
		s.to = append(s.to, func(parts []string) string {
			swapped := slices.Clone(parts)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			return in(swapped)
		})
	}
	return s
}

// returnSite finds a decision that is returned as it is.
func returnSite(r *rewriter, n *ast.ReturnStmt) *site {
	if len(n.Results) != 1 {
		return nil
	}
	opposite := map[string]string{"true": "false", "false": "true"}[r.text(n.Results[0])]
	if opposite == "" {
		return nil
	}
	s := fixed(Operator, r.text(n.Results[0]), opposite)
	s.before = "return "
	return s
}
