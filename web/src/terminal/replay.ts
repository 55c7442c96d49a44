// Replays a recording (asciicast, version 3) on a screen that answers nothing: what it shows was hostile once, and no key
// and no reply of the terminal leads anywhere. web/templates/replay.hbs writes the markup:
//
//   [data-replay="/…/cast"]      the whole; parts inside by [data-part]
//     screen, remark             the screen; what is to be said instead of it
//     play, seek, speed, skip    what can be done
//     now, length                where it stands
//
// For tests the section has a property `replayText`: a function that gives what the screen says.

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
/** Seconds that an arrow key moves. */
const STEP = 5;
/** Letters that the screen is given at once: more would be thrown away by its queue. */
const PORTION = 500_000;

class Replay {
  private pieces: Piece[] = [];
  private size: [number, number] = [80, 24];
  private next = 0;
  private position = 0;
  private playing = false;
  private frame = 0;
  private last = 0;
  /** Grows with every jump, so that a longer one in progress gives way. */
  private jump = 0;
  private readonly screen: Screen;

  constructor(private readonly section: HTMLElement) {
    const element = this.part("screen");
    const nothing = () => undefined;
    const events = { typed: nothing, resized: nothing, leave: nothing, search: nothing };
    this.screen = new Screen(element, events, element.dataset.label ?? "");
    this.screen.take(...this.size);
    this.screen.readOnly = true;
    this.screen.terminal.options.cursorBlink = false;
    if (this.screen.terminal.textarea) this.screen.terminal.textarea.tabIndex = -1;
    Object.defineProperty(section, "replayText", { value: () => this.screen.text() });
  }

  async start(): Promise<void> {
    try {
      await document.fonts.load('13px "JetBrains Mono Variable"').catch(() => undefined);
      const answer = await fetch(this.section.dataset.replay ?? "");
      if (!answer.ok) throw new Error(String(answer.status));
      this.read(await answer.text());
    } catch {
      this.say("failed");
      return;
    }
    this.say(this.pieces.length > 0 ? "" : "empty");
    this.screen.take(...this.size);
    this.screen.show();
    this.part("play").addEventListener("click", () => this.toggle());
    this.seek.addEventListener("input", () => this.go(Number(this.seek.value)));
    this.part("skip").addEventListener("change", () => this.measure());
    document.addEventListener("keydown", (event) => this.key(event), true);
    this.measure();
    this.go(0);
  }

  private part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.section.querySelector<E>(`[data-part="${name}"]`) as E;
  }

  private get seek(): HTMLInputElement {
    return this.part<HTMLInputElement>("seek");
  }

  private get skips(): boolean {
    return this.part<HTMLInputElement>("skip").checked;
  }

  private time(piece: Piece | undefined): number {
    return (this.skips ? piece?.short : piece?.at) ?? 0;
  }

  private get length(): number {
    return this.time(this.pieces.at(-1));
  }

  /** A file of a killed server may end within a line: what can be read is shown. */
  private read(text: string): void {
    let at = 0;
    let short = 0;
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

  /** Silences are skipped or not: the bar's length changes, the moment in view does not. */
  private measure(): void {
    this.seek.max = String(this.length);
    this.position = this.time(this.pieces[this.next - 1]);
    this.tell();
  }

  private toggle(): void {
    if (this.playing) {
      this.pause();
      return;
    }
    if (this.position >= this.length) this.go(0);
    this.playing = true;
    this.last = performance.now();
    this.frame = requestAnimationFrame((now) => this.step(now));
    this.tell();
  }

  private pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.tell();
  }

  private step(now: number): void {
    if (!this.playing) return;
    const speed = Number(this.part<HTMLSelectElement>("speed").value);
    this.position = Math.min(this.position + (Math.max(0, now - this.last) / 1000) * speed, this.length);
    this.last = now;
    void this.draw();
    if (this.position >= this.length) {
      this.pause();
      return;
    }
    this.tell();
    this.frame = requestAnimationFrame((next) => this.step(next));
  }

  private go(position: number): void {
    const back = position < this.position;
    this.position = Math.min(Math.max(position, 0), this.length);
    if (back) {
      this.next = 0;
      this.screen.terminal.reset();
      this.screen.take(...this.size);
    }
    this.tell();
    void this.draw();
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

  private tell(): void {
    this.seek.value = String(this.position);
    const [now, length] = [clock(this.position), clock(this.length)];
    this.seek.setAttribute("aria-valuetext", `${now} / ${length}`);
    this.part("now").textContent = now;
    this.part("length").textContent = length;
    const play = this.part("play");
    play.dataset.play ??= play.getAttribute("aria-label") ?? "";
    play.setAttribute("aria-label", (this.playing ? play.dataset.pause : play.dataset.play) ?? "");
    for (const word of play.querySelectorAll<HTMLElement>("[data-when]"))
      word.hidden = (word.dataset.when === "playing") !== this.playing;
  }

  private say(what: string): void {
    for (const word of this.part("remark").querySelectorAll<HTMLElement>("[data-when]")) word.hidden = word.dataset.when !== what;
    this.part("remark").hidden = what === "";
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.altKey || event.metaKey || target.closest("select, dialog")) return;
    const own = target.closest("button, a, input[type=checkbox]");
    const act = {
      " ": own ? undefined : () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.go(this.position - STEP),
      ArrowRight: () => this.go(this.position + STEP),
      Home: () => this.go(0),
      End: () => this.go(this.length),
      "+": () => this.faster(1),
      "-": () => this.faster(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private faster(by: number): void {
    const speed = this.part<HTMLSelectElement>("speed");
    speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by, 0), speed.length - 1);
  }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

for (const section of document.querySelectorAll<HTMLElement>("[data-replay]")) void new Replay(section).start();
