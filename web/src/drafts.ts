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

const key = (form: HTMLFormElement) => `kept-${form.dataset.keep}`;

function values(form: HTMLFormElement): Record<string, string[]> {
  const kept: Record<string, string[]> = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "_csrf") continue;
    kept[name] = [...(kept[name] ?? []), String(value)];
  }
  return kept;
}

function fill(form: HTMLFormElement): void {
  const kept = sessionStorage.getItem(key(form));
  if (!kept) return;
  const values = JSON.parse(kept) as Record<string, string[]>;
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox"))
      field.checked = values[field.name]?.includes(field.value) ?? false;
    else if (
      field instanceof HTMLInputElement ||
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement
    )
      field.value = values[field.name]?.[0] ?? field.value;
  }
}
