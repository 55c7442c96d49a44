// Live parts of a page: <body> or a part with data-live="/exercises/…/live" opens one stream of server-sent events.
// An event with markup replaces its part; an event without only says that something changed, and the parts that follow
// it are fetched anew (follow.ts). Clocks tick here, so that the server need not say so; [data-countdown] holds seconds, [data-left] those of exercise time.

/** Remaining and elapsed seconds of an exercise, and whether its clock runs. */
export interface Clock {
  remaining: number;
  elapsed: number;
  running: boolean;
}

interface Frame {
  /** Markup by the id of the element that it replaces. */
  parts?: Record<string, string>;
  /** The team that changed; absent when all did. */
  team?: string;
  /** Remaining and elapsed seconds of the exercise, and whether its clock runs. */
  clock?: Clock;
  /** Points over time, for the chart. */
  chart?: unknown;
}

const EVENTS = ["board", "team", "inbox", "state", "progress"] as const;

/** Seconds between two looks at a page that waits. */
const REST = 10;
/** Seconds after which it is looked at anew although its hour is far. */
const LONGEST = 3600;

export function startLive(): void {
  const element = document.querySelector<HTMLElement>("[data-live-stream]");
  startClocks();
  if (!element?.dataset.liveStream) return;
  const own = element.dataset.liveTeam;
  const waits = element.hasAttribute("data-live-reload");
  let greeted = false;
  if (waits) startWaiting(Number(element.dataset.liveReload));
  const stream = new EventSource(element.dataset.liveStream);
  for (const name of EVENTS) {
    stream.addEventListener(name, (event) => {
      const frame = JSON.parse((event as MessageEvent<string>).data) as Frame;
      if (own && frame.team && frame.team !== own) return;
      show(frame);
      // The first only says what the page knows, unless the exercise began meanwhile.
      if (name === "state" && waits) {
        if (greeted || frame.clock?.running) reload();
        greeted = true;
      }
      document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: frame, bubbles: true }));
    });
  }
  const offline = document.getElementById("offline");
  stream.addEventListener("open", () => {
    greeted = false;
    if (!offline || offline.hidden) return;
    offline.hidden = true;
    if (waits) reload();
    // What happened meanwhile is fetched at once.
    for (const name of EVENTS) document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: {} }));
  });
  stream.addEventListener("error", () => {
    if (offline) offline.hidden = false;
  });
  addEventListener("pagehide", () => stream.close());
}

function show(frame: Frame): void {
  for (const [id, markup] of Object.entries(frame.parts ?? {})) {
    const target = document.getElementById(id);
    if (target) htmx.swap({ sourceElement: target, target, text: markup, swap: "innerMorph" });
  }
  if (frame.clock) setClocks(frame.clock);
}

/** Sets the clocks of the exercise; one of a phase comes with its part. */
export function setClocks(now: Clock): void {
  for (const clock of document.querySelectorAll<HTMLElement>('[data-clock]:not([data-clock="phase"])')) {
    clock.dataset.seconds = String(clock.dataset.clock === "elapsed" ? now.elapsed : now.remaining);
    clock.dataset.since = String(performance.now());
    clock.toggleAttribute("data-running", now.running);
    tick(clock);
  }
}

/**
 * A page that waits for the exercise becomes another one when it begins, or gets another hour. That is mostly told by the
 * stream, but not where it came about before the stream was there: so it is also looked for after the hour, by all who
 * wait at moments of their own.
 */
function startWaiting(left: number): void {
  const rest = Math.min(left, LONGEST) + REST * (0.5 + Math.random());
  setTimeout(() => {
    reload();
    setInterval(reload, REST * 1000);
  }, rest * 1000);
}

/** Loads the page anew, unless that would take away what stands on it: the server may be away. */
function reload(): void {
  fetch("/healthz", { cache: "no-store" }).then(
    (answer) => {
      if (answer.ok) location.reload();
    },
    () => undefined,
  );
}

function startClocks(): void {
  const step = () => {
    for (const clock of document.querySelectorAll<HTMLElement>("[data-clock]")) {
      clock.dataset.since ??= String(performance.now());
      tick(clock);
    }
    for (const clock of document.querySelectorAll<HTMLElement>("[data-countdown]")) {
      clock.dataset.since ??= String(performance.now());
      const passed = (performance.now() - Number(clock.dataset.since)) / 1000;
      clock.textContent = shown(Number(clock.dataset.countdown) - passed);
    }
    for (const left of document.querySelectorAll<HTMLElement>("[data-left][data-running]")) {
      left.dataset.since ??= String(performance.now());
      const passed = (performance.now() - Number(left.dataset.since)) / 1000;
      left.textContent = shown(Number(left.dataset.left) - passed);
    }
  };
  step();
  setInterval(step, 1000);
}

function tick(clock: HTMLElement): void {
  let seconds = Number(clock.dataset.seconds ?? 0);
  const passed = (performance.now() - Number(clock.dataset.since ?? 0)) / 1000;
  if (clock.hasAttribute("data-running")) seconds += clock.dataset.clock === "elapsed" ? passed : -passed;
  clock.textContent = shown(seconds);
}

function shown(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
