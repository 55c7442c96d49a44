// Takes pictures of the pages that the Rust test `every_page_renders_in_both_languages` wrote, and runs axe-core on each:
// `npm run look [part of a name]`. Pictures go to web/look. Ends with 1 where axe finds something or a page is too wide.
import { createServer } from "node:http";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const root = new URL("../..", import.meta.url).pathname;
const pages = process.env.PREVIEW ?? join(root, "target/preview");
const pictures = join(root, "web/look");
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2" };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'";

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
  const file = path.startsWith("/assets/") ? join(root, "web/dist", path) : join(pages, path);
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      "content-type": types[extname(file)] ?? "text/plain",
      "content-security-policy": policy,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const wanted = process.argv[2] ?? "";
const names = (await readdir(pages))
  .filter((name) => name.endsWith(".html") && !name.startsWith("part-") && name.includes(wanted))
  .sort();
await mkdir(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const axe = await readFile(join(root, "web/node_modules/axe-core/axe.min.js"), "utf8");
const looks = [
  { suffix: "", width: 1440, height: 900, scheme: "light" },
  { suffix: "-dark", width: 1440, height: 900, scheme: "dark" },
  { suffix: "-narrow", width: 390, height: 844, scheme: "light" },
];
let wrong = 0;
for (const name of names) {
  for (const look of looks) {
    if (name.endsWith(".en.html") && look.suffix !== "") continue;
    const page = await browser.newPage({
      viewport: name.startsWith("board") && look.width > 1000 ? { width: 1920, height: 1080 } : look,
      colorScheme: look.scheme,
      reducedMotion: "reduce",
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("404")) {
        wrong++;
        console.log(`${name}${look.suffix}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => console.log(`${name}${look.suffix}: ${error.message}`));
    await page.goto(`${origin}/${name}`);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(pictures, `${name.replace(".html", "")}${look.suffix}.png`) });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) {
      wrong++;
      console.log(`${name}${look.suffix}: ${over} px too wide`);
    }
    await page.evaluate(axe); // the test tool itself, injected past the policy
    const result = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }));
    for (const violation of result.violations) {
      wrong++;
      const places = violation.nodes.slice(0, 3).map((node) => node.target.join(" "));
      console.log(`${name}${look.suffix}: ${violation.id}: ${violation.help}: ${places.join(" | ")}`);
    }
    await page.close();
  }
}
await browser.close();
server.close();
console.log(`${names.length} pages, ${wrong} findings`);
process.exitCode = wrong ? 1 : 0;
