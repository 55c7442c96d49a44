// Notices leave by themselves unless they tell of an error; losing the network shows a line on top until it is back.

const STAY = 8000;

export function startNotices(): void {
  const notices = document.getElementById("notices");
  if (!notices) return;
  const expire = (toast: Element) => {
    if (toast.getAttribute("role") !== "alert") setTimeout(() => toast.remove(), STAY);
  };
  for (const toast of notices.children) expire(toast);
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node instanceof Element) expire(node);
  }).observe(notices, { childList: true });
  notices.addEventListener("click", (event) => (event.target as Element).closest(".toast")?.remove());
}
