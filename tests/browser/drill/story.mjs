// What the steps of the drill share: who takes part, and what came of the steps before.
import { test } from "node:test";
import { journal, scores } from "../support/journal.mjs";
import { Program } from "../support/program.mjs";
import { Scenario } from "../support/scenario.mjs";
import { openBrowser, Visitor } from "../support/visitor.mjs";

export const TITLE = "Diễn tập thử toàn tuyến";
export const SCENARIO = "Cổng thông tin điện tử bị thay đổi giao diện";
/** Solves everything; one of its members never comes. */
export const STRONG = { unit: "Trung tâm Chuyển đổi số", came: "Nguyễn Đức Anh", stayedAway: "Dương Thị Bích Ngọc" };
/** Is there, and solves nothing. */
export const WEAK = { unit: "Sở Tài chính", came: "Đinh Thị Tuyết Mai" };

/** Why the drill is held where labs cannot be closed. */
export const REASON = "Cụm thử không nối mạng nào khác, chỉ ban tổ chức dùng.";

/** Stands beside the demo plan's indicators: nobody has entered its figures. */
const NO_FIGURES = `
  - id: BA-09
    title: {vi: Trường học có chương trình, en: Schools with a programme}
    section: II.9
    quote: Trên 90% các trường trung học
    unit: {vi: trường, en: schools}
    measure: {manual: {numerator: schools_with_programme, denominator: schools}}
    target: {more_than: {percent: 90}}
    period: year
`;

/** Accounts of those who take part. */
const ACCOUNTS = { instructor: "giangvien", strong: "ducanh", weak: "tuyetmai", officer: "tochuc", leader: "lanhdao", administrator: "quantri" };

export const scenario = new Scenario("web-defacement");

/** The program, the browser, the visitors by the names above, `drill`, `teams` by unit, and what was `found`. */
export const story = { found: {}, teams: new Map() };

export async function begin() {
  story.program = await Program.start({ extraIndicator: NO_FIGURES });
  story.browser = await openBrowser();
  for (const [name, account] of Object.entries(ACCOUNTS)) {
    story[name] = await Visitor.arrive(story.browser, story.program, account);
  }
}

export async function end() {
  await story.browser?.close();
  await story.program?.end();
}

/** A step of the drill: each needs those before it, so the first that fails ends the story. */
let broken = false;
export function step(name, act) {
  test(name, async (context) => {
    if (broken) return context.skip("a step before failed");
    try {
      await act(story, context);
    } catch (error) {
      broken = true;
      const people = Object.keys(ACCOUNTS).map((one) => story[one]).filter(Boolean);
      await Promise.allSettled(people.map((one) => one.picture(`failed-${one.name}`)));
      throw new Error(`${error.message}\nWhat the server complained of:\n${story.program?.said()}`, { cause: error });
    }
  });
}

/** The journal's rows so far; of one team, and of one kind, where that is asked. */
export function rows(team, kind) {
  return journal(story.program, story.drill).filter(
    (row) => (!team || row.team === story.teams.get(team.unit)) && (!kind || row.kind === kind),
  );
}

/** What the journal gives a team. */
export function expected(team) {
  return scores(scenario, rows(), [...story.teams.values()]).get(story.teams.get(team.unit));
}

/** What a command prints as root in a node of a team, by the engine. */
export function inNode(team, node, command) {
  const [{ id }] = story.program.rows(`select id from environment where team_id = '${story.teams.get(team.unit)}'`);
  return story.program.engine.read(id, node, command);
}
