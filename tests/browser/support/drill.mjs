// The two pages on which a drill is held: the trainee's workspace and the instructor's console.
import { Terminal } from "./terminal.mjs";
import { until } from "./until.mjs";

/** A trainee's workspace. */
export class Bench {
  constructor(visitor) {
    this.page = visitor.page;
    this.visitor = visitor;
    this.brief = this.page.locator("#brief");
    this.terminal = new Terminal(this.page);
  }

  /** Opens the portal's own page, in a tab of its own. */
  async open() {
    const opening = this.visitor.context.waitForEvent("page");
    await this.page.getByRole("link", { name: "Cổng thông tin điện tử" }).first().click();
    const page = await opening;
    await until("the lab's page is there", () => page.url().includes(".labs.") && !page.url().includes("_ticket"));
    await page.waitForLoadState();
    return page;
  }

  /** Goes to a tab of the left side. */
  async tab(name) {
    const link = this.brief.locator("nav.tabs a", { hasText: name });
    await link.click();
    await until(`the tab ${name}`, async () => (await link.getAttribute("aria-current")) === "page");
  }

  /** Opens a task. */
  async task(title) {
    await this.tab("Nhiệm vụ");
    // It may be open already: the answer to this click is awaited all the same, for it replaces what stands there.
    const before = await this.brief.locator(".body").elementHandle();
    await this.brief.locator(".tasks").getByRole("link", { name: title }).click();
    await before.waitForElementState("hidden");
    await this.brief.getByRole("heading", { name: title, exact: true }).waitFor();
  }

  /** Opens a task and writes an answer. */
  async fill(title, answer) {
    await this.task(title);
    await this.brief.locator("#answer").fill(answer);
  }

  /** Gives an answer, and what the page says to it. */
  async answer(title, answer) {
    await this.fill(title, answer);
    return this.send("Gửi câu trả lời");
  }

  /** Asks for a check at once. */
  async check(title) {
    await this.task(title);
    return this.send("Kiểm tra ngay");
  }

  /** Waits until a task is shown as solved, asking for its check where that can be asked. */
  async solved(title) {
    const line = this.brief.locator(".tasks li", { hasText: title });
    const good = () => line.locator("[data-state=good]").first().isVisible();
    await this.tab("Nhiệm vụ");
    await until(`${title} is solved`, async () => (await good()) || (/Đạt\./.test(await this.check(title)) && good()), 120);
  }

  /** The form that answers the message which asks for one. */
  async response() {
    await this.tab("Hộp thư");
    const form = this.brief.locator('form[action*="/responses/"]').first();
    await form.waitFor();
    return form.getByRole("textbox");
  }

  /** Files a report: fields by name. */
  async report(title, fields) {
    await this.task(title);
    for (const [name, words] of Object.entries(fields)) await this.brief.locator(`[name="field-${name}"]`).fill(words);
    return this.send("Gửi báo cáo");
  }

  /** Presses a button of the left side, and gives what the page then says; `press` where it is to be pressed otherwise. */
  async send(button, press = (element) => element.click()) {
    const notice = this.page.locator("#outcome .notice");
    for (const old of await notice.all()) await old.evaluate((element) => element.setAttribute("data-old", ""));
    await press(this.brief.getByRole("button", { name: button }));
    const said = this.page.locator("#outcome .notice:not([data-old])");
    await said.waitFor();
    return (await said.innerText()).trim();
  }
}

/** The instructor's console. */
export class Console {
  constructor(page) {
    this.page = page;
    this.control = this.page.locator("#control");
  }

  /** The drill's state in words. */
  async state() {
    return (await this.control.locator("[data-state]").first().innerText()).trim();
  }

  /** Whether so many environments are well. */
  async ready(count) {
    const states = await this.page.locator("#teams tbody tr td:nth-child(3) .state").evaluateAll((all) =>
      all.map((one) => one.dataset.state),
    );
    return states.length === count && states.every((state) => state === "good");
  }

  /** Presses a button of the control line. */
  async steer(button) {
    await this.control.getByRole("button", { name: button, exact: true }).click();
  }

  /** Writes to all teams. */
  async write(words) {
    await this.page.getByRole("button", { name: "Thông báo tất cả" }).click();
    const dialog = this.page.locator("#message-dialog");
    await dialog.getByLabel("Nội dung").fill(words);
    await dialog.getByRole("button", { name: "Gửi", exact: true }).click();
    await this.page.getByText("Đã gửi.").waitFor();
  }

  /** Opens a team beside the list. */
  async openTeam(name, tab) {
    await this.page.locator("#teams").getByRole("link", { name, exact: true }).click();
    const drawer = this.page.locator("#drawer");
    await drawer.getByRole("heading", { name: new RegExp(name) }).waitFor();
    const link = drawer.locator("nav.tabs a", { hasText: tab });
    if ((await link.getAttribute("aria-current")) !== "page") await link.click();
    await until(`the team's tab ${tab}`, async () => (await link.getAttribute("aria-current")) === "page");
    return drawer;
  }

  /** Grades the only report of a team: points by criterion; what `read` finds in it first. */
  async grade(team, points, read) {
    const drawer = await this.openTeam(team, "Nhiệm vụ");
    await read(drawer);
    for (const [criterion, value] of Object.entries(points)) {
      await drawer.locator(`[name="points-${criterion}"]`).fill(String(value));
    }
    await drawer.getByRole("button", { name: "Ghi điểm" }).click();
    await this.page.getByText("Đã ghi điểm.").waitFor();
  }

  /** Ends the drill, which is asked twice. */
  async finish() {
    await this.control.getByRole("button", { name: "Kết thúc…" }).click();
    await this.page.locator("#finish-dialog").getByRole("button", { name: "Kết thúc", exact: true }).click();
  }
}
