// Zip files of scenarios, as an author sends them: written here, byte by byte, so that the program's reader is not tested by
// its own writer. Files are stored as they are.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./program.mjs";

/** Made on Unix; a regular file, which all may read, or run as well. */
const MADE_ON_UNIX = (3 << 8) | 20;
const FILE = 0o100644;
const PROGRAM = 0o100755;

/**
 * A shipped scenario's folder with its `scenario.yaml` changed: pairs of what must stand in it and what shall stand there.
 * @param {string} id
 * @param {[string, string][]} changes
 */
export function bundle(id, changes) {
  return packed(join(ROOT, "scenarios", id), (name, bytes) => {
    return name === "scenario.yaml" ? changed(bytes.toString(), changes) : bytes;
  });
}

/**
 * A folder with all that is in it.
 * @param {string} folder
 * @param {(name: string, bytes: Buffer) => Buffer} [edit]
 */
export function packed(folder, edit = (_, bytes) => bytes) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return zip(files.map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = relative(folder, path);
    const mode = statSync(path).mode & 0o111 ? PROGRAM : FILE;
    return { name, mode, bytes: edit(name, readFileSync(path)) };
  }));
}

function changed(text, changes) {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the scenario does not say: ${from}`);
    text = text.replace(from, () => to);
  }
  return Buffer.from(text);
}

/** CRC-32 of IEEE 802.3, bit by bit: bundles are small. */
function checksum(bytes) {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

/** @param {{name: string, mode: number, bytes: Buffer}[]} files */
function zip(files) {
  const parts = [];
  const entries = [];
  let offset = 0;
  for (const { name, mode, bytes } of files) {
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(1 << 11, 2); // names are UTF-8
    common.writeUInt32LE((1 << 21) | (1 << 16), 6); // the first day that zip knows
    common.writeUInt32LE(checksum(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, path, bytes);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(MADE_ON_UNIX, 0);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.from("PK\x01\x02", "latin1"), made, common, rest, path);
    offset += 30 + path.length + bytes.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
