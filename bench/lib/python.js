import { runProcess } from "./process.js";

const modules = ["numpy", "pandas", "sklearn", "torch", "faiss", "threadpoolctl"];
const question = `import importlib.util as u, sys
print(sys.executable, sum(u.find_spec(m) is not None for m in ${JSON.stringify(modules)}), u.find_spec("numpy") is not None)`;

/**
 * The python of the peers: the one PYTHON names, else of python3 and the system's the one with NumPy and the most peers.
 * Gives the interpreter itself, since a version manager's shim would add its own start-up to the peer's; null for none.
 */
export async function findPython() {
  const names = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3"];
  const found = [];
  for (const name of names) {
    const { status, stdout } = await runProcess([name, "-c", question], { keepOutput: true });
    const [, path, count, numpy] = /^(.*) (\d+) (True|False)$/m.exec(stdout) ?? [];
    if (status === 0 && numpy === "True") found.push({ path, count: Number(count) });
  }
  return found.sort((x, y) => y.count - x.count)[0]?.path ?? null;
}
