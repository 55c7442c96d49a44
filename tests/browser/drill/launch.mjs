// From the library to a running drill: what stands in the way is said, and nothing is made twice.
import assert from "node:assert/strict";
import { Console } from "../support/drill.mjs";
import { OfficerPages } from "../support/office.mjs";
import { until } from "../support/until.mjs";
import { REASON, rows, SCENARIO, STRONG, step, TITLE, WEAK } from "./story.mjs";

/** Milliseconds within which it is known whether labs are open. */
const PROBED = 180_000;

step("the HR officer and the leader look at the figures of the year", async (story) => {
  const { officer, leader } = story;
  await officer.signIn();
  await officer.look("hr-home");
  const pages = new OfficerPages(officer);
  story.before = await pages.indicators();
  assert.match(story.before.get("BA-09").words, /chưa có số liệu/i, "an empty denominator is no zero");
  await pages.completions(TITLE);
  await officer.look("hr-completions-before");
  await leader.signIn();
  await leader.look("leader-home");
});

step("the instructor lays out a drill of two teams from the library", async ({ instructor }) => {
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
});

step("it is refused while something gets out of the labs, with what is open", async (story) => {
  const console = await open(story.program.engine, async () => {
    const page = await send(story.instructor);
    await page.locator("#standing [role=alert]").waitFor({ timeout: PROBED });
    return page;
  });
  const told = await console.locator("#standing [role=alert]").innerText();
  assert.match(told, /^Chưa bắt đầu được: từ máy trong môi trường vẫn gọi được ra ngoài/);
  assert.match(await console.locator("#standing table").innerText(), /Máy chủ chạy phòng lab|Trang của Thao Trường|Máy của đội khác/);
  await story.instructor.look("console-refused", { page: console });
  assert.equal(await new Console(console).state(), "Bản nháp");
  assert.deepEqual(await story.program.engine.left(), []);
  story.drill = console.url().match(/exercises\/([0-9a-f-]{36})/)[1];
  await console.close();
});

step("the same form sent again leads to the drill that it made", async ({ instructor, program, drill }) => {
  const console = await send(instructor);
  assert.match(console.url(), new RegExp(`/exercises/${drill}$`));
  await console.getByText("Biểu mẫu này đã tạo cuộc diễn tập dưới đây; không tạo thêm lần nữa.").waitFor();
  await console.close();
  assert.deepEqual(program.rows(`select id from exercise where title = '${TITLE}'`), [{ id: drill }]);
});

step("where labs cannot be closed, an administrator lets it begin all the same, with a reason", async (story, context) => {
  const { instructor, administrator, program, drill } = story;
  if (program.engine.walls) return context.skip("the program closes labs itself on this engine");
  const console = new Console(instructor.page);
  await instructor.page.goto(`/exercises/${drill}`);
  const refusals = () => rows(null, "launch_refused").length;
  const before = refusals();
  await console.steer("Chuẩn bị");
  await until("the proof was tried once more", () => refusals() > before, PROBED / 1000);
  await instructor.page.locator("#standing [role=alert]").waitFor();
  assert.equal(await console.state(), "Bản nháp", "it is refused until somebody has decided");
  const { page } = administrator;
  await administrator.signIn();
  await page.goto("/admin/health");
  await page.locator("section", { hasText: "Diễn tập chờ quyết định" }).getByRole("link", { name: TITLE }).waitFor();
  await administrator.look("health-refused", { all: true });
  await page.getByRole("link", { name: TITLE }).click();
  await page.waitForURL(`**/exercises/${drill}/isolation`);
  await page.getByText("trình cắm mạng có thực thi NetworkPolicy").waitFor();
  await administrator.look("isolation", { all: true });
  await page.getByLabel("Lý do").fill(REASON);
  await page.getByRole("button", { name: "Cho phép bắt đầu" }).click();
  await page.getByText("Đã ghi quyết định.").waitFor();
  await administrator.look("isolation-decided");
  assert.equal(rows(null, "isolation_overridden").length, 1);
  await instructor.page.locator("#standing").getByText(REASON).waitFor();
});

step("both environments become ready while the console shows how far they are, and the drill starts", async (story) => {
  const { instructor, program, drill } = story;
  const teams = program.rows(`select id, name from team where exercise_id = '${drill}' order by number`);
  story.teams = new Map(teams.map((team) => [team.name, team.id]));
  assert.deepEqual([...story.teams.keys()].sort(), [STRONG.unit, WEAK.unit].sort(), "a team of each unit");
  await instructor.page.goto(`/exercises/${drill}`);
  const console = new Console(instructor.page);
  await console.steer("Chuẩn bị");
  await until("they are prepared", async () => (await console.state()) === "Đang chuẩn bị");
  await instructor.look("console-preparing");
  await until("both environments are ready", () => console.ready(2), 300);
  await instructor.look("console-ready");
  await console.steer("Bắt đầu");
  await until("the drill runs", async () => (await console.state()) === "Đang diễn ra");
});

/** Does something while labs are open: where nothing of ours keeps them in, they are. */
function open(engine, act) {
  return engine.walls ? engine.opened(act) : act();
}

/** Sends the form into another tab, so that it stays where it is; gives that tab's page. */
async function send({ page, context }) {
  await page.locator("#launch").evaluate((form) => form.setAttribute("target", "_blank"));
  const opening = context.waitForEvent("page");
  await page.getByRole("button", { name: "Tạo và chuẩn bị môi trường" }).click();
  const opened = await opening;
  await opened.waitForURL(/\/exercises\/[0-9a-f-]{36}/);
  return opened;
}
