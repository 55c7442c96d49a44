// An exercise around a table, without machines: two teams decide differently, and the story follows each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Bench, Console } from "./support/drill.mjs";
import { Program } from "./support/program.mjs";
import { until } from "./support/until.mjs";
import { openBrowser, Visitor } from "./support/visitor.mjs";

const TITLE = "Diễn tập quanh bàn";
const SCENARIO = "Mã độc tống tiền tại bệnh viện tỉnh";
const DECISION = "Máy chủ tệp đang bị mã hóa";
const PEOPLE = { ducanh: ["Trung tâm Chuyển đổi số", "Nguyễn Đức Anh"], tuyetmai: ["Sở Tài chính", "Đinh Thị Tuyết Mai"] };

let program, browser, instructor;
const trainees = {};

before(async () => {
  program = await Program.start();
  browser = await openBrowser();
  instructor = await Visitor.arrive(browser, program, "giangvien");
  for (const name of Object.keys(PEOPLE)) trainees[name] = await Visitor.arrive(browser, program, name);
});

after(async () => {
  await browser?.close();
  await program?.end();
});

test("two teams decide, each once, and read what came of it", async () => {
  const { page } = instructor;
  await instructor.signIn();
  await page.getByRole("link", { name: "Kịch bản", exact: true }).click();
  await page.getByRole("link", { name: SCENARIO }).click();
  await page.getByRole("heading", { level: 1, name: SCENARIO }).waitFor();
  await instructor.look("table-scenario", { all: true });
  await page.locator('a[href^="/exercises/new"]').first().click();
  await page.getByLabel("Tên cuộc diễn tập").fill(TITLE);
  for (const [unit, name] of Object.values(PEOPLE)) {
    const fold = page.locator("details.unit").filter({ has: page.getByText(unit, { exact: true }) });
    await fold.locator("summary").click();
    await fold.getByRole("checkbox", { name }).check();
  }
  await instructor.look("table-launch", { all: true });
  await page.getByRole("button", { name: "Tạo và chuẩn bị môi trường" }).click();
  await page.waitForURL(/\/exercises\/[0-9a-f-]{36}/);
  const console = new Console(page);
  await until("it can begin", async () => (await console.state()) === "Sẵn sàng");
  await console.steer("Bắt đầu");
  await until("it runs", async () => (await console.state()) === "Đang diễn ra");
  assert.deepEqual(program.rows("select id from environment"), [], "no machines");

  const benches = {};
  for (const [name, visitor] of Object.entries(trainees)) {
    await visitor.signIn();
    await visitor.page.locator(".rows li", { hasText: TITLE }).getByRole("link", { name: "Vào" }).click();
    await visitor.page.waitForURL(/\/workspace/);
    benches[name] = new Bench(visitor);
  }
  const { ducanh, tuyetmai } = benches;
  await ducanh.task(DECISION);
  await trainees.ducanh.look("table-decision", { all: true });
  const option = (bench, words) => bench.brief.getByRole("radio", { name: words });
  await option(ducanh, /^Cách ly/).check();
  await ducanh.brief.getByRole("button", { name: "Quyết định", exact: true }).click();
  assert.equal(await ducanh.brief.locator("#agreed").evaluate((tick) => tick.validity.valueMissing), true, "not by a slip");
  await ducanh.brief.locator("#agreed").check();
  assert.equal(await ducanh.send("Quyết định"), "Đã ghi nhận quyết định của đội.");
  await ducanh.brief.getByText("Việc mã hóa dừng lại sau bốn phút.").waitFor();
  assert.equal(await ducanh.brief.getByRole("radio").count(), 0, "it is decided");
  await trainees.ducanh.look("table-decided", { all: true });

  await tuyetmai.task(DECISION);
  await option(tuyetmai, /^Theo dõi/).check();
  await tuyetmai.brief.locator("#agreed").check();
  assert.equal(await tuyetmai.send("Quyết định"), "Đã ghi nhận quyết định của đội.");

  await ducanh.tab("Hộp thư");
  await ducanh.brief.getByText("Đã ngắt 1 máy chủ và 14 máy trạm.").waitFor();
  await tuyetmai.tab("Hộp thư");
  await tuyetmai.brief.getByText("Bản sao lưu trên thiết bị nối mạng vừa bị mã hóa nốt.").waitFor();
  assert.equal(await tuyetmai.brief.getByText("Đã ngắt 1 máy chủ").count(), 0, "another team's story");
  await trainees.tuyetmai.look("table-mail");

  const drawer = await console.openTeam(PEOPLE.ducanh[0], "Nhiệm vụ");
  await drawer.getByText("đã quyết định").waitFor();
  await instructor.look("table-console", { all: true });
  assert.deepEqual(Visitor.findings, []);
});
