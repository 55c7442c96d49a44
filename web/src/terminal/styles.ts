// xterm.js writes its rules into <style> elements, which a policy without inline styles refuses. It takes a document to
// work with: this one hands it, instead of a <style>, an element whose text becomes a constructed style sheet. Its
// scroll bar takes the page's own document all the same, once, while the terminal opens.

/** The page's document, but for its <style> elements. */
export function documentWithoutInlineStyles(): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === "createElement") return createElement;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Runs something during which the page's own document makes no <style> elements either. */
export function openWithoutInlineStyles(open: () => void): void {
  document.createElement = createElement as typeof document.createElement;
  try {
    open();
  } finally {
    // Uncovers the method that every document has.
    Reflect.deleteProperty(document, "createElement");
  }
}

function createElement(name: string, options?: ElementCreationOptions): HTMLElement {
  if (name.toLowerCase() !== "style") return make(name, options);
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element = make("template");
  Object.defineProperty(element, "textContent", { set: (rules: string) => sheet.replaceSync(rules) });
  element.remove = () => {
    Element.prototype.remove.call(element);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  return element;
}

const make = (name: string, options?: ElementCreationOptions) =>
  Document.prototype.createElement.call(document, name, options);
