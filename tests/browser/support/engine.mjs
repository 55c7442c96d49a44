// The engine under the test, by TT_ENGINE: the story of a drill is the same on each.
import { Docker } from "./engines/docker.mjs";

const ENGINES = { docker: Docker };

/** The engine's own view of an installation. */
export function engineOf(installation) {
  const name = process.env.TT_ENGINE ?? "docker";
  const Engine = ENGINES[name];
  if (!Engine) throw new Error(`TT_ENGINE: there is no engine ${name}`);
  return new Engine(installation);
}
