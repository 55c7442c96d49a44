// htmx puts itself on the window; what the program uses of it.
interface Htmx {
  swap(context: { sourceElement: Element; target: Element; text: string; swap?: string }): Promise<void>;
  trigger(element: Element | string, name: string, detail?: unknown): void;
  process(element: Element): void;
}
declare const htmx: Htmx;
