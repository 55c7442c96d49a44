// The engine under a test, by TT_ENGINE: what is told of it is the same on each.
import { Docker } from "./docker.mjs";
import { Kubernetes } from "./kubernetes.mjs";

const ENGINES = { docker: Docker, kubernetes: Kubernetes };

/** Which engine is tested. */
export const ENGINE = process.env.TT_ENGINE || "docker";

if (!ENGINES[ENGINE]) throw new Error(`TT_ENGINE: there is no engine ${ENGINE}`);
if (ENGINE === "kubernetes" && !process.env.KUBECONFIG) {
  throw new Error('no cluster: `eval "$(tests/kubernetes/up)"` starts one and sets KUBECONFIG');
}

/** What the program is told of it: on a cluster it has the rights that it needs and no more, where those are given. */
export const SETTINGS = { THAOTRUONG_ENGINE: ENGINE };
if (process.env.TT_PROGRAM_KUBECONFIG) SETTINGS.THAOTRUONG_KUBERNETES__KUBECONFIG = process.env.TT_PROGRAM_KUBECONFIG;

/** The engine's own view of an installation. */
export function engineOf(installation) {
  return new ENGINES[ENGINE](installation);
}
