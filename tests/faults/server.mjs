// The real program over a data folder of its own, and a browser without a screen: cookies, forms, redirects.

import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.TT_PROGRAM;
if (!program) throw new Error("TT_PROGRAM must name the program; tests/run does that");

/** Waits until `look` gives something; says what was waited for when the test's own time is over. */
export async function until(what, look, minutes = 6) {
  const end = Date.now() + minutes * 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function docker(...words) {
  return execFileSync("docker", words, { encoding: "utf8" }).trim();
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Range {
  static async create(subnet) {
    const range = new Range();
    range.data = mkdtempSync(join(tmpdir(), "thaotruong-faults-"));
    range.port = await freePort();
    range.url = `http://localhost:${range.port}`;
    range.subnet = subnet;
    return range;
  }

  /** Starts the program, told to die at `crashAt`, and waits until it serves. */
  async start(crashAt = "") {
    this.output = "";
    this.process = spawn(program, ["serve", "--demo"], {
      env: {
        ...process.env,
        THAOTRUONG_DATA: this.data,
        THAOTRUONG_LISTEN: `127.0.0.1:${this.port}`,
        THAOTRUONG_PUBLIC_URL: this.url,
        THAOTRUONG_LAB_SUBNETS: `["${this.subnet}"]`,
        THAOTRUONG_CRASH_AT: crashAt,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = new Promise((resolve) => this.process.once("exit", (code, signal) => resolve({ code, signal })));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (bytes) => {
        this.output += bytes;
      });
    }
    await until("the server", async () => {
      if (this.process.exitCode !== null || this.process.signalCode) return true;
      return fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
    });
  }

  isDead() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async stop(signal = "SIGTERM") {
    if (!this.isDead()) this.process.kill(signal);
    return this.ended;
  }

  query(sql) {
    const text = execFileSync("sqlite3", ["-json", "-readonly", join(this.data, "thaotruong.db"), sql], { encoding: "utf8" });
    return text.trim() ? JSON.parse(text) : [];
  }

  installation() {
    return this.query("select value from setting where key = 'installation'")[0].value;
  }

  containers() {
    const rows = docker("ps", "-a", "--filter", `label=vn.thaotruong.owner=${this.installation()}`, "--format", "{{.Names}}");
    return rows ? rows.split("\n").sort() : [];
  }

  networks() {
    const rows = docker("network", "ls", "--filter", `label=vn.thaotruong.owner=${this.installation()}`, "--format", "{{.Name}}");
    return rows ? rows.split("\n").sort() : [];
  }

  password(username) {
    const lines = readFileSync(join(this.data, "demo-accounts.txt"), "utf8").split("\n");
    return lines.map((line) => line.trim().split(/\s+/)).find((words) => words[0] === username)[1];
  }

  /** Takes away what a failed test left, and the data. */
  async destroy() {
    await this.stop("SIGKILL");
    for (const name of this.containers()) docker("rm", "-f", "-v", name);
    for (const name of this.networks()) docker("network", "rm", name);
    rmSync(this.data, { recursive: true, force: true });
  }
}

export class Person {
  constructor(range, username) {
    this.range = range;
    this.username = username;
    this.cookies = new Map();
  }

  async request(path, init = {}) {
    const headers = { ...init.headers, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    if (init.method === "POST") headers.origin = this.range.url;
    const answer = await fetch(this.range.url + path, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const body = await answer.text();
    const token = body.match(/name="_csrf" value="([^"]+)"/);
    if (token) this.csrf = token[1];
    return { status: answer.status, body, location: answer.headers.get("location") };
  }

  post(path, fields = {}) {
    const body = new URLSearchParams({ _csrf: this.csrf, ...fields });
    return this.request(path, { method: "POST", body });
  }

  async signIn() {
    await this.request("/sign-in");
    const answer = await this.post("/sign-in", { username: this.username, password: this.range.password(this.username) });
    if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
    await this.request("/");
  }
}
