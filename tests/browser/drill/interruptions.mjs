// What comes between: a restart of the server, messages, a pause.
import assert from "node:assert/strict";
import { Bench, Console } from "../support/drill.mjs";
import { until } from "../support/until.mjs";
import { Visitor } from "../support/visitor.mjs";
import { inNode, rows, step, WEAK } from "./story.mjs";

step("a command survives a restart of the server, and its terminal comes back with its screen", async (story) => {
  const { weak, strong, program } = story;
  const bench = new Bench(weak);
  await bench.terminal.open("Máy phân tích");
  await bench.terminal.run("echo 'truoc khi khoi dong lai'");
  await bench.terminal.type('i=0; while sleep 1; do i=$((i+1)); echo "$i" >/tmp/dem; echo "dem-$i"; done');
  const shown = async () => [...(await bench.terminal.text()).matchAll(/^dem-(\d+)$/gm)].map((match) => Number(match[1]));
  await until("it counts", async () => (await shown()).length >= 3);
  const counted = async () => Number(await inNode(WEAK, "workstation", "cat /tmp/dem"));
  Visitor.serverAway = true;
  assert.equal(await program.stop(), 0, "the server drains and ends well");
  const stopped = await counted();
  await weak.page.locator("#offline").waitFor();
  await until("it counts on without a server", async () => (await counted()) > stopped + 2);
  await program.begin();
  const back = await counted();
  await until("the terminal comes back", async () => (await shown()).at(-1) > back, 90);
  assert.match(await bench.terminal.text(), /^truoc khi khoi dong lai$/m, "what stood on the screen stands there again");
  const numbers = await shown();
  assert.deepEqual(numbers.slice(0, 3), [1, 2, 3]);
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), "no line came twice");
  for (const one of [weak, strong]) await one.page.locator("#offline").waitFor({ state: "hidden" });
  await new Bench(strong).terminal.connected();
  Visitor.serverAway = false;
  await bench.terminal.press("Control+c");
  await bench.terminal.run("echo con song");
});

step("labs that are opened while the drill runs are closed again, and everybody is told", async (story, context) => {
  const { instructor, program } = story;
  const { engine } = program;
  if (!engine.walls) return context.skip("nothing that could be taken away keeps labs in on this engine");
  const restored = () => rows(null, "isolation_restored").length > 0;
  // Another program on this machine that keeps labs in may put them back before this one has looked: then once more.
  for (let tries = 0; !restored() && tries < 5; tries += 1) {
    engine.tearDown();
    await until("the walls stand again", () => engine.stand(), 120);
    await until("it is written down", restored, 10).catch(() => {});
  }
  assert.ok(restored(), "it is written down that they were open, and closed again");
  assert.equal(rows(null, "isolation_lost").length, rows(null, "isolation_restored").length);
  await instructor.page.locator("#standing").getByText("Phòng lab đã kín trở lại.").waitFor();
  await instructor.look("console-restored");
});

step("the instructor writes to all by hand, pauses, and exercise time stands", async ({ instructor, strong }) => {
  const console = new Console(instructor.page);
  await console.write("Đề nghị các đội giữ nguyên chứng cứ.");
  const bench = new Bench(strong);
  await bench.tab("Hộp thư");
  await bench.brief.getByText("Đề nghị các đội giữ nguyên chứng cứ.").waitFor();
  await strong.look("workspace-mail");
  await console.steer("Tạm dừng");
  await until("the drill stands", async () => (await console.state()) === "Tạm dừng");
  const clock = strong.page.locator("#top [data-clock]");
  await until("the trainee's clock stands", async () => (await clock.getAttribute("data-running")) === null);
  await bench.task("Gỡ bỏ mã độc");
  await until("nothing can be sent meanwhile", () => bench.brief.getByRole("button", { name: "Kiểm tra ngay" }).isDisabled());
  await strong.look("workspace-paused");
  await until("it has stood for a second", () => Date.now() * 1000 - rows(null, "paused")[0].at > 1e6);
  await console.steer("Tiếp tục");
  await until("the drill goes on", async () => (await console.state()) === "Đang diễn ra");
  await until("the trainee's clock runs", async () => (await clock.getAttribute("data-running")) !== null);
  await until("things can be sent again", () => bench.brief.getByRole("button", { name: "Kiểm tra ngay" }).isEnabled());
  const [paused] = rows(null, "paused");
  const [resumed] = rows(null, "resumed");
  assert.ok(resumed.at - paused.at > 1e6, "it stood for more than a second");
  assert.equal(resumed.exercise_time, paused.exercise_time);
});
