"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const view = document.getElementById("view");
  const svg = view.querySelector("svg");
  const entries = all("#list button");
  const nodes = new Map(all(".node", svg).map((node) => [node.dataset.node, node]));
  const links = all(".link", svg);
  const details = new Map(all("[data-details]").map((section) => [section.dataset.details, section]));
  const names = new Map(entries.map((entry) => [entry.dataset.node, entry.dataset.name]));
  let selected = null;
  let hovered = null;

  // What is shown of the picture: its upper left corner, and how many of its pixels one of the screen's is.
  const size = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  const shown = { x: 0, y: 0, scale: 1 };
  const show = () => svg.setAttribute("viewBox", [shown.x, shown.y, view.clientWidth * shown.scale, view.clientHeight * shown.scale].join(" "));
  const fit = (box, least, centre) => {
    shown.scale = Math.max(box.width / view.clientWidth, box.height / view.clientHeight, least) || 1;
    if (centre && shown.scale > readable) { // too much to be read at once: what matters is in the middle
      shown.scale = readable;
      box = centre;
    }
    shown.x = box.x - (view.clientWidth * shown.scale - box.width) / 2;
    shown.y = box.y - (view.clientHeight * shown.scale - box.height) / 2;
    show();
  };
  const whole = () => {
    scatter();
    fit({ x: 0, y: 0, ...size }, 0.7);
  };
  const zoom = (factor, x, y) => {
    const scale = Math.min(Math.max(shown.scale * factor, 0.3), 4 * Math.max(1, size.width / view.clientWidth, size.height / view.clientHeight));
    shown.x += x * (shown.scale - scale);
    shown.y += y * (shown.scale - scale);
    shown.scale = scale;
    show();
  };

  // near are a node, those that it calls or that call it, and the same over a topic.
  const near = (id) => {
    const around = new Set([id]);
    for (const link of links) {
      if (link.dataset.from === id) around.add(link.dataset.to);
      if (link.dataset.to === id) around.add(link.dataset.from);
    }
    return around;
  };
  const matches = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return new Set(entries.filter((entry) => words.every((word) => entry.dataset.text.includes(word))).map((entry) => entry.dataset.node));
  };

  // paint dims what is not around the selected node, or else the one under the pointer, or else what is not searched for.
  const paint = () => {
    const focus = selected ?? hovered;
    const searched = search.value.trim() !== "";
    const bright = focus !== null ? near(focus) : searched ? matches() : null;
    for (const [id, node] of nodes) {
      node.classList.toggle("dim", bright !== null && !bright.has(id));
      node.classList.toggle("selected", id === selected);
    }
    for (const link of links) {
      const touches = focus !== null && (link.dataset.from === focus || link.dataset.to === focus);
      const between = focus === null && bright !== null && bright.has(link.dataset.from) && bright.has(link.dataset.to);
      link.classList.toggle("near", touches);
      link.classList.toggle("dim", bright !== null && !touches && !between);
    }
  };

  const filter = () => {
    const hits = matches();
    for (const entry of entries) entry.parentElement.hidden = !hits.has(entry.dataset.node);
    found.textContent = search.value.trim() === "" ? "" : hits.size + " of " + entries.length;
    paint();
  };

  // select shows a node, or nothing, and moves the picture only when its neighbours cannot be read as it stands.
  const select = (id) => {
    selected = id;
    for (const [other, section] of details) section.hidden = other !== id;
    document.getElementById("hint").hidden = id !== null;
    document.getElementById("details").scrollTop = 0;
    for (const entry of entries) {
      entry.setAttribute("aria-current", String(entry.dataset.node === id));
      if (entry.dataset.node === id) entry.scrollIntoView({ block: "nearest" });
    }
    history.replaceState(null, "", id === null ? location.pathname + location.search : "#" + encodeURIComponent(names.get(id)));
    paint();
    if (id !== null) approach(id);
    else if (svg.classList.contains("gathered")) whole();
  };
  const approach = (id) => {
    scatter();
    const around = [...near(id)];
    const all = bounds(around.map((other) => places.get(other)));
    if (Math.max(all.width / view.clientWidth, all.height / view.clientHeight) > readable) {
      fit(gather(id, around), 0.7, places.get(id));
      return;
    }
    const right = shown.x + view.clientWidth * shown.scale, bottom = shown.y + view.clientHeight * shown.scale;
    const inside = all.x >= shown.x && all.y >= shown.y && all.x + all.width <= right && all.y + all.height <= bottom;
    if (shown.scale > readable || !inside) fit(all, 0.7);
  };

  // In a big picture neighbours can be too far apart to be read in one view: gather puts them to the left and the right
  // of the node, out of the picture's way, and scatter puts all back.
  const readable = svg.querySelector(".link text") ? 2 : 1.3; // pixels of the picture to one of the screen's; labels are worth more
  const placeOf = (node) => {
    const rect = node.querySelector("rect");
    return Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(rect.getAttribute(name))]));
  };
  const drawn = new Map([...nodes].map(([id, node]) => [id, placeOf(node)]));
  const places = new Map(drawn);
  const paths = new Map(links.map((link) => [link, all("path", link).map((path) => path.getAttribute("d"))]));
  const bounds = (boxes) => {
    const x = Math.min(...boxes.map((box) => box.x)) - 40, y = Math.min(...boxes.map((box) => box.y)) - 40;
    const right = Math.max(...boxes.map((box) => box.x + box.width)) + 40, bottom = Math.max(...boxes.map((box) => box.y + box.height)) + 40;
    return { x, y, width: right - x, height: bottom - y };
  };
  const gather = (id, around) => {
    const own = drawn.get(id);
    const calls = new Set(links.filter((link) => link.dataset.from === id).map((link) => link.dataset.to));
    const stack = (ids, x, end) => {
      const gap = 16;
      let y = own.y + own.height / 2 - (ids.reduce((sum, other) => sum + drawn.get(other).height + gap, -gap)) / 2;
      for (const other of ids) {
        const box = drawn.get(other);
        places.set(other, { ...box, x: end ? x - box.width : x, y });
        y += box.height + gap;
      }
    };
    const others = around.filter((other) => other !== id);
    stack(others.filter((other) => !calls.has(other)), own.x - 180, true);
    stack(others.filter((other) => calls.has(other)), own.x + own.width + 180, false);
    for (const other of others) {
      const from = drawn.get(other), to = places.get(other);
      nodes.get(other).setAttribute("transform", "translate(" + (to.x - from.x) + " " + (to.y - from.y) + ")");
    }
    const touching = links.filter((link) => link.dataset.from !== link.dataset.to && (link.dataset.from === id || link.dataset.to === id));
    for (const toRight of [true, false]) {
      const side = touching.filter((link) => (otherPlace(link, id).x > own.x) === toRight);
      side.sort((a, b) => otherPlace(a, id).y - otherPlace(b, id).y);
      side.forEach((link, i) => reroute(link, id, toRight, own.y + own.height * (i + 1) / (side.length + 1)));
    }
    svg.classList.add("gathered");
    return bounds(around.map((other) => places.get(other)));
  };
  const otherPlace = (link, id) => places.get(link.dataset.from === id ? link.dataset.to : link.dataset.from);
  const reroute = (link, id, toRight, y) => {
    const own = places.get(id), other = otherPlace(link, id), leaves = link.dataset.from === id;
    const near = { x: toRight ? own.x + own.width : own.x, y };
    const far = { x: toRight ? other.x : other.x + other.width, y: other.y + other.height / 2 + (toRight === leaves ? 0 : 7) };
    const [from, to] = leaves ? [near, far] : [far, near];
    const middle = (from.x + to.x) / 2, back = to.x > from.x ? -8 : 8;
    const [line, head] = all("path", link);
    line.setAttribute("d", "M" + from.x + " " + from.y + " C" + [middle, from.y, middle, to.y, to.x, to.y].join(" "));
    head.setAttribute("d", "M" + to.x + " " + to.y + " l" + back + " -4 v8 z");
  };
  const scatter = () => {
    if (!svg.classList.contains("gathered")) return;
    svg.classList.remove("gathered");
    for (const [id, place] of drawn) {
      places.set(id, place);
      nodes.get(id).removeAttribute("transform");
    }
    for (const [link, old] of paths) all("path", link).forEach((path, i) => path.setAttribute("d", old[i]));
  };

  search.addEventListener("input", filter);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("button[data-node], .node");
    if (target && !moved) select(target.dataset.node);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target === search;
    const list = entries.filter((entry) => !entry.parentElement.hidden);
    const at = list.indexOf(event.target);
    if (event.key === "/" && !typing) {
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      if (selected !== null) select(null);
      else { search.value = ""; filter(); whole(); }
    } else if (event.key === "Enter" && typing && list.length > 0) {
      select(list[0].dataset.node);
    } else if (event.key === "ArrowDown" && (typing || at >= 0)) {
      list[Math.min(at + 1, list.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (list[at - 1] ?? search).focus();
    } else if ((event.key === "Enter" || event.key === " ") && event.target.classList.contains("node")) {
      select(event.target.dataset.node);
    } else {
      return;
    }
    event.preventDefault();
  });

  for (const [id, node] of nodes) {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", names.get(id));
    node.addEventListener("pointerenter", () => { hovered = id; paint(); });
    node.addEventListener("pointerleave", () => { hovered = null; paint(); });
  }

  let moved = false;
  view.addEventListener("pointerdown", (down) => {
    moved = false;
    if (down.button !== 0 || down.target.closest("#tools")) return;
    const start = { ...shown };
    const drag = (move) => {
      const dx = move.clientX - down.clientX, dy = move.clientY - down.clientY;
      if (Math.abs(dx) + Math.abs(dy) > 4) moved = true;
      if (!moved) return;
      view.classList.add("dragged");
      shown.x = start.x - dx * shown.scale;
      shown.y = start.y - dy * shown.scale;
      show();
    };
    const drop = () => {
      view.classList.remove("dragged");
      window.removeEventListener("pointermove", drag);
      window.removeEventListener("pointerup", drop);
    };
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", drop);
  });
  view.addEventListener("wheel", (event) => {
    event.preventDefault();
    const place = view.getBoundingClientRect();
    zoom(Math.exp(event.deltaY * 0.0015), event.clientX - place.left, event.clientY - place.top);
  }, { passive: false });
  const middle = (factor) => () => zoom(factor, view.clientWidth / 2, view.clientHeight / 2);
  document.getElementById("closer").addEventListener("click", middle(1 / 1.4));
  document.getElementById("farther").addEventListener("click", middle(1.4));
  document.getElementById("whole").addEventListener("click", whole);
  window.addEventListener("resize", show);

  svg.setAttribute("role", "group"); // what is in it can be reached
  whole();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const linked = [...names].find(([, name]) => name === wanted);
  if (wanted !== "" && linked) select(linked[0]);
})();
