// A recording (asciicast, version 3) on a screen that answers nothing: what it shows was hostile once, and no key and no
// reply of the terminal leads anywhere. Whoever steers it says which moment is shown.

import { Screen } from "./screen";

interface Piece {
  /** Seconds from the beginning. */
  at: number;
  /** The same where long silences are skipped. */
  short: number;
  output?: string;
  size?: [number, number];
}

/** Seconds that a silence lasts at most where silences are skipped. */
const SILENCE = 2;
/** Letters that the screen is given at once: more would be thrown away by its queue. */
const PORTION = 500_000;

export class Tape {
  private skips = false;
  private pieces: Piece[] = [];
  private size: [number, number] = [80, 24];
  private next = 0;
  private position = 0;
  /** Grows with every file, so that of two that are fetched the last one stays. */
  private turn = 0;
  /** Grows with every jump, so that a longer one in progress gives way. */
  private jump = 0;
  private readonly screen: Screen;

  constructor(element: HTMLElement) {
    const nothing = () => undefined;
    const events = { typed: nothing, resized: nothing, leave: nothing, search: nothing };
    this.screen = new Screen(element, events, element.dataset.label ?? "");
    this.screen.take(...this.size);
    this.screen.readOnly = true;
    this.screen.terminal.options.cursorBlink = false;
    if (this.screen.terminal.textarea) this.screen.terminal.textarea.tabIndex = -1;
  }

  /** What the screen says. */
  text(): string {
    return this.screen.text();
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** Takes a file in; the screen shows its beginning. */
  async load(file: string): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    await document.fonts.load('13px "JetBrains Mono Variable"').catch(() => undefined);
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (turn !== this.turn) return;
    this.read(text);
    this.jump += 1;
    this.rewind();
    this.position = 0;
    this.screen.show();
  }

  /** Seconds at its end. */
  get length(): number {
    return this.time(this.pieces.at(-1));
  }

  /** Seconds of the last thing that is shown. */
  get shown(): number {
    return this.time(this.pieces[this.next - 1]);
  }

  /** Whether long silences count as short ones; the moment in view stays. */
  skip(skips: boolean): void {
    this.skips = skips;
    this.position = this.shown;
  }

  /** Where a moment stands, in seconds from the beginning of the recording, when silences are skipped or not. */
  place(seconds: number): number {
    if (!this.skips) return seconds;
    const after = this.pieces.findIndex((piece) => piece.at > seconds);
    return this.time(this.pieces[(after < 0 ? this.pieces.length : after) - 1]);
  }

  /** Shows a moment. */
  go(position: number): void {
    const back = position < this.position;
    this.position = Math.min(Math.max(position, 0), this.length);
    if (back) this.rewind();
    void this.draw();
  }

  private rewind(): void {
    this.next = 0;
    this.screen.terminal.reset();
    this.screen.take(...this.size);
  }

  private time(piece: Piece | undefined): number {
    return (this.skips ? piece?.short : piece?.at) ?? 0;
  }

  /** A file of a killed server may end within a line: what can be read is shown. */
  private read(text: string): void {
    let at = 0;
    let short = 0;
    this.pieces = [];
    for (const [number, line] of text.split("\n").entries()) {
      if (line === "") continue;
      try {
        const parsed = JSON.parse(line);
        if (number === 0) {
          this.size = [Number(parsed.term.cols), Number(parsed.term.rows)];
          continue;
        }
        const [interval, code, data] = parsed as [number, string, string];
        at += interval;
        short += Math.min(interval, SILENCE);
        if (code === "o") this.pieces.push({ at, short, output: data });
        const size = code === "r" && /^(\d{1,4})x(\d{1,4})$/.exec(data);
        if (size) this.pieces.push({ at, short, size: [Number(size[1]), Number(size[2])] });
      } catch {
        if (number === 0) throw new Error("no recording");
      }
    }
  }

  /** Draws everything up to the position, in portions that the screen can take. */
  private async draw(): Promise<void> {
    this.jump += 1;
    const { jump } = this;
    while (jump === this.jump) {
      let portion = "";
      let size: [number, number] | undefined;
      for (let piece = this.pieces[this.next]; piece && this.time(piece) <= this.position; piece = this.pieces[this.next]) {
        if (portion.length > PORTION || (piece.size && portion)) break;
        this.next += 1;
        if (piece.size) {
          size = piece.size;
          break;
        }
        portion += piece.output ?? "";
      }
      if (size) this.screen.take(...size);
      else if (portion) await new Promise<void>((drawn) => this.screen.write(portion, drawn));
      else return;
    }
  }
}

/** Seconds as a clock shows them. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
