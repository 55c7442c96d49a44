// The portal is repaired by what is typed into its terminal, and read past the program; then words and a report.
import assert from "node:assert/strict";
import { Bench, Console } from "../support/drill.mjs";
import { until } from "../support/until.mjs";
import { Visitor } from "../support/visitor.mjs";
import { expected, inNode, rows, STRONG, scenario, step } from "./story.mjs";

const REPAIRS = ["Gỡ bỏ mã độc", "Vô hiệu hóa tài khoản lạ", "Vá lỗ hổng tải tệp", "Khôi phục trang chủ"];
const ROGUES = "sqlite3 /srv/portal/data/portal.db \"select count(*) from accounts where name like 'hotro%'\"";

step("the strong team repairs the portal in the terminal, and the engine shows it repaired", async ({ strong, found }) => {
  const bench = new Bench(strong);
  const portal = (command) => inNode(STRONG, "portal", command);
  const scripts = async () => list(await portal("cd /srv && find portal/public -name '*.php' -type f"));
  const original = list(await portal("tar -tzf /var/backups/portal/portal.tar.gz | grep '/public/.*[.]php$'"));
  assert.ok((await scripts()).some((path) => !original.includes(path)), "the attacker has left something");
  assert.equal((await portal(ROGUES)).trim(), "1");
  assert.match(await bench.check("Gỡ bỏ mã độc"), /^Chưa đạt\./, "the check does not pass before the repair");
  await bench.terminal.open("Máy chủ cổng");
  for (const id of ["patch", "find-and-remove", "accounts", "restore"]) await bench.terminal.run(scenario.typed(id, found));
  assert.match(await portal("cat /etc/nginx/sites-available/portal"), /location \^~ \/uploads\//);
  assert.deepEqual(await scripts(), original, "every web shell is gone, and the portal's own pages stand");
  assert.match(await portal("curl -s http://127.0.0.1/"), /class="lead"/);
  assert.equal((await portal(ROGUES)).trim(), "0");
  for (const title of REPAIRS) await bench.solved(title);
  await strong.look("workspace-repaired");
});

step("it answers the leadership, and a message in between takes nothing of what is written", async ({ strong, instructor }) => {
  const bench = new Bench(strong);
  const words = "Không có dữ liệu nào bị lấy; cổng đã an toàn để phục vụ.";
  const field = await bench.response();
  await field.pressSequentially(words.slice(0, 20));
  await new Console(instructor.page).write("Trả lời lãnh đạo trong 15 phút.");
  await bench.brief.getByText("Trả lời lãnh đạo trong 15 phút.").waitFor();
  // The field is in focus and the caret where it was: one writes on.
  await strong.page.keyboard.type(words.slice(20));
  assert.equal(await field.inputValue(), words);
  assert.equal(await bench.send("Gửi trả lời"), "Đã gửi trả lời.");
  await bench.brief.locator(".answered", { hasText: words }).waitFor();
});

step("it files the initial report; what the rubric gives it counts, on the public board too", async (story) => {
  const { strong, instructor, found } = story;
  const bench = new Bench(strong);
  const title = "Báo cáo ban đầu (Mẫu 03)";
  await bench.task(title);
  await bench.brief.locator('[name="field-measures"]').fill("Bản nháp chưa gửi");
  await strong.page.reload();
  await bench.task(title);
  assert.equal(await bench.brief.locator('[name="field-measures"]').inputValue(), "Bản nháp chưa gửi", "a draft outlives a reload");
  const told = await bench.report(title, {
    reporter: "Đội ứng cứu sự cố tỉnh",
    description: `Kẻ tấn công từ ${found.address} gửi tệp ${found.shell}.`,
    measures: "Đã lưu chứng cứ, gỡ mã độc, vá lỗ hổng, khôi phục trang chủ.",
  });
  assert.equal(told, "Đã gửi báo cáo.");
  await strong.look("workspace-report");
  const guest = await Visitor.arrive(story.browser, story.program, "guest");
  await guest.page.goto(`/boards/${story.drill}`);
  const line = guest.page.locator("#board-rows tr", { hasText: STRONG.unit });
  const shown = async () => Number((await line.locator("td.points").innerText()).replace(/\D/g, ""));
  const before = await until("points on the board", shown);
  const console = new Console(instructor.page);
  const grades = { facts: 40, impact: 20, measures: 25, form: 10 };
  await console.grade(STRONG.unit, grades, (it) => it.getByText(`gửi tệp ${found.shell}`).waitFor());
  await instructor.look("console-graded");
  await bench.task(title);
  await until("the team sees its points", async () => /40 \/ 40/.test(await bench.brief.innerText()));
  assert.deepEqual(rows(STRONG, "report_graded").map((row) => row.event.points), [grades]);
  assert.equal(expected(STRONG).parts.report, 95 + 50);
  await until("the board moves by itself", async () => (await shown()) >= before + 95);
  assert.ok((await shown()) >= scenario.needed);
  await guest.look("board");
  await guest.leave();
});

function list(text) {
  return text.split("\n").filter(Boolean).sort();
}
