package acceptance

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has an encoding
	}
	return string(encoded)
}

// TestPage drives the page of a system as its reader does.
func TestPage(t *testing.T) {
	folder := gallery(t)
	for _, test := range []struct {
		name, file string
		drive      func(t *testing.T, b *browser)
	}{
		{"shows all", "cycle.html", pageShowsAll},
		{"colours", "cycle.html", pageColours},
		{"search", "cycle.html", pageSearches},
		{"click", "cycle.html", pageIsClicked},
		{"narrow window", "cycle.html", pageIsNarrow},
		{"hover", "cycle.html", pageIsHoveredOver},
		{"keys", "cycle.html", pageByKeys},
		{"a link to a service", "cycle.html#inventory", pageIsLinkedTo},
		{"move and zoom", "many.html", pageMoves},
		{"two hundred services", "many.html", pageOfMany},
		{"hostile names", "hostile.html", pageOfHostileNames},
	} {
		t.Run(test.name, func(t *testing.T) { test.drive(t, open(t, folder, test.file)) })
	}
}

// shown are the services of the shop, and then its topics.
var shown = []string{
	"bank", "catalog", "inventory", "notifications", "orders", "payments",
	"bank.statements", "orders.placed", "payments.refunded", "payments.settled",
}

const (
	listed   = `[...document.querySelectorAll("#list li:not([hidden]) button")].map((b) => b.dataset.name)`
	bright   = `[...document.querySelectorAll("#view .node:not(.dim)")].map((n) => n.querySelector(".name").textContent)`
	details  = `[...document.querySelectorAll("#details section:not([hidden])")].map((s) => s.innerText.replace(/\s+/g, " ")).join("|")`
	moments  = `document.querySelector("#view svg").getAttribute("viewBox")`
	nodeOf   = `[data-node="s4"].node` // orders, the fifth service
	detailed = `document.querySelectorAll("#details section:not([hidden])").length`
)

func pageShowsAll(t *testing.T, b *browser) {
	assert.Equal(t, shown, eval[[]string](t, b, listed))
	assert.Equal(t, shown, eval[[]string](t, b, bright))
	assert.Contains(t, eval[string](t, b, details), "Nothing selected")
	assert.Equal(t, 6, eval[int](t, b, `document.querySelectorAll("#view .link.call").length`), "one for each pair of services")
	outside := `[...document.querySelectorAll("#view .node rect")].filter((n) => {
		const r = n.getBoundingClientRect(), v = document.getElementById("view").getBoundingClientRect();
		return r.left < v.left || r.right > v.right || r.top < v.top || r.bottom > v.bottom;
	}).length`
	assert.Zero(t, eval[int](t, b, outside), "the picture is whole at first")
}

func pageColours(t *testing.T, b *browser) {
	style := func(selector, property string) string {
		return eval[string](t, b, `getComputedStyle(document.querySelector(`+quoted(selector)+`)).getPropertyValue(`+quoted(property)+`)`)
	}
	cyclic := `[...document.querySelectorAll("#view .cyclic")].map((l) => l.querySelector("title").textContent.split("\n")[0])`
	assert.ElementsMatch(t, []string{"orders to payments", "payments to orders"}, eval[[]string](t, b, cyclic))
	for scheme, colours := range map[string][2]string{
		"light": {"rgb(220, 38, 38)", "rgb(255, 255, 255)"}, "dark": {"rgb(248, 113, 113)", "rgb(15, 23, 42)"},
	} {
		b.scheme(t, scheme)
		assert.Equal(t, colours[0], style(".link.cyclic .line", "stroke"), "cycles are red")
		assert.NotEqual(t, colours[0], style(".link.call:not(.cyclic) .line", "stroke"))
		assert.Equal(t, colours[1], style("body", "background-color"))
		assert.NotEqual(t, "none", style(".link.event .line", "stroke-dasharray"))
		assert.Equal(t, "none", style(".link.call .line", "stroke-dasharray"))
		assert.NotEqual(t, "none", style(".node.external rect", "stroke-dasharray"))
		assert.Equal(t, "none", style(".node.service rect", "stroke-dasharray"))
	}
}

func pageSearches(t *testing.T, b *browser) {
	b.do(t, chromedp.SendKeys("#search", "charge"))
	assert.Equal(t, []string{"payments"}, eval[[]string](t, b, listed), "by a method")
	assert.Equal(t, []string{"payments"}, eval[[]string](t, b, bright))
	assert.Equal(t, "1 of 10", eval[string](t, b, `document.getElementById("found").textContent`))
	search := func(text string) []string {
		b.do(t, chromedp.Evaluate[chromedp.Void](`document.getElementById("search").value = ""`), chromedp.SendKeys("#search", text))
		return eval[[]string](t, b, listed)
	}
	assert.Equal(t, []string{"orders", "payments"}, search("CHECKOUT"), "by team, in any case")
	assert.Equal(t, []string{"orders"}, search("checkout placeorder"), "by all words")
	assert.Equal(t, []string{"inventory", "notifications", "orders", "orders.placed"}, search("orderplaced"), "by message")
	assert.Equal(t, []string{"orders", "payments"}, search("cycle"))
	assert.Empty(t, search("nothing of the kind"))
	b.do(t, chromedp.KeyEvent(kb.Escape))
	assert.Len(t, eval[[]string](t, b, listed), 10)
	assert.Len(t, eval[[]string](t, b, bright), 10)
}

func pageIsClicked(t *testing.T, b *browser) {
	b.do(t, chromedp.Click(nodeOf+" .name"))
	text := eval[string](t, b, details)
	for _, part := range []string{
		"orders team checkout, etcd, 3 replicas", "PlaceOrder", "GetOrder idempotent", "CancelOrder → inventory Release",
		"within 800ms", "3 attempts of 250ms", "again on UNAVAILABLE", "retries for 20 % of calls", "breaker", "bulkhead 32", "fallback cache",
		"PlaceOrder → payments Charge within 2s by default 1 attempt breaker takes up to 2.5s part of a cycle",
		"GetOrder ← payments Charge", "orders.placed OrderPlaced", "payments.settled PaymentSettled",
	} {
		assert.Contains(t, text, part)
	}
	assert.Equal(t, []string{"catalog", "inventory", "orders", "payments", "orders.placed", "payments.settled"}, eval[[]string](t, b, bright), "its neighbours")
	b.do(t, chromedp.Click(`#details section:not([hidden]) .rows button`))
	assert.Contains(t, eval[string](t, b, details), "inventory team warehouse", "what is named leads on")
	b.do(t, chromedp.Click(`#list button[data-name="payments.settled"]`))
	assert.Contains(t, eval[string](t, b, details), "READ BY orders PaymentSettled PUBLISHED BY payments PaymentSettled")
	b.do(t, chromedp.KeyEvent(kb.Escape))
	assert.Contains(t, eval[string](t, b, details), "Nothing selected")
}

// pageIsNarrow selects a service where the picture is a little too large, and then where it is much too large: only then
// do neighbours come together, without their labels, whose places they take.
func pageIsNarrow(t *testing.T, b *browser) {
	gathered := `document.querySelectorAll(".gathered").length`
	labels := `[...document.querySelectorAll(".link:not(.dim) text")].filter((text) => text.getClientRects().length > 0).length`
	b.do(t, chromedp.EmulateViewport(1450, 800), chromedp.Click(`#list [data-name="orders"]`))
	assert.Zero(t, eval[int](t, b, gathered))
	assert.Positive(t, eval[int](t, b, labels))
	b.do(t, chromedp.EmulateViewport(1000, 800), chromedp.Click(`#list [data-name="orders"]`))
	assert.Equal(t, 1, eval[int](t, b, gathered))
	assert.Zero(t, eval[int](t, b, labels))
	before := eval[string](t, b, `document.querySelector(".cyclic .line").getAttribute("d")`)
	b.do(t, chromedp.KeyEvent(kb.Escape))
	assert.Zero(t, eval[int](t, b, gathered), "and go back")
	assert.NotEqual(t, before, eval[string](t, b, `document.querySelector(".cyclic .line").getAttribute("d")`))
	assert.Zero(t, eval[int](t, b, `document.querySelectorAll(".node[transform]").length`))
}

func pageIsHoveredOver(t *testing.T, b *browser) {
	b.hover(t, `[data-node="s0"].node`)
	assert.Equal(t, []string{"bank", "payments"}, eval[[]string](t, b, bright))
	b.do(t, chromedp.MouseEvent("mouseMoved", 800, 880))
	assert.Len(t, eval[[]string](t, b, bright), 10)
}

func pageByKeys(t *testing.T, b *browser) {
	focused := `document.activeElement.dataset.name ?? document.activeElement.id`
	press := func(key string) string {
		b.do(t, chromedp.KeyEvent(key))
		return eval[string](t, b, focused)
	}
	b.press(t, "/")
	assert.Equal(t, "search", eval[string](t, b, focused))
	assert.Empty(t, eval[string](t, b, `document.getElementById("search").value`), "the key is no text")
	assert.Equal(t, "bank", press(kb.ArrowDown))
	assert.Equal(t, "catalog", press(kb.ArrowDown))
	assert.Equal(t, "bank", press(kb.ArrowUp))
	press(kb.Enter)
	assert.Contains(t, eval[string](t, b, details), "bank external")
	assert.Equal(t, "search", press(kb.ArrowUp))
	b.do(t, chromedp.SendKeys("#search", "inv"))
	press(kb.Enter)
	assert.Contains(t, eval[string](t, b, details), "inventory team warehouse", "the first that is found")
	b.do(t, chromedp.Focus(nodeOf))
	press(kb.Enter)
	assert.Contains(t, eval[string](t, b, details), "orders team checkout", "the picture can be walked through too")
	assert.Equal(t, 10, eval[int](t, b, `document.querySelectorAll('.node[tabindex="0"][role="button"][aria-label]').length`))
}

func pageIsLinkedTo(t *testing.T, b *browser) {
	assert.Contains(t, eval[string](t, b, details), "inventory team warehouse")
}

func pageMoves(t *testing.T, b *browser) {
	whole := eval[string](t, b, moments)
	b.do(t, chromedp.Click("#closer"))
	closer := eval[string](t, b, moments)
	assert.NotEqual(t, whole, closer)
	drag := `(() => {
		const view = document.getElementById("view"), at = (type, target, x) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, clientX: x, clientY: 400 }));
		at("pointerdown", view, 600); at("pointermove", window, 500); at("pointerup", window, 500);
	})()`
	b.do(t, chromedp.Evaluate[chromedp.Void](drag))
	dragged := eval[string](t, b, moments)
	assert.NotEqual(t, closer, dragged)
	b.do(t, chromedp.Evaluate[chromedp.Void](`document.getElementById("view").dispatchEvent(new WheelEvent("wheel", { deltaY: 300, clientX: 600, clientY: 400, cancelable: true }))`))
	assert.NotEqual(t, dragged, eval[string](t, b, moments))
	b.do(t, chromedp.Click("#whole"))
	assert.Equal(t, whole, eval[string](t, b, moments))
}

// pageOfMany selects each service of a big system: its neighbours can be read, and are in sight unless they are a crowd.
func pageOfMany(t *testing.T, b *browser) {
	assert.Len(t, eval[[]string](t, b, listed), 208)
	const unreadable = `[...document.querySelectorAll("#list button")].filter((entry) => {
		entry.click();
		const view = document.getElementById("view").getBoundingClientRect();
		const nodes = [...document.querySelectorAll("#view .node:not(.dim)")];
		return nodes.some((node) => {
			const r = node.getBoundingClientRect(), name = node.querySelector(".name").getBoundingClientRect();
			const out = r.left < view.left || r.right > view.right || r.top < view.top || r.bottom > view.bottom;
			return name.height < 10 || out && (nodes.length < 16 || node.classList.contains("selected"));
		});
	}).map((entry) => entry.dataset.name)`
	assert.Empty(t, eval[[]string](t, b, unreadable))
}

func pageOfHostileNames(t *testing.T, b *browser) {
	assert.Equal(t, 1, eval[int](t, b, `document.scripts.length`))
	assert.Zero(t, eval[int](t, b, `document.querySelectorAll("img, iframe, b b, a").length`))
	assert.Equal(t, eval[[]string](t, b, `[...document.querySelectorAll("#list span")].map((s) => s.textContent)`), eval[[]string](t, b, listed))
	clicked := `(() => { for (const b of document.querySelectorAll("#list button")) b.click(); return ` + detailed + `; })()`
	assert.Equal(t, 1, eval[int](t, b, clicked))
}

// hostileNames are those of the gallery, as they are shown.
func hostileNames(t *testing.T, folder string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "hostile.json"))
	require.NoError(t, err)
	var names []string
	require.NoError(t, json.Unmarshal(content, &names))
	for i, name := range names {
		names[i] = strings.Map(func(r rune) rune {
			if unicode.IsGraphic(r) {
				return r
			}
			return unicode.ReplacementChar
		}, name)
	}
	return names
}

// TestGraphviz has Graphviz draw what is written for it, and reads the names in its picture.
func TestGraphviz(t *testing.T) {
	folder := gallery(t)
	dot := program.Tool(t, "dot")
	nodes := func(name string) []string {
		var drawn struct {
			Groups []struct {
				Class string   `xml:"class,attr"`
				Texts []string `xml:"text"`
			} `xml:"g>g"`
		}
		require.NoError(t, xml.Unmarshal([]byte(program.Run(t, folder, dot, "-Tsvg", name+".dot")), &drawn))
		var names []string
		for _, g := range drawn.Groups {
			if g.Class == "node" {
				names = append(names, strings.ReplaceAll(strings.Join(g.Texts[:min(1, len(g.Texts))], ""), "\u00a0", " "))
			}
		}
		return names
	}
	assert.ElementsMatch(t, shown, nodes("cycle"))
	assert.Len(t, nodes("many"), 208)
	hostile := hostileNames(t, folder)
	assert.ElementsMatch(t, slices.Concat(hostile, hostile), nodes("hostile"), "services and topics")
}

// TestMermaid has Mermaid draw what is written for it, in the browser that it is made for.
func TestMermaid(t *testing.T) {
	folder := gallery(t)
	script, err := os.ReadFile(program.Tool(t, "mermaid"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "mermaid.js"), script, 0o644))
	const page = `<!DOCTYPE html><link rel="icon" href="data:,"><body><script src="mermaid.js"></script>`
	require.NoError(t, os.WriteFile(filepath.Join(folder, "mermaid.html"), []byte(page), 0o644))
	b := open(t, folder, "mermaid.html", "mermaid.js")
	b.do(t, chromedp.Evaluate[chromedp.Void](`mermaid.initialize({ startOnLoad: false })`))
	drawn := func(name, expression string) string {
		source, err := os.ReadFile(filepath.Join(folder, name+".mermaid"))
		require.NoError(t, err)
		return `(async () => {
			document.body.innerHTML = (await mermaid.render("drawn", ` + quoted(string(source)) + `)).svg;
			return ` + expression + `;
		})()`
	}
	names := `[...document.querySelectorAll("#drawn .node")].map((n) => n.querySelector(".nodeLabel").innerText.split("\n")[0])`
	assert.Equal(t, shown, eval[[]string](t, b, drawn("cycle", names)))
	red := `[...document.querySelectorAll("#drawn .edgePaths path")].filter((p) => getComputedStyle(p).stroke === "rgb(220, 38, 38)").length`
	assert.Equal(t, 2, eval[int](t, b, drawn("cycle", red)))
	hostile := hostileNames(t, folder)
	for i, name := range hostile {
		hostile[i] = strings.TrimSpace(name)
	}
	assert.Equal(t, slices.Concat(hostile, hostile), eval[[]string](t, b, drawn("hostile", names)), "services and topics")
}
