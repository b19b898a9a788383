// What the page can do beyond its tables: show the paragraphs behind a number, colour the tiles,
// set two regions side by side, search everything, and open what is folded. It writes text only,
// never markup, and asks no network.
(() => {
  const known = JSON.parse(document.getElementById("known").textContent);
  const words = document.getElementById("known").dataset;
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const put = (tag, text, parent, name) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    parent.append(made);
    return made;
  };

  // The tables have a dark form of their own, by a class.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", shade);
  shade();

  // Which paragraphs stand behind a number?
  const dialog = document.getElementById("behind");
  const tell = (analysis, row, body) => {
    const found = (known.places[analysis] || {})[row];
    const heading = document.getElementById(analysis)?.querySelector("h2")?.textContent || analysis;
    const name = found?.name ? ` · ${found.name}` : "";
    put("p", `${heading} · ${words.row.replace("{n}", Number(row) + 1)}${name}`, body, "note");
    if (!found) {
      put("p", words.nowhere, body);
      return;
    }
    put("p", words.count.replace("{n}", found.n).replace("{k}", found.places.length), body, "note");
    for (const [which, number, left = "", hit = "", right = ""] of found.places) {
      const title = known.titles[which];
      const place = put("div", undefined, body);
      put("b", number < 0 ? title : `${title} · ${words.paragraph} ${number}`, place);
      if (left || hit || right) {
        const said = put("blockquote", left, place);
        if (hit) put("mark", hit, said);
        said.append(right);
      }
    }
  };
  // Whose number was asked for: a sentence, a line of a card, a row of a table or of a comparison.
  const plain = (one) => {
    const copy = one.cloneNode(true);
    all("button, a, .tag", copy).forEach((each) => each.remove());
    return copy.textContent.trim();
  };
  const askedBy = (button) => {
    const cells = all("td", button.closest("tr") || document.createElement("tr"));
    const item = button.closest("li, dd");
    const beside = button.closest("tr")?.querySelector("th")?.textContent;
    if (item?.tagName === "DD") return [item.closest("article").querySelector("h3").textContent, item.previousElementSibling.textContent, plain(item)].join(" · ");
    if (item) return plain(item);
    if (beside) return [document.querySelectorAll("#compared thead th")[cells.indexOf(button.closest("td"))]?.textContent, beside, plain(button.closest("td"))].join(" · ");
    return cells.slice(1, 6).map(plain).filter(Boolean).join(" · ");
  };
  const show = (analysis, rows, button) => {
    const body = dialog.querySelector("div");
    body.replaceChildren();
    put("p", askedBy(button), body, "asked");
    for (const row of rows) tell(analysis, row, body);
    const places = rows.flatMap((row) => known.places[analysis]?.[row]?.places || []);
    if (places.length && !places.some((one) => one[2] || one[3] || one[4])) put("p", words.counts, body, "note");
    dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const open = event.target.closest("button.open[data-rows]");
    const row = event.target.closest("button.row");
    if (open) show(open.dataset.analysis, open.dataset.rows.split(","), open);
    if (row) show(row.closest("[data-analysis]").dataset.analysis, [Number(row.textContent) - 1], row);
    if (event.target.closest("button.enlarge")) event.target.closest("section, details").querySelector("figure").classList.toggle("large");
    const link = event.target.closest('a[href^="#"]');
    if (link) unfold(link.getAttribute("href").slice(1));
    if (event.target.closest("button.close") || event.target === dialog) dialog.close();
  });

  // What is folded opens when it is asked for, and on paper.
  const unfold = (id) => {
    const goal = document.getElementById(decodeURIComponent(id));
    for (let one = goal; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    const bar = document.querySelector(".bar details");
    if (bar && goal && !bar.contains(goal)) bar.open = false;
  };
  if (location.hash) unfold(location.hash.slice(1));
  addEventListener("hashchange", () => unfold(location.hash.slice(1)));
  addEventListener("beforeprint", () => all("main details").forEach((one) => { one.open = true; }));

  // Page numbers are named after their table, so that they can be told apart when read aloud.
  new MutationObserver(() => {
    for (const one of all('main nav[aria-label="pagination"]')) {
      one.setAttribute("aria-label", `${one.closest(".scroll").getAttribute("aria-label")} · ${words.pages}`);
    }
  }).observe(document.querySelector("main"), { childList: true, subtree: true });

  // What do the tiles show?
  const measure = document.getElementById("measure");
  const paint = () => {
    const tiles = known.measures[Number(measure.value)].tiles;
    const values = Object.values(tiles).filter((one) => one[2] === "value").map((one) => one[0]).sort((a, b) => a - b);
    for (const [name, one] of [["most", values.at(-1)], ["least", values[0]]]) document.querySelector(`.key .${name}`).textContent = one ?? "–";
    for (const tile of all(".tiles .tile")) {
      const [text, shade, state] = tiles[tile.dataset.region] || ["–", 0, "none"];
      tile.className = `tile ${state === "value" ? `v${shade}` : state}`;
      tile.querySelector("span").textContent = state === "other" ? "◇" : text;
    }
  };
  if (measure) { measure.addEventListener("change", paint); paint(); }

  // How do two regions differ?
  const sides = all(".compare select");
  const compare = () => {
    const out = document.getElementById("compared");
    const cards = sides.map((one) => document.getElementById(`region-${one.value}`));
    out.replaceChildren();
    const [a, b] = sides.map((one) => one.value);
    const pair = known.pairs.find((one) => (one[0] === a && one[1] === b) || (one[0] === b && one[1] === a));
    if (pair) put("p", pair[2], out);
    const table = put("table", undefined, out);
    const head = put("tr", undefined, put("thead", undefined, table));
    put("td", "", head);
    for (const card of cards) put("th", card.querySelector("h3").textContent, head).scope = "col";
    const body = put("tbody", undefined, table);
    const keys = new Map();
    for (const card of cards) for (const one of all("dt", card)) keys.set(one.dataset.key, one.textContent);
    const line = (label) => {
      const row = put("tr", undefined, body);
      put("th", label, row).scope = "row";
      return row;
    };
    for (const [key, label] of keys) {
      const row = line(label);
      for (const card of cards) {
        const told = all("dd", card).find((one) => one.dataset.key === key);
        const cell = put("td", told ? undefined : "—", row);
        if (told) cell.append(...[...told.childNodes].map((one) => one.cloneNode(true)));
      }
    }
    for (const one of known.measures.filter((each) => each.theme)) {
      const told = sides.map((side) => one.tiles[side.value] || ["–"]);
      if (told.every((each) => ["0", "–"].includes(each[0]))) continue;
      const row = line(one.label);
      for (const [value, , , ends, number] of told) {
        const cell = put("td", ends ? words.between.replace("{value}", value).replace("{ends}", ends) : value, row);
        if (!known.places[one.analysis]?.[number]) continue;
        cell.append(" ");
        const source = put("button", words.source, cell, "open");
        Object.assign(source.dataset, { analysis: one.analysis, rows: number });
        source.setAttribute("aria-label", `${words.source} ${one.analysis} ${number + 1}`);
      }
    }
  };
  if (sides.length === 2) { sides.forEach((one) => one.addEventListener("change", compare)); compare(); }

  // Where does a word stand on the page?
  const box = document.getElementById("search");
  let waiting = 0;
  const search = () => {
    const parts = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const asked = parts.length > 0;
    const holds = (text) => parts.every((one) => text.toLowerCase().includes(one));
    const told = document.getElementById("hits");
    told.replaceChildren();
    const counts = [];
    for (const group of all("[data-group]")) {
      let n = 0;
      for (const one of all("[data-search]", group)) {
        const found = !asked || holds(`${one.textContent} ${one.dataset.search}`);
        one.hidden = !found;
        n += asked && found ? 1 : 0;
      }
      counts.push([group.dataset.group, n, group.id]);
    }
    for (const list of all(".findings ul")) {
      list.parentElement.querySelector(".filtered")?.remove();
      if (asked && !list.querySelector("li:not([hidden])")) put("p", words.filtered, list.parentElement, "note filtered");
    }
    for (const one of all("main .dt-search input")) {
      one.value = box.value.trim();
      for (const kind of ["input", "keyup", "search"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    setTimeout(() => {
      for (const part of all("details.part")) {
        const rows = all("table.dataTable tbody tr", part).filter((one) => holds(one.textContent)).length;
        const text = all("h2, .cautions, .figure-words", part).some((one) => holds(one.textContent));
        part.hidden = asked && !rows && !text;
        if (asked && rows) counts.push([part.querySelector("h2").textContent, "", part.id]);
      }
      if (!asked) return;
      const shown = counts.filter((one) => one[1] !== 0);
      if (!shown.length) told.textContent = words.nothing;
      for (const [name, n, id] of shown) {
        const link = put("a", n ? `${name} (${n})` : name, told);
        link.href = `#${id}`;
      }
    }, 900);
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 250); });
})();
