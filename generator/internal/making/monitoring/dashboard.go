package monitoring

import "github.com/msgen/msgen/generator/internal/making/model"

// Dashboard is the Grafana dashboard of a service.
type Dashboard struct {
	UID    string  // its name in its address
	Name   string  // of the service
	Team   string  // that answers for it; empty: nobody says
	Panels []Panel // in their places, from the top to the bottom
}

// DashboardOf is the dashboard of the service, as its policy has it.
func DashboardOf(tree *model.Tree) Dashboard {
	return Dashboard{
		UID:    tree.Name[:min(len(tree.Name), maxUIDSize)],
		Name:   tree.Name,
		Team:   tree.Policy.Service.Team,
		Panels: placed(watched{tree}.rows()),
	}
}

// Panel is a panel of the Grafana dashboard, or the title of a row of them.
type Panel struct {
	ID          int
	Type        string // timeseries, stat or row
	Title       string
	Description string
	Unit        string // as Grafana calls it
	X, Y, W, H  int    // in Grafana's grid, which is 24 wide
	Queries     []Query
}

// Query is one query of a panel.
type Query struct {
	RefID     string
	Expr      string
	Legend    string
	Exemplars bool
}

// Grafana's grid, and how much of it a panel and the title of a row take.
const (
	gridWidth  = 24
	panelWide  = 8
	panelHigh  = 8
	titleHigh  = 1
	maxUIDSize = 40
)

// IsRow reports whether the panel is the title of a row.
func (p Panel) IsRow() bool { return p.Type == "row" }

// IsStat reports whether the panel shows one number.
func (p Panel) IsStat() bool { return p.Type == "stat" }

// placed are the panels of the rows, each below the title of its row.
func placed(rows []dashboardRow) []Panel {
	var placed []Panel
	y := 0
	for _, row := range rows {
		placed = append(placed, Panel{ID: len(placed) + 1, Type: "row", Title: row.title, Y: y, W: gridWidth, H: titleHigh})
		y += titleHigh
		for i, panel := range row.panels {
			panel.ID = len(placed) + 1
			panel.W, panel.H = panelWide, panelHigh
			panel.X, panel.Y = i*panelWide%gridWidth, y+i*panelWide/gridWidth*panelHigh
			placed = append(placed, panel)
		}
		y += (len(row.panels)*panelWide + gridWidth - 1) / gridWidth * panelHigh
	}
	return placed
}

// dashboardRow is a row of panels, which breaks where it is wider than the dashboard.
type dashboardRow struct {
	title  string
	panels []Panel
}

// chart is a panel of series over time.
func chart(title, unit, description string, queries ...Query) Panel {
	return withRefs(Panel{Type: "timeseries", Title: title, Unit: unit, Description: description, Queries: queries})
}

// figure is a panel of one number.
func figure(title, unit, description string, queries ...Query) Panel {
	return withRefs(Panel{Type: "stat", Title: title, Unit: unit, Description: description, Queries: queries})
}

func withRefs(panel Panel) Panel {
	for i := range panel.Queries {
		panel.Queries[i].RefID = string(rune('A' + i))
	}
	return panel
}
