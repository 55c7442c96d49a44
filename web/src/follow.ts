// Parts of a page that follow the live stream: an element with data-follow="team state" is fetched anew (its hx-get, with
// hx-trigger="follow") when one of these events came. Events come in bursts and people work in these parts meanwhile, so:
//
// - one request at a time, and a rest between two; what came meanwhile is one more request, sent with the place at which
//   the reader is then;
// - what the reader does (htmx requests of their own with the part as target) goes first: an answer that was made before
//   never lies over what they were shown after;
// - an answer that says what the part said before touches nothing.

/** Milliseconds between two requests of a part. */
const REST = 1000;

interface Context {
  sourceElement: Element;
  target: Element;
  text?: string;
}

class Part {
  private wanted = false;
  private running = false;
  private resting = false;
  private said = "";
  /** The reader's own requests that are under way. */
  private readonly others = new Set<Context>();

  constructor(private readonly element: HTMLElement) {}

  want(): void {
    this.wanted = true;
    this.go();
  }

  begin(context: Context): void {
    if (context.sourceElement === this.element) return;
    this.others.add(context);
    if (!this.running) return;
    this.wanted = true;
    htmx.trigger(this.element, "htmx:abort");
  }

  /** Whether an answer is to be shown. */
  shows(context: Context): boolean {
    const own = context.sourceElement === this.element;
    if (own && context.text === this.said) return false;
    this.said = context.text ?? "";
    return true;
  }

  end(context: Context): void {
    if (context.sourceElement === this.element) {
      this.running = false;
      this.resting = true;
      setTimeout(() => {
        this.resting = false;
        this.go();
      }, REST);
    }
    this.others.delete(context);
    this.go();
  }

  private go(): void {
    if (!this.wanted || this.running || this.resting || this.others.size > 0) return;
    this.wanted = false;
    this.running = true;
    htmx.trigger(this.element, "follow");
  }
}

export function startFollow(): void {
  const parts = new Map<Element, Part>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-follow]")) {
    const part = new Part(element);
    parts.set(element, part);
    for (const name of (element.dataset.follow ?? "").split(" "))
      document.body.addEventListener(`live:${name}`, () => part.want());
  }
  const on = (name: string, act: (part: Part, context: Context, event: Event) => void) =>
    document.addEventListener(`htmx:${name}`, (event) => {
      const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail;
      const part = parts.get(ctx.target);
      if (part) act(part, ctx, event);
    });
  on("before:request", (part, context) => part.begin(context));
  on("before:swap", (part, context, event) => {
    if (!part.shows(context)) event.preventDefault();
  });
  on("finally:request", (part, context) => part.end(context));
}
