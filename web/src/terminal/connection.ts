// One terminal's WebSocket: opens it, comes back when it breaks, and asks for what was missed. It knows offsets and
// nothing about screens.

import * as frames from "./frames";

/** How the connection is; `again` counts the seconds until the next try. */
export type Condition =
  | { is: "connecting" }
  | { is: "open" }
  | { is: "lost"; again: number }
  | { is: "over" }
  | { is: "refused" };

export interface Listener {
  condition(condition: Condition): void;
  frame(frame: frames.ServerFrame): void;
  /** Milliseconds that a ping took. */
  delay(milliseconds: number): void;
  /** The window's size, for the first frame. */
  size(): { columns: number; rows: number };
}

/** Seconds before each try; the last one repeats. */
const PAUSES = [1, 2, 4, 8, 15];

/** Milliseconds between pings; the server drops a viewer that is silent for several of them. */
const PING_EVERY = 10_000;

/** Milliseconds without any frame after which a connection counts as dead. */
const SILENCE = 35_000;

const CLOSED_FOR_GOOD = 1000;
const NO_LONGER_ALLOWED = 4403;

export class Connection {
  private socket: WebSocket | undefined;
  private tries = 0;
  private timer = 0;
  private pinger = 0;
  private heard = 0;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
    /** The session to resume, and how many bytes of it are known. */
    private readonly wish: () => { session: string; offset: number },
  ) {}

  open(): void {
    this.stopped = false;
    window.clearInterval(this.timer);
    this.drop();
    this.listener.condition({ is: "connecting" });
    const socket = new WebSocket(new URL(this.url, location.href.replace(/^http/, "ws")), frames.SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      const { columns, rows } = this.listener.size();
      const { session, offset } = this.wish();
      socket.send(frames.resize(columns, rows));
      socket.send(frames.resume(session, offset));
      this.heard = performance.now();
      this.pinger = window.setInterval(() => this.beat(), PING_EVERY);
    });
    socket.addEventListener("message", (event) => this.receive(event as MessageEvent<ArrayBuffer>));
    socket.addEventListener("close", (event) => this.closed(socket, event.code));
  }

  /** Closes without coming back. */
  close(): void {
    this.stopped = true;
    window.clearInterval(this.timer);
    this.drop();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Whether much still waits to be sent, so that a paste slows down. */
  get isBusy(): boolean {
    return (this.socket?.bufferedAmount ?? 0) > 256 * 1024;
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) this.socket?.send(frame);
  }

  private receive(event: MessageEvent<ArrayBuffer>): void {
    this.heard = performance.now();
    const frame = frames.decode(event.data);
    if (!frame) return;
    if (frame.kind === "pong") {
      this.listener.delay(performance.now() - frame.number / 1000);
      return;
    }
    if (frame.kind === "hello") {
      this.tries = 0;
      this.listener.condition({ is: "open" });
      this.beat();
    }
    this.listener.frame(frame);
  }

  private beat(): void {
    if (performance.now() - this.heard > SILENCE) this.socket?.close();
    else this.send(frames.ping(Math.round(performance.now() * 1000)));
  }

  private drop(): void {
    window.clearInterval(this.pinger);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    window.clearInterval(this.pinger);
    this.socket = undefined;
    if (this.stopped) return;
    if (code === CLOSED_FOR_GOOD) this.listener.condition({ is: "over" });
    else if (code === NO_LONGER_ALLOWED) this.listener.condition({ is: "refused" });
    else this.retry();
  }

  private retry(): void {
    let again = PAUSES[Math.min(this.tries, PAUSES.length - 1)] ?? 15;
    this.tries += 1;
    this.listener.condition({ is: "lost", again });
    this.timer = window.setInterval(() => {
      again -= 1;
      if (again <= 0) this.open();
      else this.listener.condition({ is: "lost", again });
    }, 1000);
  }
}
