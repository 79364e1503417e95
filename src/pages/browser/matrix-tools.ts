import { create } from "./dom.js";

/** What the controls of a heatmap do. */
export interface MatrixActions {
  /** Shows an order: 0 is that of the files. */
  sortBy(index: number): void;
  /** Colours the cells by one of the scales. */
  colourBy(index: number): void;
  /** Shows the next row or column with an id. */
  find(text: string): void;
  /** Begins the next search at the first row. */
  forgetFound(): void;
  zoomIn(): void;
  zoomOut(): void;
  showAll(): void;
}

/** Returns the controls of a heatmap: its orders (none if there is only one), scales, search and zoom. */
export function matrixTools(
  orders: readonly string[],
  scales: readonly string[],
  scale: number,
  actions: MatrixActions,
): HTMLElement {
  const search = create("input", { type: "search", placeholder: "id or number", size: 12 });
  search.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") actions.find(search.value);
  });
  search.addEventListener("input", () => actions.forgetFound());
  const sort = choice(orders, 0, (index) => actions.sortBy(index));
  const colours = choice(scales, scale, (index) => actions.colourBy(index));
  return create(
    "div",
    { className: "tools" },
    ...(orders.length > 1 ? [create("label", {}, "sort ", sort)] : []),
    create("label", {}, "colours ", colours),
    create("label", {}, "id ", search),
    button("find", "find the next row or column with this id", () => actions.find(search.value)),
    button("+", "zoom in", () => actions.zoomIn()),
    button("−", "zoom out", () => actions.zoomOut()),
    button("all", "show all of the matrix", () => actions.showAll()),
  );
}

function choice(names: readonly string[], chosen: number, act: (index: number) => void): HTMLSelectElement {
  const select = create("select", {}, ...names.map((name) => create("option", { textContent: name })));
  select.selectedIndex = chosen;
  select.addEventListener("change", () => act(select.selectedIndex));
  return select;
}

function button(text: string, title: string, act: () => void): HTMLButtonElement {
  const made = create("button", { type: "button", textContent: text, title });
  if (text.length === 1) made.setAttribute("aria-label", title);
  made.addEventListener("click", act);
  return made;
}
