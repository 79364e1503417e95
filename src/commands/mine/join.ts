import { mergedRecords, summariesOf } from "../../sharding/merged-parts.js";
import { counting, writeRecordList } from "../../shell/writers.js";
import type { Join } from "../merge/run.js";
import { addedMiningCounts, type MiningCounts, noteSummary, type ReportedMining } from "./summary.js";

/** Writes the records of all anchors, and reports what was mined as one run does. */
export const joinMined: Join = async (context, job) => {
  const { title, facts } = job.result;
  const { records, count } = counting(mergedRecords(job, context.room()));
  await writeRecordList(context, records, title);
  const reported = facts?.reported as ReportedMining;
  noteSummary(context, addedMiningCounts(summariesOf<MiningCounts>(job), reported.nearer), count(), reported);
};
