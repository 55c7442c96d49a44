// The HR officer's pages.
export class OfficerPages {
  constructor(visitor) {
    this.page = visitor.page;
  }

  /** The plan's indicators by code: numerator and denominator as numbers, and the whole line's words. */
  async indicators() {
    await this.page.goto("/indicators");
    const lines = await this.page.locator("main tbody tr").evaluateAll((rows) =>
      rows.map((row) => ({ cells: [...row.cells].map((cell) => cell.textContent.trim()), words: row.innerText })),
    );
    const number = (text) => (/\d/.test(text) ? Number(text.replace(/\D/g, "")) : undefined);
    return new Map(
      lines.map(({ cells, words }) => [cells[0], { numerator: number(cells[2]), denominator: number(cells[3]), words }]),
    );
  }

  /** Who is credited by a drill, and who is listed without. */
  async completions(drill) {
    await this.page.goto("/completions");
    const read = (title) =>
      this.page.locator("section.card", { has: this.page.getByRole("heading", { name: title, exact: true }) })
        .locator("tbody tr")
        .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
    const credited = (await read("Đã hoàn thành")).filter((cells) => cells[3] === drill);
    const missed = (await read("Không được ghi nhận")).filter((cells) => cells[2] === drill);
    return {
      credited: credited.map((cells) => ({ name: cells[0], points: Number(cells[4].replace(/\D/g, "")) })),
      missed: missed.map((cells) => ({ name: cells[0], reason: cells[3] })),
    };
  }

  /** Enters an attendance list of a unit's people. */
  async attend(unit, people, title, document) {
    await this.page.goto("/attendance");
    await this.page.getByLabel("Tên lớp, buổi").fill(title);
    await this.page.getByLabel("Văn bản").fill(document);
    const fold = this.page.locator("details.unit").filter({ has: this.page.getByText(unit, { exact: true }) });
    await fold.locator("summary").click();
    for (const name of people) await fold.getByRole("checkbox", { name }).check();
    await this.page.getByRole("button", { name: "Ghi danh sách" }).click();
    await this.page.getByText(`Đã ghi danh sách ${people.length} người.`).waitFor();
  }
}
