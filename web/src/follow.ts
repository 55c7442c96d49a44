// Parts of a page that follow the live stream: an element with data-follow="team state" is fetched anew (its hx-get, with
// hx-trigger="follow") when one of these events came. Events come in bursts and people work in these parts meanwhile, so:
//
// - one request at a time, and a rest between two; what came meanwhile is one more request, sent with the place at which
//   the reader is then;
// - what the reader does (htmx requests of their own with the part as target) goes first: an answer that was made before
//   never lies over what they were shown after, and whoever went on while an answer was on its way is not taken back;
// - an answer that says what the part said before touches nothing.

/** Milliseconds between two requests of a part. */
const REST = 1000;

interface Context {
  sourceElement: Element;
  target: Element;
  text?: string;
  request: { method: string };
}

/** What an answer is to change; the main one is the part, others stand beside it. */
interface Task {
  type: "main" | "partial" | "oob";
}

class Part {
  private wanted = false;
  private running = false;
  private resting = false;
  private said = "";
  /** The reader's own requests that are under way. */
  private readonly others = new Set<Context>();
  /** The last of them. */
  private latest: Context | undefined;

  constructor(private readonly element: HTMLElement) {}

  want(): void {
    this.wanted = true;
    this.go();
  }

  begin(context: Context): void {
    if (context.sourceElement === this.element) return;
    this.others.add(context);
    this.latest = context;
    if (!this.running) return;
    this.wanted = true;
    htmx.trigger(this.element, "htmx:abort");
  }

  /** Whether an answer is to be shown, and of `tasks` what remains of it. */
  shows(context: Context, tasks: Task[]): boolean {
    const own = context.sourceElement === this.element;
    if (own && context.text === this.said) return false;
    if (!own && context !== this.latest) {
      // The reader went on: only what became of something sent is told, where it stands beside the part.
      this.wanted = true;
      if (context.request.method === "GET") return false;
      tasks.splice(0, tasks.length, ...tasks.filter((task) => task.type !== "main"));
      return true;
    }
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
  // An error's answer goes elsewhere than what was asked for.
  const asked = new WeakMap<Context, Part>();
  const on = (name: string, act: (part: Part, context: Context, event: CustomEvent<{ tasks: Task[] }>) => void) =>
    document.addEventListener(`htmx:${name}`, (event) => {
      const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail;
      const part = asked.get(ctx) ?? parts.get(ctx.target);
      if (part) act(part, ctx, event as CustomEvent<{ tasks: Task[] }>);
    });
  on("before:request", (part, context) => {
    asked.set(context, part);
    part.begin(context);
  });
  on("before:swap", (part, context, event) => {
    if (parts.get(context.target) === part && !part.shows(context, event.detail.tasks)) event.preventDefault();
  });
  on("finally:request", (part, context) => part.end(context));
}
