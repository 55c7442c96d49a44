// The review of an exercise: a cursor in exercise time that the axis, the list of events and the terminal follow.
// web/templates/review.hbs writes the markup; without this script it is an axis and a list of links.
//
//   [data-review]   data-runs: how exercise time ran, [[from, until, begins, ends], …]: moments of the day and exercise
//                   time, in seconds; data-length and data-at: seconds of exercise time; parts inside by [data-part]
//
// Exercise time stands while the exercise is paused and while no server conducted it, so a moment of the day may say more
// than exercise time does: an event carries its own, and the terminal shows that.

import { clock, Tape } from "./terminal/tape";

type Run = [from: number, until: number, begins: number, ends: number];

/** Ends of the axis in the drawing, as http/pages/review.rs has them. */
const AXIS = [150, 950] as const;

class Review {
  private readonly runs: Run[];
  private readonly length: number;
  private at: number;
  private moment: number | undefined;
  private playing = false;
  private last = 0;
  private tape: Tape | undefined;
  /** The file that the tape holds or is about to. */
  private file = "";
  private ready = false;

  constructor(private readonly page: HTMLElement) {
    this.runs = JSON.parse(page.dataset.runs ?? "[]");
    this.length = Number(page.dataset.length);
    this.at = Number(page.dataset.at);
  }

  start(): void {
    for (const part of ["steering", "choice", "stage"]) {
      const element = this.find(part);
      if (element) element.hidden = false;
    }
    this.find("play")?.addEventListener("click", () => this.toggle());
    this.find<HTMLInputElement>("seek")?.addEventListener("input", (event) => {
      this.go(Number((event.target as HTMLInputElement).value));
    });
    this.find("terminal")?.addEventListener("change", () => this.show());
    this.page.addEventListener("click", (event) => this.choose(event));
    document.addEventListener("keydown", (event) => this.key(event));
    const current = this.events.find((event) => event.hasAttribute("aria-current"));
    if (current) current.scrollIntoView({ block: "nearest" });
    this.go(this.at, current && moment(current));
  }

  private find<E extends Element = HTMLElement>(name: string): E | null {
    return this.page.querySelector<E>(`[data-part="${name}"]`);
  }

  private get events(): HTMLElement[] {
    return [...this.page.querySelectorAll<HTMLElement>("[data-part=events] [data-seconds]")];
  }

  /** Moves the cursor to some exercise time, and to the moment of the day that is meant where there are several. */
  private go(at: number, moment?: number): void {
    this.at = Math.min(Math.max(at, 0), this.length);
    this.moment = moment ?? this.wall(this.at);
    this.tell();
    this.show();
  }

  /** The first moment of the day at which it was that much exercise time. */
  private wall(at: number): number | undefined {
    const run = this.runs.find(([, , , ends]) => ends >= at) ?? this.runs.at(-1);
    if (!run) return undefined;
    const [from, until, begins, ends] = run;
    return Math.min(from + Math.min(Math.max(at - begins, 0), ends - begins), until);
  }

  private choose(event: MouseEvent): void {
    const chosen = (event.target as Element).closest<HTMLElement>("a[data-seconds]");
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.pause();
    const listed = chosen.closest("[data-part=events]") ? chosen : this.events.find((it) => it.dataset.seconds === chosen.dataset.seconds);
    this.pick(listed, Number(chosen.dataset.seconds));
  }

  private pick(event: HTMLElement | undefined, seconds: number): void {
    this.go(seconds, event && moment(event));
    if (event) this.mark(event);
    const address = new URL(location.href);
    address.searchParams.set("at", String(seconds));
    history.replaceState(history.state, "", address);
  }

  private mark(event: HTMLElement | undefined): void {
    for (const other of this.events) other.removeAttribute("aria-current");
    event?.setAttribute("aria-current", "true");
    event?.scrollIntoView({ block: "nearest" });
  }

  /** Moves to the next event or the one before; beyond the list to the page that has more. */
  private move(by: 1 | -1): void {
    this.pause();
    const { events } = this;
    const current = events.findIndex((event) => event.hasAttribute("aria-current"));
    const passed = events.filter((event) => Number(event.dataset.seconds) <= this.at).length;
    const next = current >= 0 ? current + by : by > 0 ? passed : passed - 1;
    const event = events[next];
    if (event) {
      this.pick(event, Number(event.dataset.seconds));
      return;
    }
    this.find<HTMLAnchorElement>(by > 0 ? "later" : "earlier")?.click();
  }

  private toggle(): void {
    if (this.playing) {
      this.pause();
      return;
    }
    this.playing = true;
    this.moment = this.wall(this.at);
    this.last = performance.now();
    requestAnimationFrame((now) => this.step(now));
    this.tell();
  }

  private pause(): void {
    this.playing = false;
    this.tell();
  }

  private step(now: number): void {
    if (!this.playing) return;
    const speed = Number(this.find<HTMLSelectElement>("speed")?.value ?? 1);
    this.go(this.at + (Math.max(0, now - this.last) / 1000) * speed);
    this.last = now;
    const passed = this.events.filter((event) => Number(event.dataset.seconds) <= this.at).at(-1);
    if (passed && !passed.hasAttribute("aria-current")) this.mark(passed);
    if (this.at >= this.length) this.pause();
    else requestAnimationFrame((next) => this.step(next));
  }

  private tell(): void {
    const [left, right] = AXIS;
    const x = String(left + ((right - left) * this.at) / Math.max(this.length, 1));
    const cursor = this.find<SVGLineElement>("cursor");
    cursor?.setAttribute("x1", x);
    cursor?.setAttribute("x2", x);
    const shown = this.find("clock");
    if (shown) shown.textContent = clock(this.at);
    const kept = document.querySelector<HTMLInputElement>("input[data-part=at]");
    if (kept) kept.value = String(Math.floor(this.at));
    const seek = this.find<HTMLInputElement>("seek");
    if (seek) {
      seek.value = String(this.at);
      seek.setAttribute("aria-valuetext", `${clock(this.at)} / ${clock(this.length)}`);
    }
    const play = this.find("play");
    if (!play) return;
    play.dataset.play ??= play.getAttribute("aria-label") ?? "";
    play.setAttribute("aria-label", (this.playing ? play.dataset.pause : play.dataset.play) ?? "");
    for (const word of play.querySelectorAll<HTMLElement>("[data-when]"))
      word.hidden = (word.dataset.when === "playing") !== this.playing;
  }

  /** Shows the chosen terminal at the cursor's moment. */
  private show(): void {
    const option = this.find<HTMLSelectElement>("terminal")?.selectedOptions[0];
    const element = this.find("screen");
    if (!option || !element) return;
    if (option.value !== this.file) {
      void this.load(option.value, element);
      return;
    }
    if (!this.ready || !this.tape) return;
    const into = (this.moment ?? 0) - Number(option.dataset.from);
    this.say(into < 0 ? "before" : (this.moment ?? 0) > Number(option.dataset.until) ? "after" : "");
    this.tape.go(into);
  }

  private async load(file: string, element: HTMLElement): Promise<void> {
    this.file = file;
    this.ready = false;
    this.say("loading");
    this.tape ??= new Tape(element);
    try {
      await this.tape.load(file);
    } catch {
      if (this.file === file) this.say("failed");
      return;
    }
    // Another may have been chosen meanwhile.
    if (this.file !== file) return;
    this.ready = true;
    this.show();
  }

  private say(what: string): void {
    const remark = this.find("remark");
    if (!remark) return;
    for (const word of remark.querySelectorAll<HTMLElement>("[data-when]")) word.hidden = word.dataset.when !== what;
    remark.hidden = what === "";
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea, dialog, summary")) return;
    const act = {
      " ": target.closest("button") ? undefined : () => this.toggle(),
      ArrowLeft: () => this.move(-1),
      ArrowUp: () => this.move(-1),
      ArrowRight: () => this.move(1),
      ArrowDown: () => this.move(1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/** The moment of the day of an event, in seconds. */
function moment(event: HTMLElement): number | undefined {
  const micros = Number(event.dataset.at);
  return Number.isFinite(micros) ? micros / 1e6 : undefined;
}

for (const page of document.querySelectorAll<HTMLElement>("[data-review]")) new Review(page).start();
