// Kubernetes, seen past the program, by its own client and on the cluster that KUBECONFIG names.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { beside } from "./beside.mjs";

const run = promisify(execFile);

/** Everything that an environment is made of; what else stands in its namespace goes with that. */
const KINDS = "namespaces,pods,networkpolicies,services,resourcequotas,limitranges";

export class Kubernetes {
  #installation;
  #ours;

  /** @param {string} installation the program's own name for itself, which stands on all that it makes */
  constructor(installation) {
    this.#installation = installation;
    this.#ours = ["-l", `vn.thaotruong.owner=${installation}`];
  }

  /** What a command prints in a node of an environment, as the node's own user. */
  async read(environment, node, command) {
    return kubectl("exec", "-n", namespace(environment), node, "-c", "node", "--", "sh", "-c", command);
  }

  /** Machines that there are, running or not. One that is on its way out is none any more. */
  async machines() {
    const { items } = JSON.parse(await kubectl("get", "pods", "-A", ...this.#ours, "-o", "json"));
    return items
      .filter((pod) => !pod.metadata.deletionTimestamp)
      .map(({ metadata, status }) => ({
        id: metadata.uid,
        name: metadata.name,
        running: status.phase === "Running" && status.containerStatuses?.every((one) => one.state.running) === true,
        environment: metadata.labels["vn.thaotruong.environment"],
        node: metadata.labels["vn.thaotruong.node"],
      }));
  }

  /** Whatever there is, running or not. */
  async left() {
    return (await kubectl("get", KINDS, "-A", ...this.#ours, "-o", "name")).split("\n").filter(Boolean);
  }

  /** Takes a machine away, as somebody does who should not. */
  async remove(environment, node) {
    await kubectl("delete", "pod", "-n", namespace(environment), node, "--grace-period=1");
  }

  /** Ends a machine's own process, which is the one that `sleep`s in the tests' scenarios. */
  async kill(environment, node) {
    const command = ["/opt/thaotruong/busybox", "sh", "-c", "kill -9 $(pidof sleep)"];
    // Not every cluster ends a command whose machine has ended.
    const words = ["5", "kubectl", "exec", "-n", namespace(environment), node, "-c", "node", "--", ...command];
    await run("timeout", words).catch(() => {});
  }

  /** Puts somebody else's machine in the place of one of ours; what stands there is told apart by its id. */
  async usurp(environment, node, image) {
    const place = ["-n", namespace(environment)];
    const limits = { memory: "16Mi", cpu: "50m" };
    const container = {
      name: "stranger",
      image,
      imagePullPolicy: "IfNotPresent",
      command: ["sleep", "infinity"],
      resources: { limits, requests: limits },
    };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: node },
      spec: { terminationGracePeriodSeconds: 1, containers: [container] },
    };
    await kubectl("delete", "pod", ...place, node, "--grace-period=0", "--force");
    execFileSync("kubectl", ["create", ...place, "-f", "-"], { input: JSON.stringify(pod), stdio: ["pipe", "ignore", "inherit"] });
    const id = await kubectl("get", "pod", ...place, node, "-o", "jsonpath={.metadata.uid}");
    const now = () => kubectl("get", "pod", ...place, node, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}");
    return {
      name: node,
      stands: async () => (await now()) === id,
      leave: () => kubectl("delete", "pod", ...place, node, "--ignore-not-found", "--grace-period=1"),
    };
  }

  /** Takes away at once what this installation, and nobody else, has, with what probes left that were killed with it. */
  sweep() {
    const owners = `vn.thaotruong.owner in (${this.#installation},${beside(this.#installation)})`;
    execFileSync("kubectl", ["delete", "namespaces", "-l", owners, "--wait=false"], { stdio: "ignore" });
  }

  /** Policies stand with each environment, and whether they hold is up to the cluster: nothing can be taken away. */
  walls = false;
}

/** An environment's namespace. */
function namespace(environment) {
  return `tt-${environment.replaceAll("-", "")}`;
}

async function kubectl(...argv) {
  return (await run("kubectl", argv, { maxBuffer: 64e6 })).stdout;
}
