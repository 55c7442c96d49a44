// Tabs that stay on the page ([role=tablist][data-tabs]): arrows move, panels show and hide. Panels that become visible
// get an event, so that a terminal in them can measure itself.

export function startTabs(): void {
  for (const list of document.querySelectorAll<HTMLElement>("[role=tablist][data-tabs]")) {
    const tabs = [...list.querySelectorAll<HTMLElement>("[role=tab]")];
    list.addEventListener("click", (event) => {
      const tab = (event.target as Element).closest<HTMLElement>("[role=tab]");
      if (tab) select(tabs, tab);
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const index = tabs.indexOf(document.activeElement as HTMLElement);
      if (!step || index < 0) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      if (!next) return;
      event.preventDefault();
      select(tabs, next);
      next.focus();
    });
  }
}

function select(tabs: HTMLElement[], chosen: HTMLElement): void {
  for (const tab of tabs) {
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    if (!panel) continue;
    panel.hidden = tab !== chosen;
    if (tab === chosen) panel.dispatchEvent(new CustomEvent("panel:shown", { bubbles: true }));
  }
}
