// The wall screen: runs for hours and nobody touches it. It hears everything on one stream, opens that anew whenever it
// breaks off or falls silent, turns its leaves by the clock and keeps the screen awake where the browser can.
import { type Clock, setClocks } from "./live";

interface Frame {
  clock?: Clock;
  /** Markup by the id of the element that it replaces. */
  parts?: Record<string, string>;
}

/** Milliseconds without a word after which the wall says that it may be out of date: the server speaks every 5 s. */
const SILENCE = 15_000;
/** Milliseconds between two tries to get the stream back. */
const PAUSE = 3_000;

function start(wall: HTMLElement, address: string): void {
  const turn = Math.max(1, Number(wall.dataset.wallTurn ?? 10));
  const stale = document.getElementById("wall-stale");
  const shown = new Map<string, string>();
  let stream: EventSource | undefined;
  let heard = performance.now();
  let tried = performance.now();

  const open = () => {
    stream?.close();
    tried = performance.now();
    stream = new EventSource(address);
    stream.addEventListener("wall", (event) => {
      heard = performance.now();
      if (stale) stale.hidden = true;
      const frame = JSON.parse((event as MessageEvent<string>).data) as Frame;
      for (const [id, markup] of Object.entries(frame.parts ?? {})) {
        if (shown.get(id) === markup) continue;
        shown.set(id, markup);
        replace(id, markup);
      }
      turnLeaves(turn);
      if (frame.clock) setClocks(frame.clock);
    });
    stream.addEventListener("error", () => {
      if (stale) stale.hidden = false;
    });
  };
  open();
  setInterval(() => {
    turnLeaves(turn);
    const silent = performance.now() - heard > SILENCE;
    if (stale && silent) stale.hidden = false;
    // A browser comes back by itself only from some failures: not where a proxy answered in the server's stead.
    const broken = stream?.readyState === EventSource.CLOSED;
    if ((broken || silent) && performance.now() - tried > (broken ? PAUSE : SILENCE)) open();
  }, 1000);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
}

function replace(id: string, markup: string): void {
  const target = document.getElementById(id);
  target?.replaceChildren(document.createRange().createContextualFragment(markup));
}

/** Shows the leaf whose turn it is, the same on every wall. */
function turnLeaves(seconds: number): void {
  const turns = Math.floor(Date.now() / 1000 / seconds);
  for (const book of document.querySelectorAll("[data-wall-leaves]")) {
    const leaves = book.querySelectorAll<HTMLElement>("[data-wall-leaf]");
    for (const [place, leaf] of leaves.entries()) leaf.hidden = place !== turns % leaves.length;
  }
}

function stayAwake(): void {
  const ask = () => {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    // Refused where power runs low: the hall's machine then decides for itself.
    navigator.wakeLock.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

function offerFullScreen(): void {
  const button = document.getElementById("wall-full");
  if (!button || !document.fullscreenEnabled) return;
  const show = () => {
    button.hidden = document.fullscreenElement !== null;
  };
  button.addEventListener("click", () => {
    document.documentElement.requestFullscreen().catch(() => undefined);
  });
  document.addEventListener("fullscreenchange", show);
  show();
}

// Last, when all that it uses is there.
const wall = document.querySelector<HTMLElement>("[data-wall]");
if (wall?.dataset.wall) {
  start(wall, wall.dataset.wall);
  stayAwake();
  offerFullScreen();
}
