// Keys: `?` lists them, `/` goes to the search field, `g h` home; [data-key] elements are clicked by their key.

export function startShortcuts(): void {
  let leader = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const chord = leader + event.key;
    leader = event.key === "g" ? "g " : "";
    if (act(chord) || act(event.key)) event.preventDefault();
  });
}

function act(chord: string): boolean {
  switch (chord) {
    case "?": {
      const dialog = document.getElementById("shortcuts");
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
      return true;
    }
    case "/": {
      const search = document.querySelector<HTMLInputElement>("input[type=search]");
      search?.focus();
      return search !== null;
    }
    case "g h":
      location.assign("/");
      return true;
    default: {
      const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(chord)}"]`);
      target?.click();
      return target !== null;
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], .xterm") !== null
  );
}
