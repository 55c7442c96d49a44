// Replays a recording with a bar to move it along. web/templates/replay.hbs writes the markup:
//
//   [data-replay="/…/cast"]      the whole, [data-at] the second at which it begins; parts inside by [data-part]
//     screen, remark             the screen; what is to be said instead of it
//     play, seek, speed, skip    what can be done
//     now, length                where it stands
//
// For tests the section has a property `replayText`: a function that gives what the screen says.

import { clock, Tape } from "./tape";

/** Seconds that an arrow key moves. */
const STEP = 5;

class Replay {
  private position = 0;
  private playing = false;
  private frame = 0;
  private last = 0;
  private readonly tape: Tape;

  constructor(private readonly section: HTMLElement) {
    this.tape = new Tape(this.part("screen"));
    Object.defineProperty(section, "replayText", { value: () => this.tape.text() });
  }

  async start(): Promise<void> {
    try {
      await this.tape.load(this.section.dataset.replay ?? "");
    } catch {
      this.say("failed");
      return;
    }
    this.say(this.tape.isEmpty ? "empty" : "");
    this.part("play").addEventListener("click", () => this.toggle());
    this.seek.addEventListener("input", () => this.go(Number(this.seek.value)));
    this.part("skip").addEventListener("change", () => this.measure());
    document.addEventListener("keydown", (event) => this.key(event), true);
    this.tape.skip(this.skips);
    this.seek.max = String(this.length);
    this.go(this.tape.place(Number(this.section.dataset.at ?? 0)));
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

  private get length(): number {
    return this.tape.length;
  }

  /** Silences are skipped or not: the bar's length changes, the moment in view does not. */
  private measure(): void {
    this.tape.skip(this.skips);
    this.seek.max = String(this.length);
    this.position = this.tape.shown;
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
    this.tape.go(this.position);
    if (this.position >= this.length) {
      this.pause();
      return;
    }
    this.tell();
    this.frame = requestAnimationFrame((next) => this.step(next));
  }

  private go(position: number): void {
    this.position = Math.min(Math.max(position, 0), this.length);
    this.tell();
    this.tape.go(this.position);
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

for (const section of document.querySelectorAll<HTMLElement>("[data-replay]")) void new Replay(section).start();
