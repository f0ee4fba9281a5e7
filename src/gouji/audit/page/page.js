"use strict";
// The table of units: sorted by its heads, filtered together with the heat map and the sections.
// A long table shows its first rows (the others have the class "later"), or all when asked; paper has all.
(() => {
  const at = (id) => document.getElementById(id);
  const table = at("units-table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const units = [...body.rows].map((row, order) => ({
    row,
    order,
    parts: [row, at("h" + row.dataset.entry), at("e" + row.dataset.entry)],
    text: row.dataset.text,
    severity: row.dataset.severity.split(" "),
    family: row.dataset.family.split(" "),
  }));
  const fields = ["text", "year", "standing", "severity", "family"].map((name) => at("f-" + name));
  const [text, year, standing, severity, family] = fields;
  const chinese = new Intl.Collator("zh-Hans-CN", { numeric: true });

  const wanted = (unit) => {
    const words = text.value.toLowerCase().split(/\s+/);
    return (
      words.every((word) => unit.text.includes(word)) &&
      (!year.value || unit.row.dataset.year === year.value) &&
      (!standing.value || unit.row.dataset.standing === standing.value) &&
      (!severity.value || unit.severity.includes(severity.value)) &&
      (!family.value || unit.family.includes(family.value))
    );
  };

  let most = Number(table.dataset.rows);

  const filter = () => {
    let count = 0;
    for (const unit of units) {
      const show = wanted(unit);
      count += show;
      const [row, heat] = unit.parts;
      const later = show && count > most;
      if (row.classList.contains("later") !== later) {
        row.classList.toggle("later", later);
        heat.classList.toggle("later", later);
      }
      for (const part of unit.parts) if (part.hidden === show) part.hidden = !show;
    }
    at("shown").textContent = `符合条件 ${count} 份，共 ${units.length} 份；热力图和单位详情一并筛选`;
    at("printed").textContent = `已筛选：以下只有 ${units.length} 份中的 ${count} 份`;
    at("printed").hidden = count === units.length;
    at("nobody").hidden = count > 0;
    at("more").hidden = count <= most;
    at("f-all").textContent = `一览和热力图先列 ${most} 份，全部列出 ${count} 份`;
  };

  const all = () => {
    most = Infinity;
    filter();
  };

  const reset = () => {
    for (const field of fields) field.value = "";
    filter();
  };

  // Numbers begin with the greatest; what has no value comes last either way.
  const sort = (head) => {
    const numeric = "numeric" in head.firstElementChild.dataset;
    const before = head.getAttribute("aria-sort");
    const descending = before === "none" ? numeric : before === "ascending";
    const column = heads.indexOf(head);
    const value = (unit) => {
      const words = unit.row.cells[column].textContent.trim();
      return numeric ? Number(words) : words;
    };
    const values = new Map(units.map((unit) => [unit, value(unit)]));
    const sign = descending ? -1 : 1;
    units.sort((one, other) => {
      const [a, b] = [values.get(one), values.get(other)];
      const last = numeric ? Number.isNaN(a) - Number.isNaN(b) : 0;
      const order = numeric ? a - b || 0 : chinese.compare(a, b);
      return last || sign * order || one.order - other.order;
    });
    for (const other of heads) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    body.append(...units.map((unit) => unit.row));
    filter();
  };

  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  };
  for (const field of fields) field.addEventListener(field === text ? "input" : "change", soon);
  at("f-reset").addEventListener("click", () => {
    reset();
    text.focus();
  });
  for (const head of heads) head.firstElementChild.addEventListener("click", () => sort(head));

  at("f-all").addEventListener("click", all);

  // A link to a unit that is not shown shows all units again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && at(link.hash.slice(1));
    if (target?.hidden) reset();
    if (target?.classList.contains("later")) all();
  });

  // Paper cannot be opened: print what is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });

  at("filter").hidden = false;
  filter();
})();
