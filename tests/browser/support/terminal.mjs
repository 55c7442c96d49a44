// The workspace's terminal, used as a person uses it: a tab is chosen, the screen is clicked, keys are pressed.
import { until } from "./until.mjs";

export class Terminal {
  #commands = 0;

  constructor(page) {
    this.page = page;
  }

  /** Opens the terminal of a machine and waits for its prompt. */
  async open(title) {
    await this.page.getByRole("tab", { name: title, exact: true }).click();
    await this.connected();
    await until(`a prompt on ${title}`, async () => /[$#]\s*$/.test(await this.text()));
    await this.page.locator("[data-terminal-panels] [data-part=screen]:visible").click();
    // An exclamation mark shall be one.
    await this.run("set +H");
  }

  /** Waits until the chosen terminal says that it is connected. */
  async connected(seconds = 60) {
    const tab = this.page.locator("[data-terminal-tabs] [aria-selected=true][data-condition=good]");
    await until("the terminal is connected", () => tab.count(), seconds);
  }

  /** What the terminal shows, with what scrolled away. */
  text() {
    return this.page.locator("section[data-terminal]").evaluate((section) => section.terminalText());
  }

  /** Types lines, each with Enter. */
  async type(text) {
    for (const line of text.split("\n")) {
      await this.page.keyboard.type(line);
      await this.page.keyboard.press("Enter");
    }
  }

  /** Types lines and waits until the shell has done them; gives what it showed. */
  async run(text, seconds = 90) {
    this.#commands += 1;
    const shown = (await this.text()).length;
    await this.type(`${text}\necho "xong-$((${this.#commands}+0))"`);
    const done = new RegExp(`^xong-${this.#commands}$`, "m");
    try {
      await until(`the shell has done: ${text.split("\n")[0]}`, async () => done.test(await this.text()), seconds);
    } catch (error) {
      throw new Error(`${error.message}; the terminal shows:\n${await this.text()}`);
    }
    return (await this.text()).slice(Math.max(0, shown - 200));
  }
}
