// Words come from the page, in the reader's language: <template data-terminal-texts> holds an element a text, and
// %names% in it are filled in here.

export class Texts {
  private readonly texts = new Map<string, string>();

  constructor(template: HTMLTemplateElement | null) {
    for (const element of template?.content.querySelectorAll<HTMLElement>("[data-text]") ?? [])
      this.texts.set(element.dataset.text ?? "", element.textContent?.trim() ?? "");
  }

  /** The text, or nothing where the page has none. */
  get(id: string, values: Record<string, string | number> = {}): string {
    const text = this.texts.get(id) ?? "";
    return text.replace(/%(\w+)%/g, (whole, name: string) => String(values[name] ?? whole));
  }

  has(id: string): boolean {
    return this.texts.has(id);
  }
}
