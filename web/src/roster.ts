// A list of teams from a file: put into the field where it is pasted, so that both are looked at and sent in one way.

export function startRoster(): void {
  const field = document.querySelector<HTMLElement>("[data-roster]");
  const file = field?.querySelector<HTMLInputElement>("input[type=file]");
  const text = document.querySelector<HTMLTextAreaElement>("#roster-text");
  if (!field || !file || !text) return;
  field.hidden = false;
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    text.value = decode(await chosen.arrayBuffer());
    text.focus();
  });
}

/** What a spreadsheet wrote: UTF-8, or UTF-16 where its mark says so. */
function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes);
  const name = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(name).decode(bytes);
}
