package render

import (
	"github.com/msgen/msgen/generator/internal/model"
	"github.com/msgen/msgen/generator/internal/state"
)

// entry says of one template who owns what it prints, and when it is printed. What it is printed once for stands in
// its path: {name} is the service's name, {service} means once for each proto service.
type entry struct {
	template string // path under templates/, without .tmpl
	owner    state.Owner
	splice   bool                      // yours, and rewritten for as long as nobody has touched it
	when     func(*model.Service) bool // nil: always
}

// table is everything that templates emit.
var table = []entry{
	{template: "service/cmd/{name}/main.go", owner: state.Merged},
}
