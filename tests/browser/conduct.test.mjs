// A drill conducted by several people: two organisers and an evaluator, three teams; events that are set, held and
// answered, a terminal that is watched and shared, a pause, a grade and another, and the review of it all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Bench, Console } from "./support/drill.mjs";
import { journal } from "./support/journal.mjs";
import { Program } from "./support/program.mjs";
import { until } from "./support/until.mjs";
import { openBrowser, Visitor } from "./support/visitor.mjs";

const TITLE = "Diễn tập nhiều người điều hành";
const SCENARIO = "Cổng thông tin điện tử bị thay đổi giao diện";
const REPORT = "Báo cáo ban đầu (Mẫu 03)";
const PEOPLE = {
  ducanh: ["Trung tâm Chuyển đổi số", "Nguyễn Đức Anh"],
  tuyetmai: ["Sở Tài chính", "Đinh Thị Tuyết Mai"],
  ducthang: ["Sở Y tế", "Lê Đức Thắng"],
};

let program, browser, drill;
const visitors = {};
let broken = false;

before(async () => {
  program = await Program.start();
  browser = await openBrowser();
  for (const name of ["giangvien", "giamkhao", "quantri", "lanhdao", "ducanh", "tuyetmai", "ducthang"]) {
    visitors[name] = await Visitor.arrive(browser, program, name);
  }
});

after(async () => {
  await browser?.close();
  await program?.end();
});

/** A step needs those before it. */
function step(name, act) {
  test(name, async (context) => {
    if (broken) return context.skip("a step before failed");
    try {
      await act(visitors);
    } catch (error) {
      broken = true;
      await Promise.allSettled(Object.values(visitors).map((one) => one.picture(`failed-${one.name}`)));
      throw new Error(`${error.message}\nWhat the server complained of:\n${program.said()}`, { cause: error });
    }
  });
}

const rows = (kind) => journal(program, drill).filter((row) => row.kind === kind);

step("an administrator makes the leader an organiser too", async ({ quantri }) => {
  const { page } = quantri;
  await quantri.signIn();
  await page.goto("/admin/accounts");
  const line = page.locator(".accounts > li", { hasText: "lanhdao" });
  await line.locator("summary").click();
  await line.getByLabel("Giảng viên, ban tổ chức").check();
  await line.getByRole("button", { name: "Lưu vai trò" }).click();
});

step("the organiser sets the drill's own events before it begins", async ({ giangvien }) => {
  const { page } = giangvien;
  await giangvien.signIn();
  await page.getByRole("link", { name: "Kịch bản", exact: true }).click();
  await page.getByRole("link", { name: SCENARIO }).click();
  await page.locator('a[href^="/exercises/new"]').first().click();
  await page.getByLabel("Tên cuộc diễn tập").fill(TITLE);
  for (const [unit, person] of Object.values(PEOPLE)) {
    const fold = page.locator("details.unit").filter({ has: page.getByText(unit, { exact: true }) });
    await fold.locator("summary").click();
    await fold.getByRole("checkbox", { name: person }).check();
  }
  await page.getByRole("button", { name: "Tạo và chuẩn bị môi trường" }).click();
  await page.waitForURL(/\/exercises\/[0-9a-f-]{36}/);
  drill = page.url().match(/exercises\/([0-9a-f-]{36})/)[1];
  await event(page, "N01", { title: "Chủ tịch hỏi nhanh", when: "Ban tổ chức tự phát", text: "Tình hình thế nào?", due: "10", points: "20" });
  await event(page, "N02", { title: "Chủ tịch cảm ơn", when: "Khi đội đã trả lời một tình huống", of: /^N01/, text: "Cảm ơn, giữ liên lạc." });
  await page.locator("#event-N02").getByText("Khi đội trả lời N01").waitFor();
  await giangvien.look("timeline", { all: true });
  assert.equal(rows("event_planned").length, 2);
});

step("it begins, and another organiser follows what the first one does", async ({ giangvien, lanhdao, ...others }) => {
  await giangvien.page.goto(`/exercises/${drill}`);
  const console = new Console(giangvien.page);
  await until("all environments are ready", () => console.ready(3), 400);
  await console.steer("Bắt đầu");
  await until("the drill runs", async () => (await console.state()) === "Đang diễn ra");
  await lanhdao.signIn();
  await lanhdao.page.goto(`/exercises/${drill}`);
  const log = lanhdao.page.locator("#log");
  await log.getByText("Bắt đầu").waitFor();
  for (const name of Object.keys(PEOPLE)) {
    await others[name].signIn();
    await others[name].page.locator(".rows li", { hasText: TITLE }).getByRole("link", { name: "Vào" }).click();
    await others[name].page.waitForURL(/\/workspace/);
  }
  await giangvien.page.goto(`/exercises/${drill}/timeline`);
  await giangvien.page.locator("#event-N01").getByRole("button", { name: "Phát ngay" }).click();
  await log.getByText("Phát N01").waitFor();
  await lanhdao.page.getByLabel("Ghi điều vừa thấy").fill("Đội tài chính chưa cử người trực điện thoại.");
  await lanhdao.page.getByRole("button", { name: "Ghi", exact: true }).first().click();
  await giangvien.page.goto(`/exercises/${drill}`);
  await giangvien.page.locator("#log").getByText("Đội tài chính chưa cử người trực điện thoại.").waitFor();
  await giangvien.look("console-log", { all: true });
});

step("the team that answers is thanked, the others are not", async ({ ducanh, tuyetmai }) => {
  const bench = new Bench(ducanh);
  const field = await bench.response();
  await ducanh.look("workspace-inbox", { all: true });
  await field.fill("Đã cách ly cổng, đang thu thập nhật ký.");
  assert.equal(await bench.send("Gửi trả lời"), "Đã gửi trả lời.");
  await bench.brief.getByText("Cảm ơn, giữ liên lạc.").waitFor();
  const other = new Bench(tuyetmai);
  await other.tab("Hộp thư");
  await other.brief.getByText("Tình hình thế nào?").waitFor();
  assert.equal(await other.brief.getByText("Cảm ơn, giữ liên lạc.").count(), 0);
});

step("an organiser watches a terminal, and types along once the trainee agrees", async ({ giangvien, ducanh }) => {
  const bench = new Bench(ducanh);
  await bench.terminal.open("Máy phân tích");
  await bench.terminal.run("echo cua-hoc-vien");
  const [{ id }] = program.rows(
    `select t.id from team t join team_member m on m.team_id = t.id join account a on a.person_id = m.person_id
     where t.exercise_id = '${drill}' and a.username = 'ducanh'`,
  );
  const watcher = await giangvien.another();
  await watcher.page.goto(`/exercises/${drill}/teams/${id}/watch`);
  const watched = new Bench(watcher).terminal;
  await watched.connected();
  await until("the screen is seen", async () => /cua-hoc-vien/.test(await watched.text()));
  await watcher.look("watch");
  const own = (page, part) => page.locator(`[data-terminal-panels] .terminal:visible [data-part=${part}]`);
  await own(watcher.page, "join").click();
  await own(ducanh.page, "allow").click();
  await own(ducanh.page, "shared").waitFor();
  await own(watcher.page, "join-leave").waitFor();
  await ducanh.look("workspace-shared");
  await watched.type("echo tu-ban-to-chuc");
  await until("it is in the trainee's terminal", async () => /^tu-ban-to-chuc/m.test(await bench.terminal.text()));
  assert.deepEqual(rows("terminal_shared").map((row) => row.event.shared), [true]);
  await own(ducanh.page, "take-back").click();
  await own(watcher.page, "join").waitFor();
  await watched.type("echo khong-duoc-nua");
  await bench.terminal.run("echo het");
  assert.doesNotMatch(await bench.terminal.text(), /khong-duoc-nua/);
  await watcher.page.close();
});

step("one pauses and adds time, and all clocks say so", async ({ lanhdao, ducanh }) => {
  const console = new Console(lanhdao.page);
  await lanhdao.page.goto(`/exercises/${drill}`);
  await console.steer("Tạm dừng");
  const clock = ducanh.page.locator("#top [data-clock]");
  await until("the trainee's clock stands", async () => (await clock.getAttribute("data-running")) === null);
  const before = Number(await clock.getAttribute("data-seconds"));
  await console.steer("Thêm giờ");
  const dialog = lanhdao.page.locator("#time-dialog");
  await dialog.getByLabel("Số phút thêm").fill("10");
  await dialog.getByRole("button", { name: "Thêm giờ" }).click();
  await lanhdao.page.getByText("Đã thêm 10 phút").waitFor();
  await until("ten minutes more", async () => Number(await clock.getAttribute("data-seconds")) - before === 600);
  await console.steer("Tiếp tục");
  await until("the drill goes on", async () => (await console.state()) === "Đang diễn ra");
});

step("the evaluator grades, and an organiser grades again with a reason that the team reads", async (people) => {
  const { giamkhao, giangvien, ducanh } = people;
  const bench = new Bench(ducanh);
  await bench.report(REPORT, {
    reporter: "Đội ứng cứu sự cố tỉnh",
    description: "Trang chủ bị thay đổi từ 7 giờ.",
    measures: "Đã cách ly, lưu chứng cứ.",
  });
  await giamkhao.signIn();
  await giamkhao.page.goto(`/exercises/${drill}`);
  const [unit] = PEOPLE.ducanh;
  const grades = { facts: 30, impact: 10, measures: 20, form: 10 };
  await new Console(giamkhao.page).grade(unit, grades, (drawer) => drawer.getByText("Trang chủ bị thay đổi từ 7 giờ.").waitFor());
  await giangvien.page.goto(`/exercises/${drill}`);
  const drawer = await new Console(giangvien.page).openTeam(unit, "Chi tiết điểm");
  await drawer.getByText("Chấm lại một nhiệm vụ…").click();
  await drawer.locator("#regrade-task").selectOption("initial-report");
  await drawer.getByLabel("Điểm mới").fill("80");
  await drawer.locator("#regrade-reason").fill("Đã bổ sung phần biện pháp bằng lời.");
  await drawer.getByRole("button", { name: "Chấm lại" }).click();
  await giangvien.page.getByText("Đã chấm lại.").waitFor();
  await giangvien.look("console-regraded");
  assert.deepEqual(rows("regraded").map((row) => row.event.points), [80]);
  await bench.tab("Điểm");
  await bench.brief.getByText("Đã bổ sung phần biện pháp bằng lời.").waitFor();
  await ducanh.look("workspace-ledger");
});

step("afterwards the review shows one axis, the events and the terminal", async ({ giangvien }) => {
  const { page } = giangvien;
  await page.goto(`/boards/${drill}/wall`);
  await giangvien.look("wall");
  await page.goto(`/exercises/${drill}`);
  const console = new Console(page);
  await console.finish();
  await until("it is over", async () => (await console.state()) === "Đã kết thúc");
  await page.getByText("Đã kết thúc.").first().waitFor();
  const [{ id }] = program.rows(
    `select m.team_id as id from team_member m join account a on a.person_id = m.person_id
     where m.exercise_id = '${drill}' and a.username = 'ducanh'`,
  );
  await page.goto(`/exercises/${drill}/review?team=${id}`);
  await page.locator(".review-events a").first().waitFor();
  await giangvien.look("review", { all: true });
  await page.goto(`/exercises/${drill}/commands`);
  await page.getByText("echo cua-hoc-vien").first().waitFor();
  await giangvien.look("commands");
});

step("no page had a fault", async () => {
  assert.deepEqual(Visitor.findings, []);
});

/** Adds an event on the drill's list. */
async function event(page, id, { title, when, of, text, due, points }) {
  await page.goto(`/exercises/${drill}/timeline/new`);
  await page.getByLabel("Số hiệu").fill(id);
  await page.getByLabel("Tiêu đề (vi)").fill(title);
  await page.locator("#when").selectOption({ label: when });
  if (of) {
    const options = await page.locator("#event option").allInnerTexts();
    await page.locator("#event").selectOption({ label: options.find((label) => of.test(label)) });
  }
  await page.getByLabel("Đơn vị gửi (vi)").fill("Chủ tịch UBND tỉnh");
  await page.getByLabel("Nội dung (vi)").fill(text);
  if (due) await page.getByLabel("Phải trả lời trong (phút)").fill(due);
  if (points) await page.getByLabel("Điểm", { exact: true }).fill(points);
  await page.getByRole("button", { name: "Lưu tình huống" }).click();
  await page.locator(`#event-${id}`).waitFor();
}
