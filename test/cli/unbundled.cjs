// Stands in for the bundle when coverage is measured, so that the modules of src are what runs.
const modules = import("./main.js");

exports.guardProcess = () => {};
exports.main = async (args, streams) => {
  const { guardProcess, main } = await modules;
  guardProcess();
  return main(args, streams);
};
