// Docker, seen past the program: no word of the program is taken for what its machines are.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { beside } from "./beside.mjs";

const run = promisify(execFile);

/** The program's table on this machine, which keeps labs from it. */
const TABLE = ["table", "inet", "thaotruong"];

/** What every machine says of itself. */
const MACHINE = '{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Label "vn.thaotruong.environment"}}\t{{.Label "vn.thaotruong.node"}}';

export class Docker {
  #installation;
  #ours;

  /** @param {string} installation the program's own name for itself, which stands on all that it makes */
  constructor(installation) {
    this.#installation = installation;
    this.#ours = ["--filter", `label=vn.thaotruong.owner=${installation}`];
  }

  /** What a command prints as root in a node of an environment. */
  async read(environment, node, command) {
    return docker("exec", "--user", "0", (await this.#one(environment, node)).id, "sh", "-c", command);
  }

  /** Machines that there are, running or not, but for helpers, which belong to no environment. */
  async machines() {
    const lines = (await docker("ps", "-a", "--no-trunc", ...this.#ours, "--format", MACHINE)).split("\n").filter(Boolean);
    return lines
      .map((line) => line.split("\t"))
      .map(([id, name, state, environment, node]) => ({ id, name, running: state === "running", environment, node }))
      .filter((machine) => machine.node);
  }

  /** Machines and networks that there are, running or not. */
  async left() {
    const machines = words(await docker("ps", "-aq", ...this.#ours));
    const networks = words(await docker("network", "ls", "-q", ...this.#ours));
    return [...machines, ...networks];
  }

  /** Takes a machine away, as somebody does who should not. */
  async remove(environment, node) {
    await docker("rm", "-f", (await this.#one(environment, node)).id);
  }

  /** Ends a machine's own process. */
  async kill(environment, node) {
    await docker("kill", (await this.#one(environment, node)).id);
  }

  /** Puts somebody else's machine in the place of one of ours; what stands there is told apart by its id. */
  async usurp(environment, node, image) {
    const ours = await this.#one(environment, node);
    await docker("rm", "-f", ours.id);
    const id = (await docker("run", "-d", "--name", ours.name, "--network", "none", "--entrypoint", "sleep", image, "infinity")).trim();
    return {
      name: ours.name,
      stands: async () => (await docker("inspect", "-f", "{{.State.Running}}", id)).trim() === "true",
      leave: () => docker("rm", "-f", id),
    };
  }

  async #one(environment, node) {
    const found = (await this.machines()).filter((one) => one.environment === environment && one.node === node);
    if (found.length !== 1) throw new Error(`${node} of ${environment}: ${found.length} containers`);
    return found[0];
  }

  /** Takes away at once what this installation, and nobody else, has, with what probes left that were killed with it. */
  sweep() {
    for (const installation of [this.#installation, beside(this.#installation)]) {
      const ours = ["--filter", `label=vn.thaotruong.owner=${installation}`];
      const list = (...command) => words(execFileSync("docker", [...command, "-q", ...ours], { encoding: "utf8" }));
      const remove = (command, names) => names.length && execFileSync("docker", [...command, ...names], { stdio: "ignore" });
      remove(["rm", "-f", "-v"], list("ps", "-a"));
      remove(["network", "rm"], list("network", "ls"));
      remove(["volume", "rm", "-f"], list("volume", "ls"));
    }
  }

  /** Whether the program keeps labs in by something on this machine, which somebody could take away. */
  walls = true;

  /** Takes the walls of the labs away while something is done, and puts them back whatever becomes of it. */
  async opened(act) {
    const rules = nft(["list", ...TABLE]);
    const close = () => nft(["-f", "-"], `table inet thaotruong\ndelete table inet thaotruong\n${rules}`);
    process.once("exit", close);
    try {
      nft(["delete", ...TABLE]);
      return await act();
    } finally {
      process.off("exit", close);
      close();
    }
  }

  /** Takes the walls away, once: whoever keeps them has to put them back. */
  tearDown() {
    nft(["-f", "-"], "table inet thaotruong\ndelete table inet thaotruong\n");
  }

  /** Whether the walls stand. */
  stand() {
    return /^table inet thaotruong$/m.test(nft(["list", "tables"]));
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
