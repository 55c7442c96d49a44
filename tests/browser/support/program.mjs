// The real program under test, with a data folder, a port and an address range of its own: nothing that runs beside it on
// the machine is touched, and nothing of it is left when the test ends, however it ends.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineOf, SETTINGS } from "../../engines/engine.mjs";
import { until } from "./until.mjs";

/** The project's folder: scenarios, plans and the demo province are read from it. */
export const ROOT = new URL("../../..", import.meta.url).pathname;

/** Addresses of the test's labs: not those of the default configuration, which may be in use. */
const LAB_RANGE = process.env.TT_LAB_RANGE ?? "10.73.0.0/16";

/** Seconds in which the server must have drained after a signal. */
const DRAIN = 30;

export class Program {
  /** @param {{extraIndicator?: string}} options an indicator to stand beside those of the demo plan */
  static async start(options = {}) {
    const program = new Program(await freePort());
    program.plans(options.extraIndicator ?? "");
    process.once("exit", () => program.#kill());
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.once(signal, () => {
        program.#kill();
        program.engine?.sweep();
        process.exit(1);
      });
    }
    await program.begin();
    return program;
  }

  #child;

  constructor(port) {
    this.port = port;
    this.origin = `http://localhost:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), "thaotruong-browser-"));
    this.data = join(this.folder, "data");
    mkdirSync(this.data);
    this.log = join(this.folder, "server.log");
  }

  plans(extra) {
    const folder = join(this.folder, "plans");
    mkdirSync(folder);
    const demo = readFileSync(join(ROOT, "deploy/plans/demo.yaml"), "utf8");
    writeFileSync(join(folder, "demo.yaml"), demo.replace("\nreports:", `${extra}\nreports:`));
  }

  /** Starts the server and waits until it answers. */
  async begin() {
    const path = process.env.TT_PROGRAM;
    if (!path) throw new Error("TT_PROGRAM names the built program; tests/run sets it");
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("THAOTRUONG_")));
    Object.assign(env, {
      THAOTRUONG_DATA: this.data,
      ...SETTINGS,
      THAOTRUONG_LISTEN: `127.0.0.1:${this.port}`,
      THAOTRUONG_PUBLIC_URL: this.origin,
      THAOTRUONG_LAB_SUBNETS: JSON.stringify([LAB_RANGE]),
      THAOTRUONG_PLANS: join(this.folder, "plans"),
    });
    const child = spawn(path, ["serve", "--demo"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(this.log, { flags: "a" });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
    await until("the server answers", async () => {
      if (child.exitCode !== null) return true;
      return (await fetch(`${this.origin}/healthz`)).ok;
    });
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.said()}`);
  }

  /** Asks the server to stop, as an administrator's service manager does, and gives its exit code. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null) return child?.exitCode;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), DRAIN * 1000);
    const code = await this.ended;
    clearTimeout(late);
    return code;
  }

  /** What the server complained of last, for a failure's message. */
  said(lines = 20) {
    const log = existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n") : [];
    return log.filter((line) => /WARN|ERROR|panicked|^error/.test(line)).slice(-lines).join("\n");
  }

  /** Password of a demo account. */
  password(username) {
    const lines = readFileSync(join(this.data, "demo-accounts.txt"), "utf8").split("\n");
    const line = lines.find((one) => one.split(/\s+/)[0] === username);
    if (!line) throw new Error(`no demo account ${username}`);
    return line.split(/\s+/)[1];
  }

  /** Rows of a query, read past the program. Values stand in the statement: they are the test's own. */
  rows(sql) {
    const path = join(this.data, "thaotruong.db");
    const text = execFileSync("sqlite3", ["-readonly", "-json", path, sql], { encoding: "utf8", maxBuffer: 64e6 });
    return text.trim() ? JSON.parse(text) : [];
  }

  /** The engine as it shows itself, past the program; undefined before the first start. */
  get engine() {
    if (!existsSync(join(this.data, "thaotruong.db"))) return undefined;
    const [row] = this.rows("select value from setting where key = 'installation'");
    return row && engineOf(row.value);
  }

  /** Ends everything. */
  async end() {
    await this.stop();
    this.engine?.sweep();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #kill() {
    if (this.#child?.exitCode === null) this.#child.kill("SIGKILL");
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
