// One terminal of the page: its screen, its connection, and the words around them.

import { type Condition, Connection } from "./connection";
import * as frames from "./frames";
import type { Remembered } from "./memory";
import { Screen } from "./screen";
import type { Texts } from "./texts";

export interface PanelEvents {
  /** The reader left the terminal by keyboard. */
  left(): void;
  /** The terminal is to be closed for good. */
  closed(): void;
  /** How the terminal is, for its tab: good, warn, busy or idle, and the word. */
  state(state: string, word: string): void;
}

export interface Node {
  name: string;
  title: string;
  url: string;
}

/** Bytes drawn after which the server is told. */
const ACKNOWLEDGE_EVERY = 64 * 1024;

/** Milliseconds after which a terminal whose machine went asks for the next one. */
const NODE_GONE = 3000;

/** Remarks that take the pen from this window. */
const READ_ONLY_FROM = "taken-over";

export class Panel {
  readonly element: HTMLElement;
  private readonly screen: Screen;
  private readonly connection: Connection;
  private session: string;
  private drawn: number;
  private received: number;
  private acknowledged: number;
  private replaying = true;
  private readOnly = false;
  /** Whether the one who opened the terminal lets this viewer type as well. */
  private typesAlong = false;
  private started = false;
  private ended = false;
  private pasted: Uint8Array[] = [];
  private reopening = 0;

  constructor(
    readonly node: Node,
    template: HTMLTemplateElement,
    private readonly texts: Texts,
    private readonly events: PanelEvents,
    remembered: Partial<Remembered>,
    parent: HTMLElement,
  ) {
    this.element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    parent.append(this.element);
    this.part("title").textContent = node.title;
    this.session = remembered.session ?? frames.NO_SESSION;
    this.drawn = this.received = this.acknowledged = remembered.screen ? (remembered.offset ?? 0) : 0;
    this.screen = new Screen(
      this.part("screen"),
      this.screenEvents(),
      texts.get("label", { node: node.title }),
    );
    if (remembered.screen) {
      if (remembered.columns && remembered.rows)
        this.screen.terminal.resize(remembered.columns, remembered.rows);
      this.screen.write(remembered.screen);
    }
    this.connection = new Connection(node.url, this.listener(), () => ({
      session: this.session,
      offset: this.received,
    }));
    this.wire();
  }

  /** Brings the terminal into view, and connects it when that is the first time. */
  show(focus: boolean): void {
    this.element.hidden = false;
    this.screen.show();
    if (!this.started) {
      this.started = true;
      this.connection.open();
    }
    if (focus) this.screen.focus();
  }

  hide(): void {
    this.element.hidden = true;
    this.screen.hide();
  }

  /** Connects at once instead of waiting. */
  hurry(): void {
    if (this.started && !this.ended && !this.connection.isOpen) this.connection.open();
  }

  remembered(): Remembered {
    const { cols, rows } = this.screen.terminal;
    const screen = this.drawn > 0 ? this.screen.save() : "";
    return { node: this.node.name, session: this.session, offset: this.drawn, columns: cols, rows, screen };
  }

  /** What the terminal says, for tests. */
  text(): string {
    return this.screen.text();
  }

  dispose(): void {
    window.clearTimeout(this.reopening);
    this.connection.close();
    this.screen.dispose();
    this.element.remove();
  }

  private part(name: string): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-part="${name}"]`) as HTMLElement;
  }

  private screenEvents() {
    return {
      typed: (bytes: Uint8Array) => this.typed(bytes),
      resized: (columns: number, rows: number) => {
        this.part("size").textContent = `${columns} × ${rows}`;
        if (!this.readOnly) this.connection.send(frames.resize(columns, rows));
      },
      leave: () => this.events.left(),
      search: () => this.search(true),
    };
  }

  private listener() {
    return {
      condition: (condition: Condition) => this.condition(condition),
      frame: (frame: frames.ServerFrame) => this.receive(frame),
      delay: (milliseconds: number) => {
        this.part("delay").textContent = this.texts.get("delay", {
          count: Math.max(1, Math.round(milliseconds)),
        });
      },
      size: () => ({ columns: this.screen.terminal.cols, rows: this.screen.terminal.rows }),
    };
  }

  private wire(): void {
    const find = this.part("find") as HTMLButtonElement;
    find.addEventListener("click", () => this.search(this.part("search").hidden !== false));
    const reader = this.part("reader") as HTMLButtonElement;
    reader.addEventListener("click", () => {
      this.screen.spoken = !this.screen.spoken;
      reader.setAttribute("aria-pressed", String(this.screen.spoken));
    });
    this.part("close").addEventListener("click", () => {
      if (!window.confirm(this.texts.get("close-question", { node: this.node.title }))) return;
      this.connection.send(frames.end());
      this.events.closed();
    });
    this.part("again").addEventListener("click", () => this.again());
    for (const name of ["join", "join-leave"])
      this.part(name).addEventListener("click", () => this.connection.send(frames.ask()));
    this.part("allow").addEventListener("click", () => this.answer(true));
    this.part("refuse").addEventListener("click", () => this.answer(false));
    this.part("take-back").addEventListener("click", () => this.answer(false));
    const search = this.part("search") as HTMLFormElement;
    const text = search.querySelector("input") as HTMLInputElement;
    search.addEventListener("submit", (event) => {
      event.preventDefault();
      const backwards = (event as SubmitEvent).submitter?.dataset.way === "back";
      const found = this.screen.find(text.value, backwards);
      this.part("found").textContent = found || !text.value ? "" : this.texts.get("not-found");
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.search(false);
    });
    this.part("search-close").addEventListener("click", () => this.search(false));
  }

  private search(open: boolean): void {
    this.part("search").hidden = !open;
    this.part("find").setAttribute("aria-expanded", String(open));
    if (open) this.part("search").querySelector("input")?.focus();
    else {
      this.screen.endFind();
      this.screen.focus();
    }
  }

  /** A new session after one that ended; a broken connection at once. */
  private again(): void {
    this.reopen();
    this.screen.focus();
  }

  private reopen(): void {
    window.clearTimeout(this.reopening);
    if (this.ended) {
      this.ended = false;
      this.session = frames.NO_SESSION;
      this.drawn = this.received = this.acknowledged = 0;
      this.screen.terminal.reset();
    }
    this.connection.open();
  }

  private condition(condition: Condition): void {
    if (this.ended && condition.is !== "connecting") return;
    const word = this.texts.get(`is-${condition.is}`, {
      seconds: condition.is === "lost" ? condition.again : 0,
    });
    const state = { connecting: "busy", open: "good", lost: "warn", over: "idle", refused: "bad" }[
      condition.is
    ];
    const shown = this.part("state");
    shown.dataset.state = state;
    // A countdown is shown, not announced every second.
    shown.setAttribute("aria-live", condition.is === "lost" ? "off" : "polite");
    this.part("word").textContent = word;
    this.part("again").hidden = condition.is !== "lost" && condition.is !== "over";
    this.events.state(state, word);
    if (condition.is === "connecting") this.replaying = true;
    if (condition.is === "over") this.finish();
  }

  private receive(frame: frames.ServerFrame): void {
    switch (frame.kind) {
      case "hello":
        this.session = frame.session;
        this.become(frame.readOnly, frame.columns, frame.rows);
        this.remark(frame.unheld ? "unheld" : undefined);
        break;
      case "output":
        this.output(frame.offset, frame.bytes);
        break;
      case "replay-end":
        // Only after the replay is drawn may the screen answer what a program asks of it.
        this.screen.write("", () => {
          this.replaying = false;
        });
        break;
      case "size":
        if (this.readOnly) this.screen.take(frame.columns, frame.rows);
        break;
      case "exit":
        this.finish();
        this.remark("exit", String(frame.code));
        break;
      case "notice":
        this.notice(frame.id, frame.detail);
        break;
    }
  }

  private output(offset: number, bytes: Uint8Array): void {
    // A gap: what lies between is gone from the server too, and half a sequence may be on the screen.
    if (offset !== this.received && this.received > 0) this.screen.terminal.reset();
    this.received = offset + bytes.length;
    const end = this.received;
    this.screen.write(bytes, () => {
      this.drawn = end;
      if (this.drawn - this.acknowledged >= ACKNOWLEDGE_EVERY || this.drawn === this.received)
        this.acknowledge();
    });
  }

  private acknowledge(): void {
    if (this.drawn - this.acknowledged < ACKNOWLEDGE_EVERY) return;
    this.acknowledged = this.drawn;
    this.connection.send(frames.acknowledge(this.drawn));
  }

  private notice(id: string, detail: string): void {
    if (id === "watched") {
      const watched = this.part("watched");
      watched.hidden = detail === "0";
      this.part("watchers").textContent = this.texts.get("watched", { count: detail });
      return;
    }
    if (this.sharing(id)) return;
    if (id === READ_ONLY_FROM) this.become(true, this.screen.terminal.cols, this.screen.terminal.rows);
    if (id === "session-gone" || id === "node-gone" || id === "exercise-finished") this.finish();
    // Its machine is made anew, and the server says how long it is not ready.
    if (id === "node-gone") this.reopening = window.setTimeout(() => this.reopen(), NODE_GONE);
    this.remark(id, detail);
  }

  /** Says yes or no to who asked to type along. */
  private answer(allowed: boolean): void {
    this.connection.send(frames.allow(allowed));
    this.part("ask").hidden = true;
    this.screen.focus();
  }

  /** What a remark changes for who types along; whether there is nothing more to say of it. */
  private sharing(id: string): boolean {
    if (id === "join-allowed" || id === "join-refused" || id === "join-ended") {
      this.typesAlong = id === "join-allowed";
      if (this.readOnly) this.screen.keys = this.typesAlong;
      this.part("join").hidden = !this.readOnly || this.typesAlong;
      this.part("join-leave").hidden = !this.typesAlong;
      if (this.typesAlong) this.screen.focus();
      return false;
    }
    if (id === "join-asked") this.part("ask").hidden = false;
    else if (id === "joined") this.part("shared").hidden = false;
    else if (id === "join-over") this.part("ask").hidden = this.part("shared").hidden = true;
    else return false;
    return true;
  }

  private become(readOnly: boolean, columns: number, rows: number): void {
    this.readOnly = readOnly;
    this.screen.readOnly = readOnly;
    this.part("read-only").hidden = !readOnly;
    this.typesAlong = false;
    this.part("join").hidden = !readOnly;
    this.part("join-leave").hidden = this.part("ask").hidden = this.part("shared").hidden = true;
    this.part("close").hidden = readOnly;
    if (readOnly) this.screen.take(columns, rows);
    else this.connection.send(frames.resize(this.screen.terminal.cols, this.screen.terminal.rows));
    this.part("size").textContent = `${this.screen.terminal.cols} × ${this.screen.terminal.rows}`;
  }

  /** The session is over: what it said stays, and another can be opened. */
  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.connection.close();
    this.part("word").textContent = this.texts.get("is-over");
    this.part("state").dataset.state = "idle";
    this.part("again").hidden = false;
    this.events.state("idle", this.texts.get("is-over"));
  }

  /** A line below the screen; without one, or for remarks that the page has no words for, none. */
  private remark(id: string | undefined, detail = ""): void {
    const remark = this.part("remark");
    const text = id ? this.texts.get(`notice-${id}`, { detail }) : "";
    remark.textContent = text;
    remark.hidden = text === "";
  }

  private typed(bytes: Uint8Array): void {
    if ((this.readOnly && !this.typesAlong) || this.replaying || !this.connection.isOpen) return;
    this.pasted.push(bytes);
    if (this.pasted.length === 1) this.flush();
  }

  /** Sends what was typed; a long paste goes out as fast as the connection takes it. */
  private flush(): void {
    while (this.pasted.length > 0) {
      if (this.connection.isBusy) {
        window.setTimeout(() => this.flush(), 50);
        return;
      }
      for (const frame of frames.input(this.pasted[0] ?? new Uint8Array())) this.connection.send(frame);
      this.pasted.shift();
    }
  }
}
