// The scoreboard's chart: points over exercise time, six teams at most, told apart by dash and label as well as colour.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

interface Curve {
  name: string;
  seconds: number[];
  points: number[];
}

/** Seconds that the time axis shows at least, and points that the other one does. */
const SHORTEST = 300;
const LOWEST = 100;
/** Distances between ticks. */
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440];
const POINTS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
/** The same dashes as in board.css. */
const DASHES: (number[] | undefined)[] = [undefined, [8, 4], [2, 4], [12, 4, 2, 4], [16, 6], [4, 8]];

function start(element: HTMLElement): void {
  let chart: uPlot | undefined;
  const draw = (curves: Curve[]) => {
    chart?.destroy();
    element.replaceChildren();
    if (curves.length > 0) chart = new uPlot(options(element, curves), align(curves), element);
  };
  let curves = JSON.parse(element.dataset.board ?? "[]") as Curve[];
  draw(curves);
  document.body.addEventListener("live:board", (event) => {
    const frame = (event as CustomEvent<{ chart?: Curve[] }>).detail;
    if (!frame.chart) return;
    curves = frame.chart;
    draw(curves);
  });
  new ResizeObserver(() => chart?.setSize(size(element))).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(curves));
}

const size = (element: HTMLElement) => ({
  width: Math.max(240, element.clientWidth),
  height: Math.max(240, element.clientHeight),
});

/** One axis of times for all curves; between two changes a score stays as it was. */
function align(curves: Curve[]): uPlot.AlignedData {
  const times = [...new Set(curves.flatMap((curve) => curve.seconds))].sort((a, b) => a - b);
  const columns = curves.map((curve) => {
    let index = -1;
    return times.map((time) => {
      while (index + 1 < curve.seconds.length && (curve.seconds[index + 1] ?? 0) <= time) index++;
      return index < 0 ? null : (curve.points[index] ?? null);
    });
  });
  return [times, ...columns];
}

function options(element: HTMLElement, curves: Curve[]): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string) => resolve(element, style.getPropertyValue(name));
  const ink = token("--ink-3");
  const line = token("--line");
  const font = `${Math.max(12, Math.min(18, element.clientWidth / 50))}px ${style.fontFamily}`;
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font };
  const clock = (seconds: number) =>
    `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
  return {
    ...size(element),
    padding: [16, 160, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_, low, high) => [low, Math.max(low + SHORTEST, high)] },
      y: { range: (_, low, high) => [Math.min(0, low), Math.max(LOWEST, high * 1.08)] },
    },
    axes: [
      {
        ...axis,
        label: element.dataset.labelTime ?? "",
        labelFont: font,
        incrs: MINUTES.map((minutes) => minutes * 60),
        values: (_, ticks) => ticks.map(clock),
      },
      { ...axis, label: element.dataset.labelPoints ?? "", labelFont: font, incrs: POINTS },
    ],
    series: [
      {},
      ...curves.map((curve, index) => ({
        label: curve.name,
        stroke: token(`--series-${index + 1}`),
        width: 3,
        dash: DASHES[index] ?? [],
        points: { show: false },
      })),
    ],
    hooks: { draw: [(chart) => label(chart, curves, font, (index) => token(`--series-${index + 1}`))] },
  };
}

/** Names at the ends of the lines, pushed apart where they would overlap. */
function label(chart: uPlot, curves: Curve[], font: string, colour: (index: number) => string): void {
  const context = chart.ctx;
  const ratio = devicePixelRatio;
  const height = Number.parseFloat(font) * ratio * 1.3;
  const ends = curves
    .map((curve, index) => ({ index, name: curve.name, y: chart.valToPos(curve.points.at(-1) ?? 0, "y", true) }))
    .sort((a, b) => a.y - b.y);
  context.save();
  context.font = font.replace(/^[\d.]+px/, `${Number.parseFloat(font) * ratio}px`);
  context.textBaseline = "middle";
  context.textAlign = "left";
  // Pushed down where they would overlap, then up again where the last would leave the chart.
  const bottom = chart.bbox.top + chart.bbox.height;
  let limit = Number.NEGATIVE_INFINITY;
  for (const end of ends) {
    end.y = Math.max(end.y, limit + height);
    limit = end.y;
  }
  limit = bottom + height;
  for (const end of ends.toReversed()) {
    end.y = Math.min(end.y, limit - height);
    limit = end.y;
  }
  for (const end of ends) {
    const y = end.y;
    context.fillStyle = colour(end.index);
    context.fillText(shorten(end.name), chart.bbox.left + chart.bbox.width + 8 * ratio, y);
  }
  context.restore();
}

const shorten = (name: string) => (name.length > 20 ? `${name.slice(0, 19)}…` : name);

/** The colour that a token stands for in the present theme: a canvas does not know light-dark(). */
function resolve(element: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

// Last, when all that it uses is there.
const element = document.querySelector<HTMLElement>("[data-board]");
if (element) start(element);
