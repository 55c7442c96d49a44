// Somebody with a browser of their own. Every page that they look at is judged by axe-core, may ask nothing of other hosts
// and may break neither its own script nor its Content Security Policy: nothing may stand in the browser's console.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./program.mjs";

const require = createRequire(join(ROOT, "web/package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** The browser runs where the labs are, and gives up what it was loading when one of their networks comes or goes. */
const NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED";

/** How it says that it gave a request up: for that reason, or because the reader went on to another page. */
const GIVEN_UP = /net::ERR_(NETWORK_CHANGED|ABORTED)/;

/** How it says that a form was refused, which the page in view says better. */
const REFUSED = /responded with a status of 422/;

/** How the browser says that there is no server. */
const AWAY = /net::ERR_|WebSocket connection|Failed to fetch/;

/** Folder for pictures of the pages; none are taken without. */
const PICTURES = process.env.THAOTRUONG_SCREENSHOTS;

/** Debian's Chromium, with a fresh profile. */
export function openBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...QUIET] });
}

export class Visitor {
  /** What was wrong on any page so far. */
  static findings = [];

  /** Requests that the browser gave up and that no script has spoken of yet. */
  #givenUp = 0;

  /** Whether the server is known to be away: that it does not answer is then no finding. */
  static serverAway = false;

  static async arrive(browser, program, name) {
    const context = await browser.newContext({
      acceptDownloads: true,
      baseURL: program.origin,
      colorScheme: "light",
      locale: "vi-VN",
      reducedMotion: "reduce",
      timezoneId: "Asia/Ho_Chi_Minh",
      viewport: WIDE,
    });
    context.setDefaultTimeout(30_000);
    const visitor = new Visitor(context, await context.newPage(), program, name);
    context.on("page", (page) => visitor.#watch(page));
    visitor.#watch(visitor.page);
    context.on("request", (request) => visitor.#asked(request.url()));
    return visitor;
  }

  constructor(context, page, program, name) {
    Object.assign(this, { context, page, program, name });
  }

  /** The same person in another tab. */
  async another() {
    return new Visitor(this.context, await this.context.newPage(), this.program, this.name);
  }

  /** Signs in by the form. */
  async signIn() {
    const { page } = this;
    await page.goto("/sign-in");
    await page.getByLabel("Tên đăng nhập").fill(this.name);
    await page.getByLabel("Mật khẩu").fill(this.program.password(this.name));
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
  }

  /** Judges the page in view, and takes its picture under this name; `all`: also dark and on a telephone. */
  async look(name, { all = false, page = this.page } = {}) {
    await page.evaluate(() => document.fonts.ready);
    await this.#judge(page, name);
    await picture(page, name);
    if (!all) return;
    await page.emulateMedia({ colorScheme: "dark" });
    await this.#judge(page, `${name}-dark`);
    await picture(page, `${name}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(NARROW);
    await this.#judge(page, `${name}-narrow`);
    const wide = await page.evaluate(tooWide);
    if (wide.length > 0) this.#find(`${name}-narrow: wider than the window: ${wide.join(", ")}`);
    await picture(page, `${name}-narrow`);
    await page.setViewportSize(WIDE);
  }

  /** Takes a picture of what is in view, whatever it is. */
  async picture(name) {
    await picture(this.page, name);
  }

  async leave() {
    await this.context.close();
  }

  async #judge(page, name) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa"] }));
    for (const { id, help, nodes } of violations) {
      const places = nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.failureSummary.split("\n")[1]?.trim()})`);
      this.#find(`${name}: ${id}: ${help}: ${places.join(" | ")}`);
    }
  }

  #watch(page) {
    page.on("pageerror", (error) => this.#find(`script on ${page.url()}: ${error.stack ?? error.message}`));
    page.on("requestfailed", (request) => {
      if (GIVEN_UP.test(request.failure()?.errorText ?? "")) this.#givenUp += 1;
    });
    page.on("console", (message) => {
      // What a lab's own page says is the scenario's business.
      if (message.type() !== "error" || new URL(page.url()).host !== new URL(this.program.origin).host) return;
      if (message.text().includes(NETWORK_CHANGED) || REFUSED.test(message.text())) return;
      // What asked for something that the browser gave up says so as well, once for each.
      if (this.#givenUp > 0 && /Failed to fetch/.test(message.text())) {
        this.#givenUp -= 1;
        return;
      }
      if (Visitor.serverAway && AWAY.test(message.text())) return;
      this.#find(`console on ${page.url()}: ${message.text()}`);
    });
  }

  #asked(url) {
    const { protocol, hostname } = new URL(url);
    const own = hostname === "localhost" || hostname.endsWith(".labs.localhost");
    if (!own && protocol.startsWith("http")) this.#find(`asked ${url}`);
  }

  #find(what) {
    Visitor.findings.push(`${this.name}: ${what}`);
  }
}

/** What makes the page in view wider than its window. */
function tooWide() {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const name = (element) => `${element.localName}${element.id && `#${element.id}`}.${[...element.classList].join(".")}`;
  return [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth).map(name);
}

async function picture(page, name) {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
