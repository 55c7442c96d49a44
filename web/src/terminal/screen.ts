// One xterm.js screen: colours and type from the page's tokens, the fastest drawing that the browser has, a way out for
// the keyboard. It draws what it is given and says what was typed; it knows no connection.

import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { SerializeAddon } from "@xterm/addon-serialize";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebglAddon } from "@xterm/addon-webgl";
import { type ITheme, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { documentWithoutInlineStyles, openWithoutInlineStyles } from "./styles";

export interface ScreenEvents {
  typed(bytes: Uint8Array): void;
  resized(columns: number, rows: number): void;
  /** The reader wants to leave the terminal: Tab belongs to the shell. */
  leave(): void;
  search(): void;
}

/** Lines kept above the screen. */
const SCROLLBACK = 5000;

/** Lines above the screen that a reload brings back. */
const KEPT = 1000;

/** Milliseconds that a size must stand before it is told. */
const SETTLE = 120;

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export class Screen {
  readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly finder = new SearchAddon();
  private readonly serializer = new SerializeAddon();
  private webgl: WebglAddon | undefined;
  private settling = 0;
  private readonly encoder = new TextEncoder();
  private fixed = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly events: ScreenEvents,
    label: string,
  ) {
    const style = getComputedStyle(element);
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      documentOverride: documentWithoutInlineStyles(),
      fontFamily: style.getPropertyValue("--font-mono").trim() || "monospace",
      fontSize: 13,
      lineHeight: 1.25,
      // A link in hostile output leads nowhere.
      linkHandler: { activate: () => undefined },
      macOptionIsMeta: true,
      scrollback: SCROLLBACK,
      theme: theme(style),
    });
    for (const addon of [this.fit, this.finder, this.serializer, new Unicode11Addon()])
      this.terminal.loadAddon(addon);
    this.terminal.unicode.activeVersion = "11";
    this.terminal.attachCustomKeyEventHandler((event) => this.key(event));
    this.terminal.onData((text) => events.typed(this.encoder.encode(text)));
    this.terminal.onBinary((text) => events.typed(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
    openWithoutInlineStyles(() => this.terminal.open(element));
    this.terminal.textarea?.setAttribute("aria-label", label);
    new ResizeObserver(() => this.settle()).observe(element);
  }

  /** Draws bytes; `drawn` is called when they are on the screen. */
  write(bytes: Uint8Array | string, drawn?: () => void): void {
    this.terminal.write(bytes, drawn);
  }

  /** The screen comes into view: takes the graphics card, of which a page has few contexts, and its size. */
  show(): void {
    if (!this.webgl && !this.terminal.options.screenReaderMode) {
      try {
        const webgl = new WebglAddon();
        webgl.onContextLoss(() => this.hide());
        this.terminal.loadAddon(webgl);
        this.webgl = webgl;
      } catch {
        // Without WebGL 2 the screen is drawn with elements: slower, and as readable.
      }
    }
    this.resize();
  }

  /** The screen goes out of view. */
  hide(): void {
    this.webgl?.dispose();
    this.webgl = undefined;
  }

  focus(): void {
    this.terminal.focus();
  }

  /** Takes another's size instead of the window's: a watcher sees what the writer sees. */
  take(columns: number, rows: number): void {
    this.fixed = true;
    this.terminal.resize(Math.max(columns, 2), Math.max(rows, 1));
  }

  /** Whether keys go to the shell. */
  set readOnly(readOnly: boolean) {
    this.terminal.options.disableStdin = readOnly;
    this.fixed &&= readOnly;
    this.resize();
  }

  /** Whether keys go to the shell, the size being another's. */
  set keys(on: boolean) {
    this.terminal.options.disableStdin = !on;
  }

  /** Announces output to screen readers; drawn with elements, which they can read. */
  set spoken(spoken: boolean) {
    this.terminal.options.screenReaderMode = spoken;
    if (spoken) this.hide();
    else this.show();
  }

  get spoken(): boolean {
    return this.terminal.options.screenReaderMode ?? false;
  }

  find(text: string, backwards = false): boolean {
    const options = { incremental: !backwards };
    return backwards ? this.finder.findPrevious(text, options) : this.finder.findNext(text);
  }

  endFind(): void {
    this.finder.clearDecorations();
    this.terminal.clearSelection();
  }

  /** The screen and some lines above it, as bytes that draw it again. */
  save(): string {
    return this.serializer.serialize({ scrollback: KEPT });
  }

  /** What the screen says, line by line, for tests and for copying all. */
  text(): string {
    const buffer = this.terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row += 1)
      lines.push(buffer.getLine(row)?.translateToString(true) ?? "");
    return lines.join("\n").trimEnd();
  }

  dispose(): void {
    this.hide();
    this.terminal.dispose();
  }

  private settle(): void {
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.resize(), SETTLE);
  }

  private resize(): void {
    if (this.fixed || this.element.clientWidth === 0) return;
    const before = `${this.terminal.cols}x${this.terminal.rows}`;
    this.fit.fit();
    if (`${this.terminal.cols}x${this.terminal.rows}` !== before)
      this.events.resized(this.terminal.cols, this.terminal.rows);
  }

  /** Keys that are the page's; everything else is the shell's. */
  private key(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") return true;
    if (event.key === "F6" && !event.shiftKey && !event.ctrlKey && !event.altKey)
      return this.own(event, this.events.leave);
    if (event.key === "F6" && event.shiftKey) {
      this.events.typed(this.encoder.encode("\x1b[17~"));
      return this.own(event, () => undefined);
    }
    if (!event.ctrlKey || !event.shiftKey) return true;
    if (event.code === "KeyF") return this.own(event, this.events.search);
    if (event.code === "KeyC") return this.own(event, () => this.copy());
    // The browser pastes by itself.
    return event.code !== "KeyV";
  }

  private own(event: KeyboardEvent, act: () => void): boolean {
    event.preventDefault();
    event.stopPropagation();
    act();
    return false;
  }

  private copy(): void {
    const text = this.terminal.getSelection();
    if (!text) return;
    if (navigator.clipboard) void navigator.clipboard.writeText(text);
    // The clipboard's own interface needs a secure context, which a plain-http address is not.
    else document.execCommand("copy");
  }
}

function theme(style: CSSStyleDeclaration): ITheme {
  const token = (name: string) => style.getPropertyValue(name).trim();
  const theme: ITheme = {
    background: token("--term-ground"),
    foreground: token("--term-ink"),
    cursor: token("--term-ink"),
    cursorAccent: token("--term-ground"),
    selectionBackground: token("--term-selection"),
  };
  for (const name of NAMES) {
    const bright =
      `bright${name.charAt(0).toUpperCase()}${name.slice(1)}` as `bright${Capitalize<typeof name>}`;
    theme[name] = token(`--ansi-${name}`);
    theme[bright] = token(`--ansi-bright-${name}`) || token(`--ansi-${name}`);
  }
  return theme;
}
