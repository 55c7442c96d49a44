// Docker, seen past the program: no word of the program is taken for what its machines are.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The program's table on this machine, which keeps labs from it. */
const TABLE = ["table", "inet", "thaotruong"];

export class Docker {
  #ours;

  /** @param {string} installation the program's own name for itself, which stands on all that it makes */
  constructor(installation) {
    this.#ours = ["--filter", `label=vn.thaotruong.owner=${installation}`];
  }

  /** What a command prints as root in a node of an environment. */
  async read(environment, node, command) {
    const labels = [`vn.thaotruong.environment=${environment}`, `vn.thaotruong.node=${node}`];
    const ids = words(await docker("ps", "-q", ...this.#ours, ...labels.flatMap((label) => ["--filter", `label=${label}`])));
    if (ids.length !== 1) throw new Error(`${node} of ${environment}: ${ids.length} containers`);
    return docker("exec", "--user", "0", ids[0], "sh", "-c", command);
  }

  /** Machines and networks that there are, running or not. */
  async left() {
    const machines = words(await docker("ps", "-aq", ...this.#ours));
    const networks = words(await docker("network", "ls", "-q", ...this.#ours));
    return [...machines, ...networks];
  }

  /** Takes away at once what this installation, and nobody else, has. */
  sweep() {
    const list = (...command) => words(execFileSync("docker", [...command, "-q", ...this.#ours], { encoding: "utf8" }));
    const remove = (command, names) => names.length && execFileSync("docker", [...command, ...names], { stdio: "ignore" });
    remove(["rm", "-f"], list("ps", "-a"));
    remove(["network", "rm"], list("network", "ls"));
    remove(["volume", "rm", "-f"], list("volume", "ls"));
  }

  /** Takes the walls of the labs away while something is done, and puts them back whatever becomes of it. */
  async opened(act) {
    const rules = nft(["list", ...TABLE]);
    const close = () => nft(["-f", "-"], `table inet thaotruong\ndelete table inet thaotruong\n${rules}`);
    process.once("exit", close);
    nft(["delete", ...TABLE]);
    try {
      return await act();
    } finally {
      process.off("exit", close);
      close();
    }
  }
}

async function docker(...argv) {
  return (await run("docker", argv, { maxBuffer: 16e6 })).stdout;
}

function nft(argv, input = "") {
  const [command, ...rest] = process.getuid() === 0 ? ["/usr/sbin/nft"] : ["sudo", "-n", "/usr/sbin/nft"];
  return execFileSync(command, [...rest, ...argv], { encoding: "utf8", input });
}

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
