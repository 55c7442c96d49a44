// xterm.js writes its rules into <style> elements, which a policy without inline styles refuses. It takes a document to
// work with: this one hands it, instead of a <style>, an element whose text becomes a constructed style sheet.

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

function createElement(name: string, options?: ElementCreationOptions): HTMLElement {
  if (name.toLowerCase() !== "style") return document.createElement(name, options);
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element = document.createElement("template");
  Object.defineProperty(element, "textContent", { set: (rules: string) => sheet.replaceSync(rules) });
  element.remove = () => {
    Element.prototype.remove.call(element);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  return element;
}
