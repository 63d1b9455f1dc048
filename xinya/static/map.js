// The chain map is complete without this file. It adds: paths on hover or focus, and zoom.
(function () {
  "use strict";

  function prepare(map) {
    const lines = [...map.querySelectorAll(".ln")];
    const nodes = new Map([...map.querySelectorAll(".nd")].map((node) => [node.dataset.n, node]));
    const inputs = new Map(), uses = new Map();
    nodes.forEach((node, code) => {
      const needed = (node.dataset.from || "").split(" ").filter((other) => nodes.has(other));
      inputs.set(code, needed);
      needed.forEach((other) => uses.set(other, [...(uses.get(other) || []), code]));
    });

    // Along the drawn lines the whole path lights up, up- or downstream.
    function walk(start, from, to) {
      const seen = new Set([start]), todo = [start];
      while (todo.length) {
        const here = todo.pop();
        for (const line of lines) {
          if (line.dataset[from] !== here) continue;
          line.classList.add("on");
          if (!seen.has(line.dataset[to])) { seen.add(line.dataset[to]); todo.push(line.dataset[to]); }
        }
      }
      return seen;
    }

    function clear() {
      map.classList.remove("pick");
      map.querySelectorAll(".on, .at").forEach((part) => part.classList.remove("on", "at"));
    }

    // Links without a line (equipment, services, what is not essential) light up one step far.
    function pick(code) {
      clear();
      map.classList.add("pick");
      nodes.get(code).classList.add("at");
      const lit = [...walk(code, "a", "b"), ...walk(code, "b", "a"), ...inputs.get(code), ...(uses.get(code) || [])];
      for (const other of lit) if (nodes.has(other)) nodes.get(other).classList.add("on");
    }

    nodes.forEach((node, code) => {
      node.addEventListener("pointerenter", () => pick(code));
      node.addEventListener("focus", () => pick(code));
      node.addEventListener("pointerleave", clear);
      node.addEventListener("blur", clear);
    });
    map.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });

    const asked = decodeURIComponent(location.hash.slice(1));
    if (nodes.has(asked)) {
      const isDrawn = map.getClientRects().length > 0; // on a phone only the table is there
      if (isDrawn) pick(asked);
      (isDrawn ? nodes.get(asked) : document.getElementById("s-" + asked)).scrollIntoView({ block: "center", inline: "center" });
    }
  }

  // Zoom in per cent of the page; the step below 100 fits a wide picture into it.
  const steps = [["100%", "0"], ["100%", ""], ["125%", ""], ["150%", ""], ["200%", ""]];
  const natural = 1;
  let at = natural;

  function zoom(change) {
    at = change === 0 ? natural : Math.max(0, Math.min(steps.length - 1, at + change));
    document.querySelectorAll("svg.chain").forEach((map) => {
      [map.style.width, map.style.minWidth] = at === natural ? ["", ""] : steps[at];
    });
    document.querySelectorAll("[data-zoom]").forEach((button) => {
      const step = Number(button.dataset.zoom);
      button.setAttribute("aria-disabled", String(step !== 0 && steps[at + step] === undefined));
    });
  }

  document.querySelectorAll("svg.chain").forEach(prepare);
  if (document.querySelector("svg.chain")) {
    document.querySelectorAll("[data-zoom]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
    });
  }
})();
