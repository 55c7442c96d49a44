// The real program over a data folder of its own, and a browser without a screen: cookies, forms, redirects.

import { spawn, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ENGINE, engineOf, SETTINGS } from "../../engines/engine.mjs";

const program = process.env.TT_PROGRAM;
if (!program) throw new Error("TT_PROGRAM must name the program; tests/run does that");

/** Steps before which isolation is proven. */
const PROVEN = ["prepare", "start"];
const SCENARIOS = new URL("../scenarios", import.meta.url).pathname;

/** Machines of one team in the tests' scenario. */
export const NODES = ["alpha", "beta"];

/** Addresses of labs: `10.<net>.<rest>`, other ones on each engine, since both may be tested at once. */
export function labs(net, rest = "0.0/16") {
  return `10.${ENGINE === "docker" ? net : net + 10}.${rest}`;
}

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

/** The first full minute that is at least so many milliseconds away: forms know no seconds. */
export function minute(ahead) {
  return Math.ceil((Date.now() + ahead) / 60_000) * 60_000;
}

/** A moment as clocks in Vietnam show it, in the words of a form. */
function shown(at) {
  return new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).slice(0, 16).replace(" ", "T");
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Range {
  #people = new Map();

  /**
   * A range with labs in `subnet`; `settings` are variables that the program is started with, in the folder `workplace`
   * where its demo is another than the checkout's.
   */
  static async create(subnet, settings = {}, workplace = undefined) {
    const range = new Range();
    range.workplace = workplace;
    range.folder = mkdtempSync(join(tmpdir(), "thaotruong-faults-"));
    range.data = join(range.folder, "data");
    cpSync(SCENARIOS, join(range.folder, "scenarios"), { recursive: true });
    range.port = await freePort();
    range.url = `http://localhost:${range.port}`;
    range.settings = {
      THAOTRUONG_DATA: range.data,
      ...SETTINGS,
      THAOTRUONG_LISTEN: `127.0.0.1:${range.port}`,
      THAOTRUONG_PUBLIC_URL: range.url,
      THAOTRUONG_SCENARIOS: join(range.folder, "scenarios"),
      THAOTRUONG_LAB_SUBNETS: JSON.stringify([subnet]),
      ...settings,
    };
    return range;
  }

  /** Another orchestrator of the same range: with a copy of its keys, a port of its own, and the same database server. */
  async beside() {
    const other = new Range();
    const data = join(this.folder, "beside");
    cpSync(this.data, data, { recursive: true });
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const own = { THAOTRUONG_DATA: data, THAOTRUONG_LISTEN: `127.0.0.1:${port}`, THAOTRUONG_PUBLIC_URL: url };
    return Object.assign(other, { folder: this.folder, data, port, url, settings: { ...this.settings, ...own } });
  }

  /** Starts the program, told to die at `crashAt`, and waits until it serves. */
  async start(crashAt = "") {
    this.output = "";
    this.process = spawn(program, ["serve", "--demo"], {
      cwd: this.workplace,
      env: { ...process.env, ...this.settings, THAOTRUONG_CRASH_AT: crashAt },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = new Promise((resolve) => this.process.once("exit", (code, signal) => resolve({ code, signal })));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (bytes) => {
        this.output += bytes;
      });
    }
    await until("the server", async () => this.isDead() || this.answers());
    if (this.isDead() && !crashAt) throw new Error(`the program ended:\n${this.output}`);
  }

  isDead() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  answers() {
    return fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
  }

  async stop(signal = "SIGTERM") {
    if (!this.process) return undefined;
    if (!this.isDead()) this.process.kill(signal);
    return this.ended;
  }

  /** Does something while the program stands still, which is otherwise at once there to mend it. */
  async unseen(act) {
    this.process.kill("SIGSTOP");
    try {
      return await act();
    } finally {
      this.process.kill("SIGCONT");
    }
  }

  /** What the database says, past the program. */
  query(sql) {
    const { THAOTRUONG_DATABASE: url } = this.settings;
    if (url) {
      const asked = `select coalesce(json_agg(t), '[]') from (${sql}) t`;
      return JSON.parse(execFileSync("psql", [url, "-AtXqc", asked], { encoding: "utf8" }));
    }
    const text = execFileSync("sqlite3", ["-json", "-readonly", join(this.data, "thaotruong.db"), sql], { encoding: "utf8" });
    return text.trim() ? JSON.parse(text) : [];
  }

  /** The name that stands on all that the program makes. */
  get installation() {
    return this.query("select value from setting where key = 'installation'")[0].value;
  }

  /** The engine's own view of what this range has there. */
  get engine() {
    return engineOf(this.installation);
  }

  /** Somebody who is signed in. */
  async person(username) {
    if (!this.#people.has(username)) {
      const person = new Person(this, username);
      await person.signIn();
      this.#people.set(username, person);
    }
    return this.#people.get(username);
  }

  /** Does a step of a drill as its instructor, to its end; gives the answer. */
  async step(drill, step) {
    const instructor = await this.person("giangvien");
    const answer = await instructor.post(`/exercises/${drill}/${step}`);
    if (PROVEN.includes(step)) await this.settled(drill);
    return answer;
  }

  /** Waits while a step goes on after its answer: isolation is proven first. */
  async settled(drill) {
    const instructor = await this.person("giangvien");
    for (;;) {
      const { status, body } = await instructor.glance(`/exercises/${drill}/parts/control`);
      if (status !== 429 && !body.includes(" disabled>")) return;
      await pause(status === 429 ? 1000 : 100);
    }
  }

  /** Lays out a drill of so many teams and has it prepared; gives its id. */
  async drill({ teams = 1, scenario = "web-defacement" } = {}) {
    const instructor = await this.person("giangvien");
    const answer = await instructor.post("/exercises", await this.form({ teams, scenario }));
    const drill = answer.location.match(/exercises\/([0-9a-f-]{36})/)[1];
    await this.settled(drill);
    if (this.state(drill) === "draft") {
      await this.allow(drill);
      await this.step(drill, "prepare");
    }
    return drill;
  }

  /** Lays out a drill of two teams that begins by itself at a full minute; gives its id. */
  async scheduled(hour) {
    const form = await this.form({ teams: 2, scenario: "web-defacement" });
    for (const [name, value] of [["when", "later"], ["starts_at", shown(hour)], ["by_itself", "true"]]) form.append(name, value);
    const answer = await (await this.person("giangvien")).post("/exercises", form);
    if (answer.status !== 303) throw new Error(`the drill was not laid out: ${answer.body}`);
    const [, drill] = answer.location.match(/exercises\/([0-9a-f-]{36})/);
    await this.allow(drill);
    return drill;
  }

  /** When a drill began, in milliseconds. */
  began(drill) {
    return this.query(`select started_at from exercise where id = '${drill}'`)[0].started_at / 1000;
  }

  /** What the form that lays out a drill sends. */
  async form({ teams, scenario }) {
    const instructor = await this.person("giangvien");
    const { body } = await instructor.request(`/exercises/new?scenario=${scenario}`);
    // A team is made of each unit of which somebody comes: one of each team of the demo's own drill.
    const people = this.query(
      `select min(m.person_id) as person_id from team_member m join team t on t.id = m.team_id
       join exercise e on e.id = t.exercise_id where e.launch_key = 'demo' group by t.id limit ${teams}`,
    );
    const fields = new URLSearchParams({
      launch_key: body.match(/name="launch_key" value="([^"]+)"/)[1],
      scenario,
      title: `Diễn tập ${scenario}`,
      minutes: "60",
    });
    for (const { person_id } of people) fields.append("person", person_id);
    return fields;
  }

  /** Where nothing of ours keeps labs in, an administrator must have decided before a drill begins. */
  async allow(drill) {
    if (this.engine.walls) return;
    const administrator = await this.person("quantri");
    await administrator.post(`/exercises/${drill}/isolation`, { reason: "Cụm thử, không nối mạng nào khác." });
  }

  state(drill) {
    return this.query(`select state from exercise where id = '${drill}'`)[0].state;
  }

  /** The environments of a drill as the database has them. */
  environments(drill) {
    const columns = "id, team_id, phase, desired, incarnation, coalesce(reason, '') as reason, attempts";
    return this.query(`select ${columns} from environment where exercise_id = '${drill}' order by id`);
  }

  phases(drill) {
    return this.environments(drill).map((row) => row.phase);
  }

  journal(drill, kind) {
    return this.query(`select sequence from journal where exercise_id = '${drill}' and kind = '${kind}'`);
  }

  async ready(drill) {
    await until("the drill to be ready", async () => ["ready", "running"].includes(this.state(drill)) && (await this.whole(drill)));
  }

  /** Whether every machine of a drill runs, exists once, and nothing else of its environments does. */
  async whole(drill) {
    const wanted = this.environments(drill).flatMap(({ id }) => NODES.map((node) => `${id} ${node}`));
    const machines = (await this.engine.machines()).filter((one) => this.environments(drill).some(({ id }) => id === one.environment));
    const found = machines.map((one) => `${one.environment} ${one.node}`);
    return machines.every((one) => one.running) && found.sort().join() === wanted.sort().join();
  }

  /** Ends a drill and waits until nothing of it is left. */
  async finish(drill) {
    if (this.state(drill) === "ready") await this.step(drill, "start");
    await this.step(drill, this.state(drill) === "running" ? "finish" : "cancel");
    await this.gone(drill);
  }

  async gone(drill) {
    await until("the drill's environments to be gone", async () => this.phases(drill).every((phase) => phase === "gone"));
  }

  /** Waits until nothing of this range is on the engine; what is looked at with probes comes and goes on its own. */
  async empty() {
    let left = [];
    await until("nothing to be left", async () => {
      left = await this.engine.left();
      return left.length === 0;
    }, 3).catch((error) => {
      throw new Error(`${error.message}: ${left.join(", ")}`);
    });
  }

  password(username) {
    const lines = readFileSync(join(this.data, "demo-accounts.txt"), "utf8").split("\n");
    return lines.map((line) => line.trim().split(/\s+/)).find((words) => words[0] === username)[1];
  }

  /** Takes away what a failed test left, and the data. */
  async destroy() {
    await this.stop("SIGKILL");
    try {
      this.engine.sweep();
    } catch {
      // It never came so far as to have a name.
    }
    rmSync(this.folder, { recursive: true, force: true });
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

  /** What a page says, without having been there: a message for the next page stays for it. */
  async glance(path) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(this.range.url + path, { headers: { cookie }, redirect: "manual" });
    return { status: answer.status, body: await answer.text() };
  }

  post(path, fields = {}) {
    const body = new URLSearchParams(fields);
    body.set("_csrf", this.csrf);
    return this.request(path, { method: "POST", body });
  }

  async signIn() {
    await this.request("/sign-in");
    const answer = await this.post("/sign-in", { username: this.username, password: this.range.password(this.username) });
    if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
    await this.request("/");
  }
}
