// A scenario and its images on a stick: written on one data folder, its images taken away, and taken in on an empty one.
// What was changed on the way, or comes from a stranger, leaves no trace; what is killed is run again and goes on.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { ENGINE, SETTINGS } from "../engines/engine.mjs";
import { fault } from "./support/fault.mjs";
import { labs } from "./support/server.mjs";

const IMPOSSIBLE = { kubernetes: "images of a bundle go to the Docker Engine, and to a registry from there" };
const KILLED_AFTER = [30, 90, 180, 300, 450, 650, 900];

const token = `${process.pid}-${Date.now()}`;
/** The second stands on the first. */
const images = ["below", "above"].map((name) => `thaotruong/bundle-${name}-${token}:1`);
const folder = mkdtempSync(join(tmpdir(), "thaotruong-bundle-"));
const bundle = join(folder, "scenario.bundle");
const [here, there] = ["here", "there"].map((name) => join(folder, name));
const placed = join(there, "scenarios", "carried");
let signer;
let ids;

const docker = (...words) => execFileSync("docker", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** The engine's hashes of the images; null where it has none. */
function known() {
  return images.map((image) => {
    try {
      return docker("image", "inspect", "-f", "{{.Id}}", image).trim();
    } catch {
      return null;
    }
  });
}

function forget() {
  for (const image of [...images].reverse()) {
    try {
      docker("image", "rm", "--force", image);
    } catch {
      // It was not there.
    }
  }
  assert.deepEqual(known(), [null, null]);
}

/** Runs the program on the site `site`; killed after `patience` where that is given. */
async function run(site, words, { point, patience } = {}) {
  const settings = {
    ...SETTINGS,
    THAOTRUONG_DATA: join(site, "data"),
    THAOTRUONG_SCENARIOS: join(site, "scenarios"),
    THAOTRUONG_LAB_SUBNETS: JSON.stringify([labs(72)]),
  };
  if (point) settings.THAOTRUONG_CRASH_AT = point;
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("THAOTRUONG_"));
  const env = { ...Object.fromEntries(kept), ...settings };
  const command = ["--locale", "en", "scenario", ...words];
  const child = spawn(process.env.TT_PROGRAM, command, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part) => (out += part));
  child.stderr.on("data", (part) => (err += part));
  if (patience) setTimeout(() => child.kill("SIGKILL"), patience);
  const [code, signal] = await new Promise((resolve) => child.once("close", (...end) => resolve(end)));
  return { code, signal, out, err };
}

const take = (extra = [], how = {}) => run(there, ["import", "--bundle", bundle, "--json", ...extra], how);

async function taken() {
  const { code, out, err } = await take();
  assert.equal(code, 0, out + err);
  const { placed: state, images: brought } = JSON.parse(out);
  return [state, ...brought.map((image) => image.outcome)];
}

function nothing() {
  assert.deepEqual(known(), [null, null], "no image was loaded");
  assert.ok(!existsSync(join(there, "scenarios")), "nothing was written");
}

function write(site) {
  const scenario = join(site, "scenarios", "carried");
  mkdirSync(join(scenario, "files"), { recursive: true });
  const service = (image) => `{image: '${image}', entrypoint: [sleep, infinity], mem_limit: 64m, networks: [lan]}`;
  const texts = {
    "compose.yaml": `services:\n  desk: ${service(images[1])}\n  store: ${service(images[0])}\nnetworks: {lan: }\n`,
    "files/flag": "{{flag.way}}\n",
    "scenario.yaml": `scenario: carried
version: 1
title: {vi: Mang theo, en: Carried}
summary: {vi: Hai máy., en: Two machines.}
kind: simulation
level: basic
duration: 10m
environment: compose.yaml
nodes:
  desk: {role: analyst, terminal: {user: root}}
  store: {role: target}
tasks:
  - {id: way, title: {vi: Cờ, en: Flag}, text: {vi: Tìm., en: Find.}, points: 10, answer: {flag: {}}}
files:
  - {node: desk, path: /srv/flag, from: files/flag, template: true}
solution: solution.yaml
`,
    "solution.yaml": `steps:
  - {id: look, node: desk, run: cat /srv/flag, capture: {flag: '(TT\\{[0-9a-f]+\\})'},
     solves: {task: way, answer: '{{capture.flag}}'}}
`,
  };
  for (const [path, text] of Object.entries(texts)) writeFileSync(join(scenario, path), text);
}

function build() {
  let below = "thaotruong/base:1";
  for (const image of images) {
    const input = `FROM ${below}\nLABEL test=${token}\nRUN head -c 3000000 /dev/urandom >/srv/${image.split(/[/:]/)[1]}\n`;
    execFileSync("docker", ["build", "-q", "--network", "none", "-t", image, "-"], { input, stdio: ["pipe", "ignore", "ignore"] });
    below = image;
  }
}

before(async () => {
  if (IMPOSSIBLE[ENGINE]) return;
  write(here);
  build();
  ids = known();
  const words = ["export", "carried", "--without-platform", "--json", "--bundle", bundle];
  const dead = await run(here, words, { point: "bundle-written" });
  assert.ok(dead.signal, "it died as told");
  assert.ok(!existsSync(bundle), "what is not whole has no name");
  const { code, out, err } = await run(here, words);
  assert.equal(code, 0, err);
  ({ signer } = JSON.parse(out));
  assert.ok(!existsSync(`${bundle}.part`), "the part that was left is used up");
  forget();
});

after(() => {
  if (!IMPOSSIBLE[ENGINE]) forget();
  rmSync(folder, { recursive: true, force: true });
});

fault("a bundle of an unknown signer, or changed on its way", "nothing is written or loaded", async () => {
  const unknown = await take();
  assert.equal(unknown.code, 1, unknown.err);
  assert.match(JSON.parse(unknown.out).refused, new RegExp(signer));
  nothing();
  const wrong = await take(["--trust", "0".repeat(64)]);
  assert.equal(wrong.code, 1);
  nothing();

  const whole = readFileSync(bundle);
  for (const at of [3, 700, 0.4, 0.9].map((it) => (it < 1 ? Math.floor(it * whole.length) : it))) {
    const changed = Buffer.from(whole);
    changed[at] ^= 1;
    const path = join(folder, "changed.bundle");
    writeFileSync(path, changed);
    const refused = await run(there, ["import", "--bundle", path, "--trust", signer]);
    assert.equal(refused.code, 1, `byte ${at}: ${refused.err}`);
    nothing();
  }
}, IMPOSSIBLE);

fault("an import killed after an image and before its scenario", "the next one goes on where it ended", async () => {
  const trusted = await run(there, ["trust", signer, "--note", "the other site", "--json"]);
  assert.equal(trusted.code, 0, trusted.err);
  assert.equal(JSON.parse(trusted.out).trusted[0].fingerprint, signer);

  assert.ok((await take([], { point: "bundle-loaded" })).signal);
  assert.equal(known().filter(Boolean).length, 1, "one image is there");
  assert.ok(!existsSync(placed));
  assert.ok((await take([], { point: "bundle-beside" })).signal);
  assert.deepEqual(known(), ids);
  assert.ok(!existsSync(placed), "half a scenario is none");
  assert.deepEqual(await taken(), ["new", "present", "present"], "no image is loaded again");

  // The name alone is missing; the image behind it is not.
  docker("tag", images[0], `${images[0]}-kept`);
  docker("image", "rm", images[0]);
  assert.deepEqual((await taken()).slice().sort(), ["named", "present", "unchanged"]);
  docker("image", "rm", `${images[0]}-kept`);
}, IMPOSSIBLE);

fault("an import killed at any moment", "run again, it ends with all images and the scenario", async () => {
  rmSync(join(there, "scenarios"), { recursive: true });
  forget();
  for (const patience of KILLED_AFTER) await take([], { patience });
  assert.ok((await take([], { point: "bundle-placed" })).signal || existsSync(placed));
  assert.deepEqual(await taken(), ["unchanged", "present", "present"]);
  assert.deepEqual(known(), ids);
  assert.deepEqual(readdirSync(join(there, "scenarios")), ["carried"], "nothing is left beside it");
}, IMPOSSIBLE);

fault("something else under the scenario's or an image's name", "it stays until somebody says --replace", async () => {
  const file = join(placed, "files", "flag");
  writeFileSync(file, "mine {{flag.way}}\n");
  docker("tag", "thaotruong/base:1", images[0]);
  const other = known();
  const refused = await take();
  assert.equal(refused.code, 1, refused.err);
  for (const name of [placed, images[0]]) assert.ok(JSON.parse(refused.out).refused.includes(name));
  assert.deepEqual(known(), other);
  assert.match(readFileSync(file, "utf8"), /mine/);

  assert.ok((await take(["--replace"], { point: "bundle-beside" })).signal);
  assert.match(readFileSync(file, "utf8"), /mine/, "the old one stands until the new one does");
  assert.equal((await take(["--replace"])).code, 0);
  assert.deepEqual(known(), ids);
  assert.doesNotMatch(readFileSync(file, "utf8"), /mine/);
}, IMPOSSIBLE);

fault("a site that has nothing but the bundle", "the scenario proves itself there", async () => {
  rmSync(join(there, "scenarios"), { recursive: true });
  forget();
  assert.equal((await taken())[0], "new");
  const { code, out, err } = await run(there, ["test", placed, "--json"]);
  assert.equal(code, 0, out + err);
  assert.equal(JSON.parse(out).passed, 1);
}, IMPOSSIBLE);
