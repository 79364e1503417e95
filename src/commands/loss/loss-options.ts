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
import { choice, decimalNumber, fileName, numberAboveZero, numberList } from "../../shell/options.js";

/** The options of `loss` that choose the computation; omitted ones have the default of their kind. */
export interface LossKindOptions {
  readonly kind: KindName;
  readonly reduction?: Reduction;
  readonly anchors: Anchors;
  /** A column of every input file, or a file of labels. */
  readonly labels?: string;
  readonly excludeSelf?: true;
  readonly margin?: readonly number[];
  readonly negatives?: Negatives;
  readonly fallback?: Fallback;
  readonly tieTolerance?: number;
  readonly mining?: Mining;
  readonly temperature?: number;
  readonly positiveMargin?: number;
  readonly negativeMargin?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly base?: number;
}

export function addLossOptions(command: Command): Command {
  const number = (flags: string, description: string, parse: (name: string) => (text: string) => number) =>
    new Option(flags, description).argParser(parse(flags.replace(/ .*/, "")));
  const decimal = (name: string) => decimalNumber(name);
  const atLeastZero = (name: string) => decimalNumber(name, 0);
  return command
    .addOption(choice("--kind <name>", "which loss", KIND_NAMES).default("hard-negative"))
    .addOption(
      new Option(
        "--margin <list>",
        "α of hard-negative (default: 0.25) and triplet (0.05; semi-hard 1); of a list, each",
      ).argParser(numberList("--margin")),
    )
    .addOption(
      choice(
        "--negatives <kind>",
        "the closest negative: none above the positive, or the largest (default: semi-hard)",
        NEGATIVES,
      ),
    )
    .addOption(
      choice(
        "--reduction <how>",
        "one loss from all (default: sum; nonzero of triplet and contrastive; mean of the others and semi-hard triplets)",
        REDUCTIONS,
      ),
    )
    .addOption(choice("--anchors <which>", "what the anchors are", ANCHORS).default("rows"))
    .addOption(choice("--fallback <value>", "the closest negative where none is eligible (default: floor)", FALLBACKS))
    .addOption(
      number(
        "--tie-tolerance <x>",
        "a negative this near the positive is a tie, and kept (default: 1e-12)",
        atLeastZero,
      ),
    )
    .addOption(choice("--mining <how>", "which triplets (default: batch-hard)", MININGS))
    .addOption(number("--temperature <x>", "infonce: τ (default: 0.07)", numberAboveZero))
    .addOption(number("--positive-margin <x>", "contrastive: what positives should reach (default: 1)", decimal))
    .addOption(number("--negative-margin <x>", "contrastive: what negatives should not exceed (default: 0)", decimal))
    .addOption(number("--alpha <x>", "multi-similarity: weight of positives (default: 2)", numberAboveZero))
    .addOption(number("--beta <x>", "multi-similarity: weight of negatives (default: 50)", numberAboveZero))
    .addOption(number("--base <x>", "multi-similarity: λ, where both begin (default: 0.5)", decimal))
    .option(
      "--labels <column|file>",
      "classes: rows of the anchor's class are no negatives; they are positives where the kind takes several",
    )
    .option("--exclude-self", "with labels, the diagonal is no pair (default where both files are the same)")
    .option("--total", "print the reduced loss alone, a line a margin")
    .addOption(
      new Option("--gradient <file>", "write ∂loss/∂S as well; the format follows the extension").argParser(
        fileName("--gradient"),
      ),
    );
}
