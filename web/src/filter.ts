// Narrows a table's rows while one types ([data-filter="id of the table's part"]); marks need not be typed.

export function startFilter(): void {
  document.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    const target = document.getElementById(field.dataset?.filter ?? "");
    if (target) apply(target, field.value);
  });
  document.body.addEventListener("htmx:after:swap", () => {
    for (const field of document.querySelectorAll<HTMLInputElement>("[data-filter]")) {
      const target = document.getElementById(field.dataset.filter ?? "");
      if (target && field.value) apply(target, field.value);
    }
  });
}

function apply(target: HTMLElement, typed: string): void {
  const wanted = fold(typed);
  for (const row of target.querySelectorAll<HTMLElement>("tr[data-name]"))
    row.hidden = !fold(row.dataset.name ?? "").includes(wanted);
}

/** Lower case, without marks: "Đông Hà" is found by "dong ha". */
function fold(text: string): string {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}
