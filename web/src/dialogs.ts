// Buttons that open a dialog ([data-open="id"], [data-fill="field=value"] fills one of its fields), close it, or print.

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-open], [data-close], [data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) print();
    else if (button.hasAttribute("data-close")) button.closest("dialog")?.close();
    else open(button);
  });
}

function open(button: HTMLElement): void {
  const dialog = document.getElementById(button.dataset.open ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const [id = "", value = ""] = (button.dataset.fill ?? "").split("=");
  const field = document.getElementById(id);
  if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = value;
  dialog.showModal();
}
