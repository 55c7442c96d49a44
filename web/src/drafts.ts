// Keeps what is being written in forms with data-keep in this tab's storage until the server has taken it: a reload, a
// refusal, a lost connection or a part that is swapped does not lose it.

export function startDrafts(): void {
  const restore = () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) fill(form);
  };
  restore();
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-keep]");
    if (form) sessionStorage.setItem(key(form), JSON.stringify(values(form)));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // What htmx sends is forgotten when it was taken.
    if (form.dataset.keep && !form.hasAttribute("hx-post")) sessionStorage.removeItem(key(form));
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: { sourceElement: Element; response: { status: number } } }>).detail;
    const form = ctx.sourceElement;
    if (form instanceof HTMLFormElement && form.dataset.keep && ctx.response.status < 400)
      sessionStorage.removeItem(key(form));
  });
  document.body.addEventListener("htmx:after:swap", restore);
}

const key = (form: HTMLFormElement) => `draft-${form.dataset.keep}`;

function values(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].filter(([name]) => name !== "_csrf");
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function fill(form: HTMLFormElement): void {
  const kept = sessionStorage.getItem(key(form));
  if (!kept) return;
  for (const [name, value] of Object.entries(JSON.parse(kept) as Record<string, string>)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
  }
}
