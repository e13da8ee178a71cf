// Searches, filters and sorts the rows of the index; the choice is kept in the address.
"use strict";
(() => {
  const rows = window.onrecord;
  const list = document.getElementById("rows");
  const items = [...list.children];
  const form = document.getElementById("search");
  const query = document.getElementById("query");
  const sort = document.getElementById("sort");
  const filters = [...form.querySelectorAll("[data-filter]")];
  const count = document.getElementById("count");
  const places = rows.map((_, n) => n);
  // Rows that show where the words were found, and how many places each.
  const FOUND = 100;
  const FINDS = 3;

  const folded = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  for (const row of rows) {
    row.folded = row.texts.map(([, text]) => folded(text));
    row.all = row.folded.join("\n");
  }

  function found(row, words) {
    return (
      words.every((word) => row.all.includes(word)) &&
      filters.every(({ value, dataset }) => !value || row[dataset.filter].includes(value))
    );
  }

  // The texts in which the most words are found, as links to their places.
  function finds(row, words) {
    const scored = row.folded
      .map((text, n) => [words.filter((word) => text.includes(word)).length, n])
      .filter(([score, n]) => score && n > 0)
      .sort(([a, m], [b, n]) => b - a || m - n);
    return scored.slice(0, FINDS).map(([, n]) => row.texts[n]);
  }

  function show(item, row, words) {
    item.querySelector(".finds")?.remove();
    if (!words.length) return;
    const place = document.createElement("ul");
    place.className = "finds";
    const page = item.querySelector("a").getAttribute("href");
    for (const [id, text] of finds(row, words)) {
      const link = document.createElement("a");
      const words = document.createElement("bdi");
      link.href = `${page}#${id}`;
      link.textContent = id;
      link.className = "ref";
      words.textContent = text.length > 240 ? `${text.slice(0, 240)}…` : text;
      place.appendChild(document.createElement("li")).append(link, " ", words);
    }
    item.append(place);
  }

  const order = {
    title: () => 0,
    published: (a, b) => (a.published < b.published) - (a.published > b.published),
    quotes: (a, b) => b.quotes - a.quotes,
    claims: (a, b) => b.claims - a.claims,
    length: (a, b) => b.length - a.length,
  };

  function update() {
    const words = folded(query.value).split(/\s+/).filter(Boolean);
    const hits = places.filter((n) => found(rows[n], words));
    hits.sort((m, n) => order[sort.value](rows[m], rows[n]) || m - n);
    hits.forEach((n, place) => show(items[n], rows[n], place < FOUND ? words : []));
    // The rows that are not found leave the page: hiding them takes ten times as long.
    list.replaceChildren(...hits.map((n) => items[n]));
    count.textContent = `${hits.length} of ${rows.length} articles`;
    remember();
  }

  const controls = () => [["q", query], ["sort", sort], ...filters.map((f) => [f.dataset.filter, f])];

  function remember() {
    const kept = controls().filter(([name, { value }]) => value && (name !== "sort" || value !== "title"));
    const hash = new URLSearchParams(kept.map(([name, { value }]) => [name, value]));
    history.replaceState(null, "", String(hash) ? `#${hash}` : "#");
  }

  function recall() {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const [name, control] of controls()) {
      control.value = kept.get(name) ?? (name === "sort" ? "title" : "");
    }
  }

  form.hidden = false;
  recall();
  form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", update);
  for (const filter of filters) filter.addEventListener("change", update);
  sort.addEventListener("change", update);
  addEventListener("hashchange", () => { recall(); update(); });
  update();
})();
