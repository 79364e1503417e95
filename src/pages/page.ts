import type { Panel } from "../pictures/figure.js";
import type { Markup } from "../pictures/markup.js";
import type { LossView } from "./loss-view.js";
import type { MatrixView } from "./matrix-view.js";

/** A document of one file that browsers show, mail carries and printers print. */
export interface Page {
  readonly title: string;
  /** Lines below the title. */
  readonly facts: readonly string[];
  /** The command that writes the page. */
  readonly command: string;
  readonly version: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A part of a section. Texts are escaped when they are drawn. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[]; readonly isWarning?: true }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "charts"; readonly panels: readonly Panel[] }
  | { readonly kind: "matrix"; readonly view: MatrixView }
  /** Losses that the page can recompute, or if they are fixed, shows at one margin. */
  | { readonly kind: "loss"; readonly view: LossView; readonly isFixed: boolean }
  | { readonly kind: "command"; readonly command: string }
  /** Blocks beside each other, each with a title. */
  | { readonly kind: "columns"; readonly columns: readonly Section[] };

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface Column {
  readonly name: string;
  /** Whether it holds numbers, which are aligned at the right. */
  readonly isNumber?: true;
}

/** What a block adds to the page: its markup, and the data that its script reads. */
export interface Drawn {
  readonly markup: Markup;
  readonly data?: unknown;
}
