// What a Word document says: its paragraphs, and its tables as rows of cells.
import { execFileSync } from "node:child_process";

export function readWord(path) {
  const xml = execFileSync("unzip", ["-p", path, "word/document.xml"], { encoding: "utf8", maxBuffer: 64e6 });
  const cells = (row) => [...row.matchAll(/<w:tc>.*?<\/w:tc>|<w:tc .*?<\/w:tc>/gs)].map(([cell]) => words(cell));
  const tables = [...xml.matchAll(/<w:tbl>.*?<\/w:tbl>/gs)].map(([table]) =>
    [...table.matchAll(/<w:tr[ >].*?<\/w:tr>/gs)].map(([row]) => cells(row)),
  );
  const paragraphs = [...xml.matchAll(/<w:p[ >].*?<\/w:p>/gs)].map(([paragraph]) => words(paragraph));
  return { tables, paragraphs, text: paragraphs.join("\n") };
}

function words(xml) {
  const text = [...xml.matchAll(/<w:t(?: [^>]*)?>(.*?)<\/w:t>/gs)].map((match) => match[1]).join("");
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(\w+);/g, (all, name) => named[name] ?? all).trim();
}
