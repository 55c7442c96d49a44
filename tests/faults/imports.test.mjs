// Scenarios of other systems, imported from this repository's own examples: images built as the report says, what it
// leaves to the author written, and the solution run on real machines.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { packed } from "../browser/support/zip.mjs";
import { ENGINE, SETTINGS } from "../engines/engine.mjs";
import { fault } from "./support/fault.mjs";
import { labs } from "./support/server.mjs";

const IMPOSSIBLE = { kubernetes: "an imported scenario is one like any other; those of this repository run there" };
const ROOT = new URL("../../", import.meta.url).pathname;
const EXAMPLES = join(ROOT, "orchestrator/src/scenarios/tests/import");
/** Our images in place of those that the examples name. */
const IMAGES = {
  sdl: ["kali-desk=thaotruong/workstation:1", "debian-portal=thaotruong/base:1", "debian-client=thaotruong/base:1"],
  crcz: ["kali=thaotruong/workstation:1", "debian-12-x86_64=thaotruong/base:1", "router-box=thaotruong/base:1"],
};

const folder = mkdtempSync(join(tmpdir(), "thaotruong-imports-"));
/** What `make images` has, and what an import asks for. */
const images = join(folder, "images");
let built;

after(() => {
  if (built) execFileSync("docker", ["image", "rm", "--force", built], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
});

async function run(...words) {
  const settings = {
    ...SETTINGS,
    THAOTRUONG_DATA: join(folder, "data"),
    THAOTRUONG_IMAGES: images,
    THAOTRUONG_LAB_SUBNETS: JSON.stringify([labs(71)]),
  };
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("THAOTRUONG_"));
  const env = { ...Object.fromEntries(kept), ...settings };
  const child = spawn(process.env.TT_PROGRAM, ["--locale", "en", ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part) => (out += part));
  child.stderr.on("data", (part) => (err += part));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, out, err };
}

/** Where an example lies, in the form in which other systems give it away: CTFd exports a zip file. */
function source(name) {
  const path = join(EXAMPLES, name);
  if (name !== "ctfd") return path;
  const file = join(folder, "ctfd.zip");
  writeFileSync(file, packed(path));
  return file;
}

/** Imports an example: its folder and the report's lines. */
async function taken(name) {
  const replaced = (IMAGES[name] ?? []).flatMap((image) => ["--image", image]);
  const words = [source(name), "--id", `from-${name}`, "--into", folder, ...replaced, "--json"];
  const { code, out, err } = await run("scenario", "import", ...words);
  assert.equal(code, 0, out + err);
  const { folder: written, lines, check } = JSON.parse(out);
  assert.ok(check.ok, JSON.stringify(check.problems));
  return { written, lines };
}

/** Runs solutions on the engine, all at once; what failed, by scenario. */
async function failed(written) {
  const { out, err } = await run("scenario", "test", ...written, "--jobs", "2", "--json");
  assert.ok(out, err);
  const { scenarios } = JSON.parse(out);
  assert.equal(scenarios.length, written.length);
  for (const { unable } of scenarios) assert.equal(unable, undefined);
  const tasks = (tested) => tested.tasks.filter(({ ok }) => !ok).map(({ task }) => task);
  return Object.fromEntries(scenarios.map((tested) => [tested.scenario, tasks(tested)]));
}

/** Builds the image of an example that brings one, as the report says: its folder into `images/`, under its new name. */
async function build(example, lines) {
  const asked = lines.filter(({ code }) => code === "import-compose-build");
  assert.equal(asked.length, 1);
  const [, image, name, source] = asked[0].message.match(/`(thaotruong\/([a-z0-9-]+):1)`.*`images\/`.*`([^`]+)`/);
  cpSync(join(ROOT, "images"), images, { recursive: true });
  cpSync(join(EXAMPLES, example, source), join(images, name), { recursive: true });
  built = image;
  const { code, out, err } = await run("image", "build", name);
  assert.equal(code, 0, out + err);
}

/** Writes what the author knows and the source does not say: how the state is reached that a step waits for. */
function teach(written, step, lines) {
  const named = lines.filter(({ code }) => code === "import-sdl-by-hand").map(({ place }) => place);
  assert.deepEqual(named, [`solution.yaml: ${step.id}`]);
  const path = join(written, "solution.yaml");
  const [before, after] = [`  - id: ${step.id}\n`, `    node: ${step.node}\n    run: ${step.run}\n`];
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(before), text);
  writeFileSync(path, text.replace(before, before + after));
}

fault("scenarios that other systems wrote", "imported as the report says, their solutions hold on real machines", async () => {
  const imported = {};
  for (const name of ["compose", "ctfcli", "ctfd", "sdl", "crcz", "msel"]) imported[name] = await taken(name);
  await build("ctfcli", imported.ctfcli.lines);
  teach(
    imported.sdl.written,
    { id: "private", node: "analyst-desk", run: "chmod 600 ~/.profile" },
    imported.sdl.lines,
  );
  assert.deepEqual(await failed(Object.values(imported).map(({ written }) => written)), {
    "from-compose": [],
    "from-ctfcli": [],
    "from-ctfd": [],
    "from-sdl": [],
    "from-crcz": [],
    "from-msel": [],
  });
}, IMPOSSIBLE);
