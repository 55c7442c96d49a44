// A drill on real machines, as people begin it: an instructor and trainees of two teams, each in a browser of their own, from
// the library to the workspace with the lab's own page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Bench, Console } from "./support/drill.mjs";
import { Program } from "./support/program.mjs";
import { until } from "./support/until.mjs";
import { openBrowser, Visitor } from "./support/visitor.mjs";

const TITLE = "Diễn tập thử toàn tuyến";
const SCENARIO = "Cổng thông tin điện tử bị thay đổi giao diện";
const STRONG = { unit: "Trung tâm Chuyển đổi số", came: "Nguyễn Đức Anh", stayedAway: "Dương Thị Bích Ngọc" };
const WEAK = { unit: "Sở Tài chính", came: "Đinh Thị Tuyết Mai" };
let program, browser, instructor, strong, weak;
let drill, strongTeam, weakTeam;

before(async () => {
  program = await Program.start();
  browser = await openBrowser();
  const arrive = (name) => Visitor.arrive(browser, program, name);
  [instructor, strong, weak] = await Promise.all(["giangvien", "ducanh", "tuyetmai"].map(arrive));
});

after(async () => {
  await browser?.close();
  await program?.end();
});

/** A step of the drill: each needs those before it, so the first that fails ends the story. */
let broken = false;
function step(name, act) {
  test(name, async (context) => {
    if (broken) return context.skip("a step before failed");
    try {
      await act();
    } catch (error) {
      broken = true;
      const pictures = [instructor, strong, weak].filter(Boolean).map((one) => one.picture(`failed-${one.name}`));
      await Promise.allSettled(pictures);
      throw new Error(`${error.message}\nWhat the server complained of:\n${program?.said()}`, { cause: error });
    }
  });
}

step("the instructor looks at the library and lays out a drill of two teams", async () => {
  const { page } = instructor;
  await page.goto("/sign-in");
  await instructor.look("sign-in");
  await instructor.signIn();
  await instructor.look("home");
  await page.getByRole("link", { name: "Kịch bản", exact: true }).click();
  await instructor.look("library", { all: true });
  await page.getByRole("link", { name: SCENARIO }).click();
  await page.getByRole("heading", { level: 1, name: SCENARIO }).waitFor();
  await instructor.look("scenario");
  await page.locator('a[href^="/exercises/new"]').first().click();
  await page.getByLabel("Tên cuộc diễn tập").fill(TITLE);
  for (const [unit, people] of [[STRONG.unit, [STRONG.came, STRONG.stayedAway]], [WEAK.unit, [WEAK.came]]]) {
    const fold = page.locator("details.unit").filter({ has: page.getByText(unit, { exact: true }) });
    await fold.locator("summary").click();
    for (const name of people) await fold.getByRole("checkbox", { name }).check();
  }
  await page.locator("#estimate dl.facts").waitFor();
  await until("the estimate speaks of two teams", async () => /Số đội\s*2/.test(await page.locator("#estimate").innerText()));
  await instructor.look("launch");
  await page.getByRole("button", { name: "Tạo và chuẩn bị môi trường" }).click();
  await page.waitForURL(/\/exercises\/[0-9a-f-]{36}/);
  drill = page.url().match(/exercises\/([0-9a-f-]{36})/)[1];
  const teams = program.rows(`select id, name from team where exercise_id = '${drill}' order by number`);
  strongTeam = teams.find((team) => team.name === STRONG.unit)?.id;
  weakTeam = teams.find((team) => team.name === WEAK.unit)?.id;
  assert.ok(strongTeam && weakTeam && teams.length === 2, "a team of each unit");
});

step("both environments become ready while the console shows how far they are, and the drill starts", async () => {
  const console = new Console(instructor, drill);
  await instructor.look("console-preparing");
  await until("both environments are ready", () => console.ready(2), 300);
  await instructor.look("console-ready");
  await console.steer("Bắt đầu");
  await until("the drill runs", async () => (await console.state()) === "Đang diễn ra");
});

step("a trainee of each team enters the workspace from the home page", async () => {
  for (const one of [strong, weak]) {
    await one.signIn();
    await one.page.locator(".rows li", { hasText: TITLE }).getByRole("link", { name: "Vào" }).click();
    await one.page.waitForURL(/\/workspace/);
  }
  const portal = await new Bench(strong).open();
  assert.match(await portal.content(), /HẮC PHONG/, "the lab's page, on an origin of its own, is the defaced one");
  const host = new URL(portal.url()).host;
  assert.match(host, new RegExp(`^[^.]+\\.labs\\.localhost:${program.port}$`));
  const stranger = await weak.context.newPage();
  const refused = await stranger.goto(portal.url());
  assert.ok(refused.status() >= 400, `another team's trainee is not let in: ${refused.status()}`);
  assert.doesNotMatch(await stranger.content(), /HẮC PHONG/);
  await stranger.close();
  await portal.close();
});

test("no page had a fault", () => {
  assert.deepEqual(Visitor.findings, []);
});
