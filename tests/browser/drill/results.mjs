// The end, and what comes of it: completions, indicators, the report on a page and in Word.
import assert from "node:assert/strict";
import { Bench, Console } from "../support/drill.mjs";
import { head } from "../support/journal.mjs";
import { OfficerPages } from "../support/office.mjs";
import { until } from "../support/until.mjs";
import { readWord } from "../support/word.mjs";
import { expected, REASON, rows, STRONG, scenario, step, TITLE, WEAK } from "./story.mjs";

const AWARE = { unit: "Sở Nội vụ", people: ["Mai Văn Thịnh", "Nguyễn Thị An", "Tạ Thị Phương Thảo", "Lương Thế Vinh"] };
const PARTS = { "Phát hiện": "detection", "Ứng cứu": "response", "Báo cáo": "report", "Sẵn sàng": "availability" };

step("the instructor ends the drill, and nothing of it stays on the engine", async ({ instructor, strong, program }) => {
  const console = new Console(instructor.page);
  await console.openTeam(STRONG.unit, "Trực tiếp");
  await instructor.look("console", { all: true });
  await console.finish();
  await until("the drill is over", async () => (await console.state()) === "Đã kết thúc", 120);
  await until("no machine and no network is left", async () => (await program.engine.left()).length === 0, 180);
  await instructor.look("console-finished");
  await until("the workspace says so", async () => /Đã kết thúc/.test(await strong.page.locator("#top").innerText()));
  await strong.look("workspace-finished");
  await new Bench(strong).tab("Hộp thư");
});

step("completions: who was there is credited, who never came is not", async ({ officer, program, drill }) => {
  const pages = new OfficerPages(officer);
  const { credited, missed } = await until("the completion is recorded", async () => {
    const lists = await pages.completions(TITLE);
    return lists.credited.length > 0 && lists;
  });
  assert.deepEqual(credited, [{ name: STRONG.came, points: expected(STRONG).points }]);
  const reasons = new Map(missed.map((one) => [one.name, one.reason]));
  assert.deepEqual([...reasons.keys()].sort(), [STRONG.stayedAway, WEAK.came].sort());
  assert.match(reasons.get(STRONG.stayedAway), /không ghi nhận có mặt/i);
  assert.match(reasons.get(WEAK.came), new RegExp(`đạt ${expected(WEAK).points} điểm, cần ${scenario.needed} điểm`));
  const kept = program.rows(`select p.name from completion c join person p on p.id = c.person_id where c.exercise_id = '${drill}'`);
  assert.deepEqual(kept.map((one) => one.name), [STRONG.came]);
  await officer.look("hr-completions");
});

step("an attendance list and the drill move the plan's indicators", async ({ officer, leader, before }) => {
  const pages = new OfficerPages(officer);
  await officer.page.goto("/attendance");
  await officer.look("hr-attendance");
  await pages.attend(AWARE.unit, AWARE.people, "Buổi tuyên truyền an toàn thông tin", "DS số 12/SNV");
  const now = await pages.indicators();
  const moved = (id) => now.get(id).numerator - before.get(id).numerator;
  assert.deepEqual([moved("BA-01"), moved("BA-02"), moved("BA-03")], [1, 1, AWARE.people.length]);
  for (const id of ["BA-02", "BA-03"]) assert.equal(now.get(id).denominator, before.get(id).denominator);
  await officer.look("hr-indicators", { all: true });
  await officer.page.goto("/people");
  await officer.look("hr-people");
  assert.deepEqual(await new OfficerPages(leader).indicators(), now, "the leader reads the same");
  await leader.look("leader-indicators");
});

step("the report's figures, on the page and in Word, are those of the journal", async ({ instructor, drill }) => {
  const { page } = instructor;
  await page.goto("/reports");
  await instructor.look("reports");
  await page.getByRole("link", { name: new RegExp(TITLE) }).first().click();
  await page.waitForURL(`**/exercises/${drill}/report`);
  await instructor.look("report");
  const downloading = page.waitForEvent("download");
  await page.locator('a[href*=".docx"]').first().click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /\.docx$/);
  const shown = {
    text: await page.locator("article.sheet").innerText(),
    tables: await page.locator("article.sheet table").evaluateAll((tables) =>
      tables.map((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()))),
    ),
  };
  compare("page", shown, drill);
  compare("Word", readWord(await download.path()), drill);
});

/** Every figure of a document beside what the journal gives. */
function compare(where, document, drill) {
  const table = (...heads) => {
    const found = document.tables.find((one) => heads.every((head) => one[0]?.includes(head)));
    assert.ok(found, `${where}: a table with ${heads.join(", ")}`);
    return found.slice(1).map((cells) => Object.fromEntries(found[0].map((head, at) => [head, cells[at]])));
  };
  const ranking = table("Hạng", "Đội", "Nhiệm vụ hoàn thành", "Tổng điểm");
  const points = table("Đội", ...Object.keys(PARTS), "Tổng điểm", "Hạng");
  for (const team of [STRONG, WEAK]) {
    const score = expected(team);
    const line = ranking.find((one) => one.Đội === team.unit);
    const figures = [line.Hạng, line["Nhiệm vụ hoàn thành"], line["Tổng điểm"]];
    assert.deepEqual(figures, [score.rank, `${score.solved}/${scenario.tasks.size}`, score.points].map(String), `${where}: ${team.unit}`);
    const row = points.find((one) => one.Đội === team.unit);
    assert.deepEqual([row["Tổng điểm"], row.Hạng], [score.points, score.rank].map(String), `${where}: ${team.unit}`);
    for (const [head, part] of Object.entries(PARTS)) assert.equal(row[head], String(score.parts[part]), `${where}: ${team.unit}: ${head}`);
  }
  const missed = table("Họ và tên", "Đội", "Lý do không ghi nhận").map((one) => one["Họ và tên"]);
  assert.deepEqual(missed.sort(), [STRONG.stayedAway, WEAK.came].sort(), where);
  const presence = table("Họ và tên", "Chức vụ", "Đội", "Tham gia").map((one) => [one["Họ và tên"], one["Tham gia"]]);
  assert.deepEqual(new Set(presence.filter(([, word]) => /^có mặt$/i.test(word)).map(([name]) => name)), new Set([STRONG.came, WEAK.came]), where);
  // What stands about isolation in the journal stands in the report too.
  if (rows(null, "isolation_overridden").length > 0) assert.ok(document.text.includes(REASON), `${where}: why it was held`);
  if (rows(null, "isolation_restored").length > 0) assert.match(document.text, /phát hiện không còn lúc/, where);
  assert.match(document.text, /Ghi nhận hoàn thành 1 lượt; không ghi nhận 2 lượt/, where);
  const journal = rows();
  const evidence = new Map(table("Nội dung", "Giá trị").map((one) => [one["Nội dung"], one["Giá trị"]]));
  assert.equal(evidence.get("Giá trị băm của dòng cuối (SHA-256)"), head(drill, journal), where);
  assert.equal(evidence.get("Số dòng nhật ký"), String(journal.length), where);
}
