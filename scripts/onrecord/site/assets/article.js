// Lights up what belongs together, and jumps between the text and its panel.
"use strict";
(() => {
  const panel = document.getElementById("panel");
  const inText = (element) => element.closest(".text") !== null;
  let lit = [];
  let pinned = null;

  // An entry of its own, or (where two passes are compared) the first that is about it.
  const entry = (owner) =>
    document.querySelector(`.item[data-owner="${CSS.escape(owner)}"]`) ??
    document.querySelector(`.item[data-lights~="${CSS.escape(owner)}:self"]`);
  const fragments = (item) =>
    document.querySelectorAll(`.text [data-item="${CSS.escape(item)}"]`);
  const on = (layer) => document.getElementById(`layer-${layer}`)?.checked ?? true;

  function clear() {
    for (const [element, name] of lit) element.classList.remove("lit", name);
    document.body.classList.remove("lighting");
    lit = [];
  }

  function mark(element, role) {
    const name = `lit-${role}`;
    element.classList.add("lit", name);
    lit.push([element, name]);
  }

  function light(owner) {
    clear();
    const item = owner && entry(owner);
    if (!item) return;
    document.body.classList.add("lighting");
    mark(item, "self");
    for (const pair of (item.dataset.lights ?? "").split(" ").filter(Boolean)) {
      const [target, role] = pair.split(":");
      for (const element of fragments(target)) mark(element, role);
      const other = entry(target);
      if (other && other !== item) mark(other, role);
    }
  }

  // Of nested marks the innermost quote (or its cue) comes first: claims and speakers inside it
  // light up with it, and have their own entries in the panel.
  function ownerAt(element) {
    for (const layers of [["quote", "cue"], ["mention"], ["claim"], ["term"]]) {
      const wanted = layers.filter(on).map((layer) => `.text .${layer}`).join(", ");
      const found = wanted && element.closest(wanted);
      if (found) return found.dataset.owner;
    }
    return element.closest(".item")?.dataset.owner ?? null;
  }

  function reveal(element) {
    if (!element || getComputedStyle(panel).overflowY === "visible") return;
    const [box, outer] = [element.getBoundingClientRect(), panel.getBoundingClientRect()];
    const top = Math.max(outer.top, 0);
    if (box.top < top || box.bottom > Math.min(outer.bottom, innerHeight)) {
      panel.scrollTop += box.top - top - 48;
    }
  }

  function pin(owner, focus) {
    pinned = owner;
    light(owner);
    const item = owner && entry(owner);
    reveal(item);
    const target = document.getElementById(owner);
    if (focus && target) target.focus({ preventScroll: true });
  }

  const owners = (id) => {
    const element = document.getElementById(id);
    return element && (element.dataset.owner ?? null);
  };

  function follow() {
    const id = decodeURIComponent(location.hash.slice(1));
    const owner = id && owners(id);
    if (owner) pin(owner, true);
  }

  // Only where the pointer itself moves: a page that is drawn or scrolled under it has not been
  // pointed at, though browsers then tell of a move as well.
  let last = null;
  let under = null;
  document.addEventListener("pointermove", (event) => {
    const place = `${event.clientX} ${event.clientY}`;
    const still = last === null || last === place;
    last = place;
    if (still || event.target === under) return;
    under = event.target;
    light(ownerAt(under) ?? pinned);
  });
  document.addEventListener("focusin", (event) => {
    const owner = ownerAt(event.target);
    light(owner ?? pinned);
    if (owner && inText(event.target)) reveal(entry(owner));
  });
  document.addEventListener("click", (event) => {
    const owner = inText(event.target) ? ownerAt(event.target) : null;
    if (!owner || String(getSelection())) return;
    history.replaceState(null, "", `#${owner}`);
    pin(owner, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pin(null, false);
    if (event.key === "Enter" && event.target.matches(".text .quote")) {
      const item = entry(event.target.dataset.owner);
      history.replaceState(null, "", `#${event.target.dataset.owner}`);
      pin(event.target.dataset.owner, false);
      item?.querySelector("a").focus();
    }
  });
  addEventListener("hashchange", follow);
  follow();
})();
