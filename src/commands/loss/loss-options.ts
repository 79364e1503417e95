import { type Command, Option } from "commander";
import {
  ANCHORS,
  type Anchors,
  FALLBACKS,
  type Fallback,
  KIND_NAMES,
  type KindName,
  MININGS,
  type Mining,
  NEGATIVES,
  type Negatives,
  REDUCTIONS,
  type Reduction,
} from "../../loss/types.js";
import { choice, decimalNumber, fileName, numberAboveZero, numberList } from "../../shell/option-values.js";

/** The options of `loss` that choose the computation; omitted ones have the default of their kind. */
export interface LossKindOptions {
  readonly kind: KindName;
  readonly reduction?: Reduction;
  readonly anchors: Anchors;
  /** A column of every input file, or a file of labels. */
  readonly labels?: string;
  /** A column of a file of vectors, or a file of numbers. */
  readonly scores?: string;
  readonly excludeSelf?: true;
  readonly margin?: readonly number[];
  readonly negatives?: Negatives;
  readonly fallback?: Fallback;
  readonly tieTolerance?: number;
  readonly mining?: Mining;
  readonly temperature?: number;
  readonly scale?: number;
  readonly bias?: number;
  readonly positiveMargin?: number;
  readonly negativeMargin?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly base?: number;
}

/** What to write for losses with other names. */
const OTHER_NAMES = {
  clip: "the loss of CLIP is --kind infonce --anchors both",
  mnrl: "MultipleNegativesRankingLoss is --kind infonce --temperature 0.05",
  "nt-xent": "NT-Xent is --kind supcon --labels FILE, with one label for each pair",
  ntxent: "NT-Xent is --kind supcon --labels FILE, with one label for each pair",
};

export function addLossOptions(command: Command): Command {
  const number = (flags: string, description: string, parse: (name: string) => (text: string) => number) =>
    new Option(flags, description).argParser(parse(flags.replace(/ .*/, "")));
  const decimal = (name: string) => decimalNumber(name);
  const atLeastZero = (name: string) => decimalNumber(name, 0);
  return command
    .addOption(choice("--kind <name>", "kind of loss", KIND_NAMES, OTHER_NAMES).default("hard-negative"))
    .addOption(
      new Option(
        "--margin <list>",
        "margin, or a list of margins (default: hard-negative 0.25; triplet 0.05, semi-hard 1)",
      ).argParser(numberList("--margin")),
    )
    .addOption(
      choice(
        "--negatives <kind>",
        "candidates for the closest negative: semi-hard excludes those above the positive (default: semi-hard)",
        NEGATIVES,
      ),
    )
    .addOption(
      choice(
        "--reduction <how>",
        "how to reduce the losses of all anchors to one (default: hard-negative sum; triplet, contrastive nonzero; others and semi-hard triplets mean)",
        REDUCTIONS,
      ),
    )
    .addOption(
      choice("--anchors <which>", "what the anchors are: rows, columns, or the mean of both", ANCHORS).default("rows"),
    )
    .option(
      "--labels <column|file>",
      "classes: rows of the anchor's class are not negatives, and positives where the kind allows several",
    )
    .option("--scores <column|file>", "cosent: gold scores of the pairs, one for each row")
    .option("--exclude-self", "with --labels: the diagonal is not a pair (default if both files are the same)")
    .option("--total", "print only the reduced loss, one line per margin")
    .addOption(
      new Option("--gradient <file>", "also write ∂loss/∂S; the extension is the format").argParser(
        fileName("--gradient"),
      ),
    )
    .addOption(
      new Option("--gradient-a <file>", "also write the gradient by the vectors of a").argParser(
        fileName("--gradient-a"),
      ),
    )
    .addOption(
      new Option("--gradient-b <file>", "also write the gradient by the vectors of b").argParser(
        fileName("--gradient-b"),
      ),
    )
    .optionsGroup("Some kinds:")
    .addOption(
      choice("--fallback <value>", "closest negative of an anchor without an eligible one (default: floor)", FALLBACKS),
    )
    .addOption(
      number(
        "--tie-tolerance <x>",
        "keep a negative up to x above the positive, as a tie (default: 1e-12)",
        atLeastZero,
      ),
    )
    .addOption(choice("--mining <how>", "triplets: which ones are mined (default: batch-hard)", MININGS))
    .addOption(
      number(
        "--temperature <x>",
        "infonce, supcon: temperature τ (default: infonce 0.07, supcon 0.1)",
        numberAboveZero,
      ),
    )
    .addOption(
      number("--scale <x>", "siglip, cosent: factor of similarities (default: siglip 10, cosent 20)", numberAboveZero),
    )
    .addOption(number("--bias <x>", "siglip: bias of the logits (default: -10)", decimal))
    .addOption(
      number("--positive-margin <x>", "contrastive: similarity that positives should reach (default: 1)", decimal),
    )
    .addOption(
      number("--negative-margin <x>", "contrastive: similarity that negatives should not exceed (default: 0)", decimal),
    )
    .addOption(number("--alpha <x>", "multi-similarity: weight of positives (default: 2)", numberAboveZero))
    .addOption(number("--beta <x>", "multi-similarity: weight of negatives (default: 50)", numberAboveZero))
    .addOption(number("--base <x>", "multi-similarity: base similarity λ (default: 0.5)", decimal));
}
