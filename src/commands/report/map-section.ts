import type { Block, Section } from "../../pages/page.js";
import { variancePanel } from "../describe/description-figure.js";
import { mapPanel } from "../shared/vector-map.js";
import { type Model, ofModels } from "./model.js";

/** Returns the map of the rows. */
export function mapSection(models: readonly Model[]): Section {
  return {
    title: "Map",
    blocks: ofModels(models, ({ components, comparison: { queries, corpus, isSelf }, lines }): Block[] =>
      components.variances.length > 0
        ? [
            {
              kind: "charts",
              panels: [mapPanel(isSelf ? [corpus] : [queries, corpus], components), variancePanel(components)],
            },
            { kind: "command", command: lines.reading("describe", corpus.name, ["-o", "components.svg"]) },
          ]
        : [{ kind: "text", text: `No map: all rows of ${corpus.name} are equal.` }],
    ),
  };
}
