// The script of a page: it makes heatmaps and losses interactive. Without it, the page shows images and tables.
import { showLoss } from "./loss.js";
import { showMatrix } from "./matrix.js";

const blocks = JSON.parse(document.getElementById("data")?.textContent ?? "[]");

for (const box of document.querySelectorAll<HTMLElement>("[data-kind]")) {
  const data = blocks[Number(box.dataset.number)];
  if (box.dataset.kind === "loss") showLoss(box, data);
  // An old browser that cannot decompress shows the image.
  else if ("DecompressionStream" in globalThis) showMatrix(box, data);
}
