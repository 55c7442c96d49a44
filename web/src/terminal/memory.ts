// What a browser tab remembers of its terminals across a reload: which sessions, how many bytes of each are drawn, and
// the screen as it was. It stays in this tab and goes with it; a full or forbidden store costs only the memory.

export interface Remembered {
  node: string;
  session: string;
  offset: number;
  columns: number;
  rows: number;
  /** The screen, as bytes that draw it. */
  screen: string;
}

export interface Memory {
  tabs: Remembered[];
  current: number;
}

export function recall(place: string): Memory | undefined {
  try {
    const text = sessionStorage.getItem(key(place));
    return text ? (JSON.parse(text) as Memory) : undefined;
  } catch {
    return undefined;
  }
}

export function remember(place: string, memory: Memory): void {
  try {
    sessionStorage.setItem(key(place), JSON.stringify(memory));
  } catch {
    const small = { ...memory, tabs: memory.tabs.map((tab) => ({ ...tab, offset: 0, screen: "" })) };
    try {
      sessionStorage.setItem(key(place), JSON.stringify(small));
    } catch {
      // Without memory the server's list of sessions serves.
    }
  }
}

const key = (place: string) => `terminals:${place}`;
