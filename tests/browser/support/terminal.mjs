// The workspace's terminal, used as a person uses it: a tab is chosen, the screen is clicked, keys are pressed.
import { until } from "./until.mjs";

/** How a shell asks for a line, or for the rest of one. */
const PROMPT = /^(?:\w+@[\w-]+:[^$#\n]*[$#]|>)(?: |$)/gm;

export class Terminal {
  constructor(page) {
    this.page = page;
  }

  /** Opens the terminal of a machine and waits for its prompt. */
  async open(title) {
    await this.page.getByRole("tab", { name: title, exact: true }).click();
    await this.connected();
    await until(`a prompt on ${title}`, async () => (await this.#prompts()) > 0);
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

  /** Types a line and Enter. */
  async type(line) {
    await this.#focus();
    await this.#enter(line);
  }

  async #enter(line) {
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Enter");
  }

  /** Presses a key. */
  async press(key) {
    await this.#focus();
    await this.page.keyboard.press(key);
  }

  /** Types lines, each when the shell asks for it, as a person does; gives what was shown. */
  async run(text, seconds = 60) {
    const shown = (await this.text()).length;
    await this.#focus();
    for (const line of text.split("\n")) {
      const asked = await this.#prompts();
      await this.#enter(line);
      try {
        await until(`the shell has done: ${line}`, async () => (await this.#prompts()) > asked, seconds);
      } catch (error) {
        throw new Error(`${error.message}; the terminal shows:\n${await this.text()}`);
      }
    }
    return (await this.text()).slice(Math.max(0, shown - 200));
  }

  #focus() {
    return this.page.locator("[data-terminal-panels] [data-part=screen]:visible").click();
  }

  async #prompts() {
    return [...(await this.text()).matchAll(PROMPT)].length;
  }
}
