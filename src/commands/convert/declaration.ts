import { QUANTIZATIONS } from "../../core/quantization.js";
import { STORED_TYPES } from "../../output/stored-numbers.js";
import type { Declaration } from "../../shell/declaration.js";
import { choice } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions, addQuantizationOptions } from "../../shell/options.js";
import { wordsOptions } from "../shared/write-vectors.js";
import type { ConvertOptions } from "./run.js";

export const convert: Declaration = {
  name: "convert",
  description: "write vectors in another format, with the same numbers",
  examples: [
    ["simcli convert a.csv -o a.json", "the format follows the extension"],
    ["simcli convert a.csv -f ndjson | simcli cosine a.csv -", "as JSON Lines, through a pipe"],
    ["simcli convert a.csv -o a.vec", "in the text format of word2vec"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .addOption(choice("--store <type>", "type of the numbers in .npy and .safetensors (default: f64)", STORED_TYPES));
    addQuantizationOptions(
      command,
      choice("--quantize <type>", "write quantised vectors: int8 codes, packed bits, half precision", QUANTIZATIONS),
    );
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: ConvertOptions) => {
      const { runConvert } = await import("./run.js");
      const { asWords, common } = wordsOptions(options);
      await runner.run(common, (context) => runConvert(context, a, options, asWords));
    });
  },
};
