// The trainee's inbox: a sound and the page's title tell that something came, while the reader looks elsewhere. The sound
// is made here, so that nothing is loaded for it, and only once somebody has touched the page, as browsers ask.

const MUTED = "thaotruong-muted";

/** Tones of the signal: hertz, and seconds after its beginning. */
const TONES: [number, number][] = [
  [660, 0],
  [880, 0.16],
];

export function startInbox(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-sound]");
  const brief = document.getElementById("brief");
  if (!button || !brief) return;
  let context: AudioContext | undefined;
  const wake = () => {
    context ??= new AudioContext();
    void context.resume();
  };
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, wake, { once: true });
  button.hidden = false;
  const muted = () => localStorage.getItem(MUTED) === "yes";
  const show = () => button.setAttribute("aria-pressed", String(!muted()));
  button.addEventListener("click", () => {
    localStorage.setItem(MUTED, muted() ? "no" : "yes");
    show();
  });
  show();
  const title = document.title;
  let known = waiting();
  label(title, known);
  document.body.addEventListener("htmx:after:swap", () => {
    const now = waiting();
    if (now > known && !muted() && context) ring(context);
    if (now !== known) label(title, now);
    known = now;
  });
}

/** Messages that nobody has looked at. */
function waiting(): number {
  return Number(document.querySelector("#to-mail .count[data-new]")?.textContent ?? 0);
}

function label(title: string, count: number): void {
  document.title = count > 0 ? `(${count}) ${title}` : title;
}

function ring(context: AudioContext): void {
  for (const [hertz, after] of TONES) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = context.currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.12, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 0.3);
  }
}
