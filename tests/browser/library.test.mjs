// The library as an author and instructor uses it: a scenario is sent with mistakes, mended, found, tried as a trainee on real
// machines, released, followed by a next version and archived. What a trial leaves behind is read past the program.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Bench } from "./support/drill.mjs";
import { Program, ROOT } from "./support/program.mjs";
import { Scenario } from "./support/scenario.mjs";
import { until } from "./support/until.mjs";
import { openBrowser, Visitor } from "./support/visitor.mjs";
import { bundle } from "./support/zip.mjs";

const ID = "portal-at-night";
const TITLE = "Cổng thông tin bị tấn công ban đêm";
/** What an environment may take to be ready, in seconds. */
const READY = 180;

const NAMED = [
  ["scenario: web-defacement", `scenario: ${ID}`],
  ["vi: Cổng thông tin điện tử bị thay đổi giao diện", `vi: ${TITLE}`],
  ["en: Defaced government portal", "en: Portal attacked at night"],
];
/** What no other scenario of the installation is or has. */
const TAGGED = [
  ["level: intermediate", "level: advanced"],
  ["duration: 90m", "duration: 150m"],
  ["audience: [incident_team, it_specialist]", "audience: [all_staff]"],
  ["sectors: [information]", "sectors: [energy]"],
  ["T1070, T1491.002]", "T1070, T1498]"],
];
const FIRST = bundle("web-defacement", [...NAMED, ...TAGGED]);
const SECOND = bundle("web-defacement", [...NAMED, ...TAGGED, ["version: 1", "version: 2"], ["duration: 150m", "duration: 180m"]]);
const FAULTS = [
  ["level: intermediate", "level: very hard"],
  ["duration: 90m", "duration: soon"],
  ["node: portal, script: checks/webshell-gone", "node: porta, script: checks/webshell-gone"],
];

let program;
let browser;
let author;
let page;

before(async () => {
  program = await Program.start();
  browser = await openBrowser();
  author = await Visitor.arrive(browser, program, "giangvien");
  await author.signIn();
  page = author.page;
});

after(async () => {
  await browser?.close();
  await program?.end();
});

/** A step of the story: each needs those before it. */
let broken = false;
function step(name, act) {
  test(name, async (context) => {
    if (broken) return context.skip("a step before failed");
    try {
      await act();
    } catch (error) {
      broken = true;
      await author?.picture("failed-library").catch(() => {});
      throw new Error(`${error.message}\n${page?.url()}\nWhat the server complained of:\n${program?.said()}`, { cause: error });
    }
  });
}

/** Sends a zip file by the form. */
async function send(bytes) {
  await page.goto("/scenarios");
  await page.getByRole("link", { name: "Nhập gói kịch bản" }).click();
  await page.getByLabel("Tệp zip").setInputFiles({ name: "kich-ban.zip", mimeType: "application/zip", buffer: bytes });
  await page.getByRole("button", { name: "Tải lên và kiểm tra" }).click();
  await page.waitForLoadState();
}

/** Presses a button behind another that asks for a confirmation. */
async function confirm(name, fill = async () => {}) {
  const ask = page.locator("details.confirm", { has: page.locator("summary", { hasText: `${name}…` }) });
  await ask.locator("summary").click();
  await fill(ask);
  await ask.getByRole("button", { name, exact: true }).click();
}

/** What stands in a line on top of the page after something was done. */
const told = (words) => page.getByText(words).first().waitFor();

/** The titles that the library lists when asked so. */
async function listed(query) {
  await page.goto(`/scenarios?${query}`);
  return page.locator("#results .scenarios h2").allInnerTexts();
}

const versions = () => program.rows(`select version, state, errors from library_entry where scenario = '${ID}' order by version`);

step("a bundle that does not say what it is, is refused with every mistake, and nothing is kept", async () => {
  const bundles = program.rows("select count(*) as n from bundle");
  await send(bundle("web-defacement", [["scenario: web-defacement", "scenario: Cổng"], ...FAULTS]));
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /Không biết đây là kịch bản nào nên chưa giữ gì/);
  const places = await alert.locator("ul.problems > li > code").allInnerTexts();
  const lines = readFileSync(join(ROOT, "scenarios/web-defacement/scenario.yaml"), "utf8").split("\n");
  for (const text of ["scenario: web-defacement", ...FAULTS.map(([from]) => from)]) {
    const line = lines.findIndex((one) => one.includes(text)) + 1;
    assert.ok(places.some((one) => one.startsWith(`scenario.yaml:${line}:`)), `${text}: ${line} in ${places}`);
  }
  assert.ok((await alert.locator("mark").allInnerTexts()).includes("porta"));
  await author.look("library-refused", { all: true });
  assert.deepEqual(program.rows("select count(*) as n from bundle"), bundles);
  assert.deepEqual(program.rows("select * from library_entry"), []);
  await send(Buffer.from("no zip"));
  assert.match(await page.getByRole("alert").innerText(), /Đây không phải tệp zip/);
});

step("one with mistakes is kept as a draft that nobody can try or release", async () => {
  await send(bundle("web-defacement", [...NAMED, ...FAULTS]));
  await told(/Đã giữ bản nháp phiên bản 1, còn \d+ lỗi/);
  await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
  for (const button of ["Thử như học viên", "Phát hành…"]) assert.equal(await page.getByText(button, { exact: true }).count(), 0);
  await author.look("library-draft", { all: true });
  const [{ errors, ...kept }] = versions();
  assert.deepEqual(kept, { version: 1, state: "draft" });
  assert.ok(errors >= FAULTS.length, `${errors}`);
  await page.goto("/scenarios");
  const line = page.locator("#broken .notice", { has: page.getByRole("link", { name: TITLE }) });
  assert.match(await line.innerText(), new RegExp(`${errors} lỗi`));
  await author.look("library-with-draft", { all: true });
});

step("mended, it takes the draft's place and shows what it is", async () => {
  await send(FIRST);
  await told("Đã giữ bản nháp phiên bản 1, không có lỗi.");
  assert.deepEqual(versions(), [{ version: 1, state: "draft", errors: 0 }]);
  await page.locator("svg.topology").waitFor();
  const main = await page.locator("main").innerText();
  for (const words of ["Đội phòng thủ", "Network Denial of Service", "Incident Response", "Mọi cán bộ"]) {
    assert.ok(main.includes(words), words);
  }
  await author.look("library-scenario", { all: true });
});

step("it is found by what it is", async () => {
  for (const query of ["sector=energy", "attack=T1498", "level=advanced", "audience=all_staff", "length=long", "q=tan+cong+ban+dem", "q=Network+Denial"]) {
    assert.deepEqual(await listed(query), [TITLE], query);
  }
  assert.deepEqual(await listed("sector=energy&level=basic"), []);
  // The same by hand, without a new page.
  await page.goto("/scenarios");
  await page.locator("[data-facet=sector]").getByRole("checkbox", { name: /Năng lượng/ }).check();
  await until("the list holds it alone", async () => {
    const titles = await page.locator("#results .scenarios h2").allInnerTexts();
    return titles.length === 1 && titles[0] === TITLE;
  });
  assert.match(page.url(), /sector=energy/);
  await author.look("library-found");
});

step("a trial opens a trainee's workspace on real machines, where a task can be solved", async () => {
  const scenario = new Scenario("web-defacement");
  await page.locator("#results").getByRole("link", { name: TITLE }).click();
  await page.getByRole("button", { name: "Thử như học viên" }).click();
  await page.waitForURL(/\/workspace/);
  await page.getByText("Thử kịch bản – không tính kết quả").waitFor();
  const [{ id }] = program.rows("select id from exercise where trial = 1");
  await until("the trial runs", () => program.rows(`select state from exercise where id = '${id}'`)[0].state === "running", READY);
  const bench = new Bench(author);
  await page.reload();
  await bench.terminal.open("Máy phân tích");
  const found = scenario.finds("who-came", await bench.terminal.run(scenario.typed("who-came")));
  assert.match(await bench.answer("Địa chỉ kẻ tấn công", "192.0.2.1"), /^Chưa đúng\./);
  assert.match(await bench.answer("Địa chỉ kẻ tấn công", found.address), /^Đúng\./);
  await author.look("trial");
});

step("it ends when its author ends it, and counts nowhere", async () => {
  await page.getByRole("button", { name: "Kết thúc thử" }).click();
  await told("Đã kết thúc thử; môi trường đang được dọn.");
  await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
  await until("its machines are gone", async () => (await program.engine.left()).length === 0, 120);
  assert.deepEqual(program.rows("select * from completion"), []);
  await page.goto("/exercises");
  assert.equal(await page.getByText(TITLE).count(), 0);
  assert.match((await listed("sector=energy"))[0], new RegExp(TITLE));
  assert.match(await page.locator("#results .spec").innerText(), /Chưa dùng lần nào/);
});

step("released, drills can be made of it; a next version says what differs and takes its place", async () => {
  await page.goto("/exercises/new");
  assert.equal(await page.locator(`option[value="${ID}"]`).count(), 0);
  await page.goto(`/scenarios/${ID}`);
  await confirm("Phát hành", (ask) => ask.getByLabel("Ghi chú").fill("Cho lớp tháng 11"));
  await told("Đã phát hành phiên bản 1.");
  await author.look("library-released", { all: true });
  await page.goto("/exercises/new");
  assert.equal(await page.locator(`option[value="${ID}"]`).count(), 1);
  await send(SECOND);
  await told("Đã giữ bản nháp phiên bản 2, không có lỗi.");
  const current = page.locator("#versions tr[aria-current=true]");
  assert.match(await current.innerText(), /Thời lượng 150 → 180 phút/);
  await confirm("Phát hành");
  await told("Đã phát hành phiên bản 2.");
  assert.deepEqual(versions().map((one) => one.state), ["archived", "released"]);
  // What was released is never another.
  await send(bundle("web-defacement", [...NAMED, ["duration: 90m", "duration: 60m"]]));
  assert.match(await page.getByRole("alert").innerText(), /version: 3/);
});

step("archived, no drill is made of it any more, and its history tells all of it", async () => {
  await page.goto(`/scenarios/${ID}`);
  await confirm("Lưu trữ");
  await told("Đã lưu trữ phiên bản 2.");
  assert.deepEqual(versions().map((one) => one.state), ["archived", "archived"]);
  await page.goto("/exercises/new");
  assert.equal(await page.locator(`option[value="${ID}"]`).count(), 0);
  assert.deepEqual(await listed("sector=energy"), []);
  assert.deepEqual(await listed("sector=energy&stage=archived"), [TITLE, TITLE]);
  await page.goto(`/scenarios/${ID}?version=2`);
  const history = await page.locator("#versions .history li").allInnerTexts();
  const order = ["Lưu trữ phiên bản 2", "Phát hành phiên bản 2", "Lưu trữ phiên bản 1", "Tải lên phiên bản 2", "Phát hành phiên bản 1", "Thay bản nháp", "Tải lên phiên bản 1"];
  assert.equal(history.length, order.length, history.join("\n"));
  for (const [place, words] of order.entries()) assert.ok(history[place].includes(words), `${words}: ${history[place]}`);
  assert.ok(history.some((line) => line.includes("Cho lớp tháng 11")));
  await author.look("library-archived", { all: true });
});

test("no page had a fault", () => {
  assert.deepEqual(Visitor.findings, []);
});
