/** The columns of every table, as text: head, whether numbers are in it, and the cell of a row. */
export const columns = [
  { head: "what", cell: ({ title }) => title },
  { head: "simcli", right: true, cell: ({ simcli }) => figure(simcli) },
  { head: "peer", right: true, cell: ({ peer }) => (peer === null ? "" : figure(peer)) },
  { head: "", cell: ({ peer }) => peer?.name ?? "" },
  { head: "ratio", right: true, cell: ({ ratio }) => (ratio === null ? "" : ratio.toFixed(2)) },
  { head: "bar", right: true, cell: ({ bar }) => bar ?? "" },
  { head: "met", cell: ({ met }) => (met === null ? "" : met ? "yes" : "NO") },
  { head: "of peak", right: true, cell: ({ simcli, peer }) => shares(simcli, peer) },
  { head: "peak MB", right: true, cell: ({ simcli, peer }) => peaks(simcli, peer) },
];

/** The columns that say something in one of these rows. */
export const columnsOf = (rows) => columns.filter(({ cell }) => rows.some((row) => cell(row) !== ""));

function figure({ median, unit, failed }) {
  if (median === null) return failed ?? "not told";
  return `${median >= 100 ? median.toFixed(0) : median.toPrecision(3)} ${unit}`;
}

/** Simcli's share of what the machine reaches, and the peer's. */
const shares = (simcli, peer) =>
  [simcli, peer]
    .filter((side) => typeof side?.share === "number")
    .map(({ share }) => `${(100 * share).toFixed(0)} %`)
    .join(" / ");

/** Simcli's and the peer's, since memory has no bar of its own in most cases. */
function peaks(simcli, peer) {
  if (simcli.unit === "MB") return "";
  return [simcli, peer]
    .filter((side) => typeof side?.megabytes === "number")
    .map(({ megabytes }) => Math.round(megabytes))
    .join(" / ");
}
