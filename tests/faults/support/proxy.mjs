// A door of the test's own between the program and its engine, which nobody else goes through. It can be held, so that no
// word comes through and no connection ends; cut; and told what becomes of a request: refused, or done and the answer lost.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { ENGINE } from "../../engines/engine.mjs";

/** Who has said all may still listen: a command's input ends before its output does. */
const HALF_OPEN = { allowHalfOpen: true };

export class Proxy {
  #folder = mkdtempSync(join(tmpdir(), "thaotruong-proxy-"));
  #pairs = new Set();
  #rules = [];
  #held = false;
  #cut = false;

  /** A proxy in front of the engine under test. */
  static async start() {
    const proxy = new Proxy();
    proxy.upstream = ENGINE === "docker" ? dockerUpstream() : clusterUpstream();
    proxy.inner = http.createServer((request, response) => proxy.#ask(request, response));
    proxy.inner.on("upgrade", (request, socket, head) => proxy.#tunnel(request, socket, head));
    proxy.inner.keepAliveTimeout = 0;
    proxy.inner.requestTimeout = 0;
    await listen(proxy.inner, join(proxy.#folder, "inner.sock"));
    proxy.relay = net.createServer(HALF_OPEN, (client) => proxy.#pass(client));
    await listen(proxy.relay, ENGINE === "docker" ? join(proxy.#folder, "engine.sock") : { port: 0, host: "127.0.0.1" });
    return proxy;
  }

  /** What the program must be told to go through here. */
  settings() {
    if (ENGINE === "docker") return { THAOTRUONG_DOCKER__SOCKET: join(this.#folder, "engine.sock") };
    const file = join(this.#folder, "kubeconfig");
    const server = `http://127.0.0.1:${this.relay.address().port}`;
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "proxy", cluster: { server } }],
      users: [{ name: "proxy", user: {} }],
      contexts: [{ name: "proxy", context: { cluster: "proxy", user: "proxy" } }],
      "current-context": "proxy",
    };
    writeFileSync(file, JSON.stringify(config));
    return { THAOTRUONG_KUBERNETES__KUBECONFIG: file };
  }

  /** From now on no byte comes through in either direction, as of a process that was stopped. */
  hold() {
    this.#held = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Everything that waited goes on. */
  release() {
    this.#held = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Ends every connection, and lets no new one be made until `mend`. */
  cut() {
    this.#cut = true;
    this.drop();
  }

  mend() {
    this.#cut = false;
  }

  /** Ends every connection; new ones are made at once. */
  drop() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /**
   * What becomes of requests of `method` to a path that fits `path`, and that say `body` where one is given: `answer` is
   * given in place of the engine's own, or, with `lose`, the engine does what is asked and its answer is lost. Holds
   * `times` times.
   */
  rule(method, path, what, times = 1) {
    const rule = { method, path, ...what, left: times, used: 0 };
    this.#rules.push(rule);
    return rule;
  }

  /** Lets everything through again. */
  clear() {
    this.#rules = [];
    this.mend();
    this.release();
  }

  async stop() {
    this.release();
    this.drop();
    for (const server of [this.relay, this.inner]) server.close();
    this.inner.closeAllConnections();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #pass(client) {
    if (this.#cut) return client.destroy();
    const inner = net.connect({ path: join(this.#folder, "inner.sock"), ...HALF_OPEN });
    const pair = [client, inner];
    this.#pairs.add(pair);
    joined(client, inner, () => this.#pairs.delete(pair));
    if (this.#held) for (const socket of pair) socket.pause();
  }

  #rulesFor({ method, url }) {
    return this.#rules.filter((one) => one.left > 0 && one.method === method && one.path.test(url));
  }

  #ruleFor(request, body) {
    const rule = this.#rulesFor(request).find((one) => !one.body || body?.includes(one.body));
    if (rule) {
      rule.left -= 1;
      rule.used += 1;
    }
    return rule;
  }

  async #ask(request, response) {
    // Read first where it matters what is said; what is longer than a question goes through as it comes.
    const listens = this.#rulesFor(request).some((one) => one.body);
    const body = listens ? Buffer.concat(await request.toArray()) : undefined;
    const rule = this.#ruleFor(request, body);
    if (rule?.answer) {
      request.resume();
      const { status, headers = {}, body } = rule.answer;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      return response.end(JSON.stringify(body));
    }
    const { module, options, head } = this.upstream;
    const headers = { ...request.headers, ...head };
    const asked = module.request({ ...options, method: request.method, path: request.url, headers });
    asked.on("response", (answer) => {
      if (rule?.lose) {
        answer.resume();
        return answer.once("end", () => request.socket.destroy());
      }
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    asked.on("error", () => response.destroy());
    response.once("close", () => asked.destroy());
    if (body) asked.end(body);
    else request.pipe(asked);
  }

  /** A connection that is more than question and answer: terminals, commands, ports. */
  #tunnel(request, socket, first) {
    const { connect, head } = this.upstream;
    const other = connect();
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      if (!(request.rawHeaders[at].toLowerCase() in head)) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    }
    for (const [name, value] of Object.entries(head)) lines.push(`${name}: ${value}`);
    other.write(`${lines.join("\r\n")}\r\n\r\n`);
    other.write(first);
    joined(socket, other, () => {});
  }
}

/** Lets two sockets be one. */
function joined(one, two, ended) {
  for (const [from, to] of [[one, two], [two, one]]) {
    from.on("data", (bytes) => to.write(bytes));
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      to.destroySoon?.();
      ended();
    });
  }
}

async function listen(server, where) {
  server.listen(where);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
}

function dockerUpstream() {
  const socketPath = (process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock").replace("unix://", "");
  const agent = new http.Agent({ keepAlive: true });
  return { module: http, options: { socketPath, agent }, head: {}, connect: () => net.connect({ path: socketPath, ...HALF_OPEN }) };
}

/** The cluster that KUBECONFIG names, with its credentials, which the program behind the proxy needs none of. */
function clusterUpstream() {
  const view = ["config", "view", "--raw", "--minify", "--flatten", "-o", "json"];
  const { clusters, users } = JSON.parse(execFileSync("kubectl", view, { encoding: "utf8" }));
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const { hostname, port, host } = new URL(cluster.server);
  const read = (data) => data && Buffer.from(data, "base64");
  const secure = {
    host: hostname,
    port: port || 443,
    ca: read(cluster["certificate-authority-data"]),
    cert: read(user["client-certificate-data"]),
    key: read(user["client-key-data"]),
    rejectUnauthorized: !cluster["insecure-skip-tls-verify"],
  };
  const agent = new https.Agent({ keepAlive: true });
  const head = { host, ...(user.token && { authorization: `Bearer ${user.token}` }) };
  return { module: https, options: { ...secure, agent }, head, connect: () => tls.connect(secure) };
}
