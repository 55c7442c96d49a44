// The terminals of a page. web/templates/parts/terminals.hbs writes the markup:
//
//   <section data-terminal data-sessions="/exercises/…/terminals">    the whole; one on a page
//     [data-terminal-tabs]                                            role=tablist, filled here
//     [data-terminal-add]                                             opens another terminal on the node in view
//     [data-terminal-panels]                                          panels go here
//     [data-terminal-node="portal"][data-title][data-url]             a machine, in the order of its tab
//     <template data-terminal-tab>, <template data-terminal-panel>    a tab, a panel: parts by [data-part]
//     <template data-terminal-texts>                                  words: [data-text="is-lost"] with %names%
//     data-watching                                                   others' terminals, read-only
//
// A reload brings back tabs, screens and sessions; a new browser finds the person's sessions by the server's list. For
// tests the section has a property `terminalText`: a function that gives what the terminal in view says.

import { type Memory, type Remembered, recall, remember } from "./memory";
import { type Node, Panel } from "./panel";
import { Texts } from "./texts";

interface Listed {
  session: string;
  node: string;
  own: boolean;
}

interface Tab {
  button: HTMLElement;
  panel: Panel;
}

class Terminals {
  private readonly tabs: Tab[] = [];
  private current = -1;
  private readonly nodes = new Map<string, Node>();
  private readonly texts: Texts;
  private counter = 0;

  constructor(private readonly section: HTMLElement) {
    this.texts = new Texts(this.template("texts"));
    for (const element of section.querySelectorAll<HTMLElement>("[data-terminal-node]")) {
      const { terminalNode: name = "", title = "", url = "" } = element.dataset;
      this.nodes.set(name, { name, title, url });
    }
    const text = () => this.tabs[this.current]?.panel.text() ?? "";
    Object.defineProperty(section, "terminalText", { value: text });
  }

  async start(): Promise<void> {
    // Letters are measured once; they must be there.
    await document.fonts.load('13px "JetBrains Mono Variable"').catch(() => undefined);
    const memory = recall(this.place) ?? (await this.listed());
    for (const tab of memory.tabs) this.add(tab);
    for (const name of this.nodes.keys())
      if (!memory.tabs.some((tab) => tab.node === name)) this.add({ node: name });
    this.choose(Math.min(memory.current, this.tabs.length - 1), false);
    this.section.querySelector("[data-terminal-add]")?.addEventListener("click", () => {
      const node = this.tabs[this.current]?.panel.node.name ?? [...this.nodes.keys()][0];
      if (node) this.choose(this.add({ node }), true);
    });
    this.bar.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("pagehide", () => this.remember());
    window.addEventListener("online", () => {
      for (const tab of this.tabs) tab.panel.hurry();
    });
  }

  private get place(): string {
    return this.section.dataset.sessions ?? location.pathname;
  }

  private get bar(): HTMLElement {
    return this.section.querySelector<HTMLElement>("[data-terminal-tabs]") as HTMLElement;
  }

  private template(name: string): HTMLTemplateElement {
    return this.section.querySelector<HTMLTemplateElement>(`template[data-terminal-${name}]`) as HTMLTemplateElement;
  }

  /** What the server knows of this person's sessions; with [data-watching], of the team's. */
  private async listed(): Promise<Memory> {
    const watching = "watching" in this.section.dataset;
    try {
      const answer = await fetch(this.place, { headers: { Accept: "application/json" } });
      const sessions = answer.ok ? ((await answer.json()) as Listed[]) : [];
      const tabs = sessions
        .filter((listed) => (watching || listed.own) && this.nodes.has(listed.node))
        .map(({ session, node }) => ({ session, node, offset: 0, columns: 0, rows: 0, screen: "" }));
      return { tabs, current: 0 };
    } catch {
      return { tabs: [], current: 0 };
    }
  }

  private add(remembered: Partial<Remembered> & { node: string }): number {
    const node = this.nodes.get(remembered.node);
    if (!node) return this.current;
    const button = this.template("tab").content.firstElementChild?.cloneNode(true) as HTMLElement;
    const same = this.tabs.filter((tab) => tab.panel.node === node).length;
    const title = same > 0 ? `${node.title} ${same + 1}` : node.title;
    const label = button.querySelector<HTMLElement>('[data-part="title"]');
    if (label) label.textContent = title;
    const events = {
      left: () => button.focus(),
      closed: () => this.remove(button),
      state: (state: string, word: string) => {
        button.dataset.condition = state;
        button.title = word;
      },
    };
    const parent = this.section.querySelector<HTMLElement>("[data-terminal-panels]") as HTMLElement;
    const panel = new Panel({ ...node, title }, this.template("panel"), this.texts, events, remembered, parent);
    panel.hide();
    this.counter += 1;
    const id = `terminal-${this.counter}`;
    panel.element.id = id;
    button.id = `${id}-tab`;
    button.setAttribute("aria-controls", id);
    panel.element.setAttribute("aria-labelledby", button.id);
    button.addEventListener("click", () => this.choose(this.index(button), true));
    this.bar.append(button);
    return this.tabs.push({ button, panel }) - 1;
  }

  private index(button: HTMLElement): number {
    return this.tabs.findIndex((tab) => tab.button === button);
  }

  private choose(index: number, focus: boolean): void {
    this.current = index;
    this.tabs.forEach(({ button, panel }, at) => {
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
      if (at !== index) panel.hide();
    });
    this.tabs[index]?.panel.show(focus);
  }

  private remove(button: HTMLElement): void {
    const at = this.index(button);
    const [tab] = this.tabs.splice(at, 1);
    if (!tab) return;
    tab.panel.dispose();
    button.remove();
    if (this.tabs.length === 0) this.add({ node: tab.panel.node.name });
    this.choose(Math.max(0, at - 1), true);
  }

  /** Arrows move between tabs; Enter and Space choose, as on any button. */
  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.choose((this.current + step + this.tabs.length) % this.tabs.length, false);
    this.tabs[this.current]?.button.focus();
  }

  private remember(): void {
    remember(this.place, { tabs: this.tabs.map((tab) => tab.panel.remembered()), current: this.current });
  }
}

for (const section of document.querySelectorAll<HTMLElement>("[data-terminal]")) void new Terminals(section).start();
