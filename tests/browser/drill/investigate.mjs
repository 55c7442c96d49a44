// The trainees' workspace: terminals, the lab's own page, answers right and wrong, hints.
import assert from "node:assert/strict";
import { Bench, Console } from "../support/drill.mjs";
import { until } from "../support/until.mjs";
import { expected, rows, STRONG, scenario, step, TITLE, WEAK } from "./story.mjs";

const RIGHT = /^Đúng\. Nhiệm vụ đã giải\.$/;
const WRONG = /^Chưa đúng\./;

step("a trainee of each team enters the workspace from the home page", async ({ strong, weak, program }) => {
  for (const one of [strong, weak]) {
    await one.signIn();
    await one.look(`home-${one.name}`);
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

step("the strong team reads the logs in its terminal, and a wrong answer is told as such", async ({ strong, found }) => {
  const bench = new Bench(strong);
  await bench.terminal.open("Máy phân tích");
  for (const id of ["who-came", "which-file"]) {
    Object.assign(found, scenario.finds(id, await bench.terminal.run(scenario.typed(id))));
  }
  await strong.look("workspace", { all: true });
  assert.match(await bench.answer("Địa chỉ kẻ tấn công", "10.0.0.1"), /^Chưa đúng\. Đội còn 4 lần thử\.$/);
  await strong.look("workspace-wrong");
  assert.deepEqual(rows(STRONG, "submission").map((row) => row.event.verdict), ["wrong"]);
});

step("two tabs send the right answer at once, and it is credited once", async ({ strong, found }) => {
  const second = await strong.another();
  await second.page.goto(strong.page.url());
  const benches = [new Bench(strong), new Bench(second)];
  for (const bench of benches) await bench.fill("Địa chỉ kẻ tấn công", found.address);
  // By script: a pointer comes to rest first, and by then one page has learnt of the other's answer.
  const press = (button) => button.evaluate((element) => element.click());
  const told = await Promise.all(benches.map((bench) => bench.send("Gửi câu trả lời", press)));
  assert.ok(told.some((one) => RIGHT.test(one)), told.join(" | "));
  for (const one of told) assert.match(one, /^(Đúng\.|Nhiệm vụ này đã giải rồi\.)/);
  const right = rows(STRONG, "submission").filter((row) => row.event.verdict === "correct");
  assert.equal(right.length, 1);
  assert.equal(expected(STRONG).parts.detection, scenario.tasks.get("attacker-address").points);
  await until("the points stand on top", async () => /Điểm\s*6\d/.test(await strong.page.locator("#top").innerText()));
  await second.page.close();
});

step("a reload brings the terminal back, and the way in is found on the portal's server", async ({ strong, found }) => {
  const bench = new Bench(strong);
  await strong.page.reload();
  await bench.terminal.connected();
  const again = () => bench.terminal.text();
  await until("its screen is there again", async () => (await again()).includes(`kẻ tấn công ${found.address}`));
  // The other tab had taken the pen; this one has it again.
  await bench.terminal.run("echo 'van con day'");
  await bench.terminal.open("Máy chủ cổng");
  Object.assign(found, scenario.finds("signature", await bench.terminal.run(scenario.typed("signature", found))));
  assert.match(await bench.answer("Đường xâm nhập", `TT{${"0".repeat(32)}}`), WRONG);
});

step("what a trainee is doing stands while events come in", async ({ strong, instructor, found }) => {
  const bench = new Bench(strong);
  await bench.task("Đường xâm nhập");
  assert.match(await bench.answer("Đường xâm nhập", "TT{gần đúng}"), WRONG);
  await bench.brief.locator("details.hint-box > summary").click();
  const field = bench.brief.locator("#answer");
  await field.fill("TT{đang gõ dở}");
  await field.press("ArrowLeft");
  const doing = () =>
    strong.page.evaluate(() => {
      const body = document.querySelector("#brief .body");
      const { id, value, selectionStart } = document.activeElement;
      const [notice] = document.querySelectorAll("#outcome .notice");
      return [id, value, selectionStart, document.querySelector(".hint-box").open, body.scrollTop, notice.textContent.trim()];
    });
  await bench.brief.locator(".body").evaluate((body) => body.scrollTo(0, body.scrollHeight));
  const before = await doing();
  assert.ok(before[4] >= 0 && before[3] && before[1] === "TT{đang gõ dở}");
  const console = new Console(instructor.page);
  const unread = bench.brief.locator("nav.tabs a", { hasText: "Hộp thư" }).locator(".count");
  for (const words of ["Chú ý một.", "Chú ý hai.", "Chú ý ba."]) {
    const known = (await unread.count()) ? await unread.innerText() : "0";
    await console.write(words);
    await until("the message is counted", async () => (await unread.innerText()) !== known);
    assert.deepEqual(await doing(), before);
  }
  assert.match(await bench.answer("Đường xâm nhập", found.signature), RIGHT);
});

step("a hint is bought once, and costs", async ({ strong }) => {
  const bench = new Bench(strong);
  const before = earned();
  await bench.task("Gỡ bỏ mã độc");
  await bench.brief.locator("details.hint-box > summary").click();
  assert.equal(await bench.send("Xem gợi ý (trừ 15 điểm)"), "Đã mở gợi ý.");
  await bench.brief.getByText("So sánh mã nguồn đang chạy với bản sao lưu").waitFor();
  assert.deepEqual(rows(STRONG, "hint_taken").map((row) => row.event.cost), [15]);
  assert.equal(earned(), before - 15);
  await strong.look("workspace-hint");
});

step("another team's flag is refused, and the instructor is told", async ({ weak, instructor, found }) => {
  const bench = new Bench(weak);
  assert.match(await bench.answer("Đường xâm nhập", found.signature), WRONG);
  assert.deepEqual(rows(WEAK, "submission").map((row) => row.event.verdict), ["foreign"]);
  assert.equal(expected(WEAK).solved, 0);
  const drawer = await new Console(instructor.page).openTeam(WEAK.unit, "Trực tiếp");
  await drawer.getByText("Nộp cờ của đội khác: Đường xâm nhập").waitFor();
  await instructor.look("console-foreign");
});

/** The strong team's points but for availability, which grows by itself. */
function earned() {
  const { points, parts } = expected(STRONG);
  return points - parts.availability;
}
