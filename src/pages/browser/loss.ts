import { bars } from "./bars.js";
import { bytesOf, create } from "./dom.js";

/** The data of losses, as `drawLoss` writes them. */
interface LossData {
  readonly margin: number;
  readonly reduction: "sum" | "nonzero";
  readonly positive: string;
  readonly terms: readonly { readonly name: string; readonly negative: string }[];
  readonly positiveIndex: string | null;
  readonly negativeIndex: string;
  readonly anchorIds: readonly string[] | null;
  readonly otherIds: readonly string[] | "same" | null;
}

const HARDEST = 20;

/** Adds a slider for the margin, which recomputes the losses, the bars and the hardest anchors. */
export function showLoss(box: HTMLElement, data: LossData): void {
  const doubles = (text: string) => new Float64Array(bytesOf(text).buffer);
  const indices = (text: string) => new Int32Array(bytesOf(text).buffer);
  const positive = doubles(data.positive);
  const terms = data.terms.map(({ negative }) => doubles(negative));
  const positiveIndex = data.positiveIndex === null ? null : indices(data.positiveIndex);
  const negativeIndex = indices(data.negativeIndex);
  const otherIds = data.otherIds === "same" ? data.anchorIds : data.otherIds;
  const values = [...box.querySelectorAll("dd")];
  const body = box.querySelector("tbody");
  const chart = box.querySelector(".anchors");

  const command = [...(box.parentElement?.querySelectorAll(".command code") ?? [])].at(-1);
  const largestMargin = Math.max(1, data.margin);
  const most = lossesAt(largestMargin).reduce((largest, loss) => Math.max(largest, loss), 0);

  const slider = create("input", { type: "range", min: "0", max: String(largestMargin), step: "0.01" });
  slider.value = String(data.margin);
  slider.addEventListener("input", () => show(Number(slider.value)));
  box.querySelector(".loss")?.prepend(create("label", { className: "slider" }, "margin ", slider));
  show(data.margin);

  function hingesAt(margin: number): Float64Array[] {
    return terms.map((negative) =>
      negative.map((value, i) => (Number.isNaN(value - positive[i]) ? 0 : Math.max(value - positive[i] + margin, 0))),
    );
  }

  function lossesAt(margin: number): Float64Array {
    const hinges = hingesAt(margin);
    return positive.map((_, i) => hinges.reduce((sum, hinge) => sum + hinge[i], 0));
  }

  function show(margin: number): void {
    const hinges = hingesAt(margin);
    const losses = lossesAt(margin);
    const active = losses.filter((loss) => loss > 0).length;
    // The losses are added in the order of `simcli loss`, so that the sum has the same bits.
    const total = (list: Float64Array) => list.reduce((sum, value) => sum + value, 0);
    const divisor = data.reduction === "sum" ? 1 : Math.max(1, active);
    const shown = [
      String(margin),
      ...(terms.length > 1 ? hinges : []).map((hinge) => (total(hinge) / divisor).toFixed(4)),
      (total(losses) / divisor).toFixed(4),
      `${active} of ${losses.length}`,
    ];
    for (const [k, value] of values.entries()) value.textContent = shown[k];
    chart?.replaceChildren(bars(losses, most));
    showHardest(losses);
    if (command) command.textContent = (command.textContent ?? "").replace(/--margin \S+/, `--margin ${margin}`);
  }

  function showHardest(losses: Float64Array): void {
    const order = Array.from(losses.keys())
      .filter((i) => losses[i] > 0)
      .sort((one, other) => losses[other] - losses[one] || one - other);
    const nameOf = (ids: readonly string[] | null, i: number) => (i < 0 ? "none" : (ids?.[i] ?? String(i)));
    const exact = (value: number) => (Number.isNaN(value) ? "none" : String(value));
    const name = (text: string) => create("td", { textContent: text });
    const number = (text: string) => create("td", { textContent: text, className: "number" });
    const rows = order
      .slice(0, HARDEST)
      .map((i) =>
        create(
          "tr",
          {},
          create("th", { scope: "row", textContent: nameOf(data.anchorIds, i) }),
          ...(positiveIndex ? [name(nameOf(otherIds, positiveIndex[i]))] : []),
          number(exact(positive[i])),
          name(nameOf(otherIds, negativeIndex[i])),
          number(exact(negativeIndex[i] < 0 ? Number.NaN : terms[terms.length - 1][i])),
          number(losses[i].toFixed(4)),
        ),
      );
    body?.replaceChildren(...rows);
  }
}
