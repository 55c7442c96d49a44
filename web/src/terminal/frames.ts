// The terminal's wire format, as orchestrator/src/browser/frames.rs documents it: the first byte is the type, numbers
// are big endian, bytes stay bytes. Nothing here keeps state.

export const SUBPROTOCOL = "thaotruong.terminal.v1";

/** No session: asks for a new one. */
export const NO_SESSION = "00000000-0000-0000-0000-000000000000";

/** The longest piece of input in one frame, in bytes; the server refuses frames beyond twice that. */
const LONGEST_INPUT = 32 * 1024;

export type ServerFrame =
  | { kind: "output"; offset: number; bytes: Uint8Array }
  | { kind: "hello"; session: string; columns: number; rows: number; readOnly: boolean; unheld: boolean }
  | { kind: "replay-end" }
  | { kind: "size"; columns: number; rows: number }
  | { kind: "exit"; code: number }
  | { kind: "notice"; id: string; detail: string }
  | { kind: "pong"; number: number };

/** Reads a frame; undefined for one that this version does not know. */
export function decode(data: ArrayBuffer): ServerFrame | undefined {
  const view = new DataView(data);
  switch (view.getUint8(0)) {
    case 0x81:
      return { kind: "output", offset: Number(view.getBigUint64(1)), bytes: new Uint8Array(data, 9) };
    case 0x82: {
      const flags = view.getUint8(21);
      return {
        kind: "hello",
        session: uuid(new Uint8Array(data, 1, 16)),
        columns: view.getUint16(17),
        rows: view.getUint16(19),
        readOnly: (flags & 1) !== 0,
        unheld: (flags & 2) !== 0,
      };
    }
    case 0x83:
      return { kind: "replay-end" };
    case 0x84:
      return { kind: "size", columns: view.getUint16(1), rows: view.getUint16(3) };
    case 0x85:
      return { kind: "exit", code: view.getInt32(1) };
    case 0x86: {
      const [id = "", detail = ""] = new TextDecoder().decode(new Uint8Array(data, 1)).split("\0");
      return { kind: "notice", id, detail };
    }
    case 0x87:
      return { kind: "pong", number: Number(view.getBigUint64(1)) };
    default:
      return undefined;
  }
}

/** Frames of typed input, none longer than the server takes. */
export function* input(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += LONGEST_INPUT) {
    const piece = bytes.subarray(at, at + LONGEST_INPUT);
    const frame = new Uint8Array(1 + piece.length);
    frame[0] = 0x01;
    frame.set(piece, 1);
    yield frame;
  }
}

export function resize(columns: number, rows: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(5));
  view.setUint8(0, 0x02);
  view.setUint16(1, columns);
  view.setUint16(3, rows);
  return new Uint8Array(view.buffer);
}

export const acknowledge = (total: number) => number(0x03, total);
export const ping = (value: number) => number(0x04, value);
export const end = () => new Uint8Array([0x06]);
/** Asks the one who types to let this viewer type as well, or stops doing so. */
export const ask = () => new Uint8Array([0x07]);
/** Lets those type who asked, or none any more. */
export const allow = (allowed: boolean) => new Uint8Array([0x08, allowed ? 1 : 0]);

export function resume(session: string, offset: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(25));
  view.setUint8(0, 0x05);
  const digits = session.replaceAll("-", "");
  for (let at = 0; at < 16; at += 1)
    view.setUint8(1 + at, Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16));
  view.setBigUint64(17, BigInt(offset));
  return new Uint8Array(view.buffer);
}

function number(kind: number, value: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(9));
  view.setUint8(0, kind);
  view.setBigUint64(1, BigInt(value));
  return new Uint8Array(view.buffer);
}

function uuid(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
