/* eslint-disable @typescript-eslint/no-deprecated -- the general form of createElement is the one to stand in for */

/**
 * xterm.js writes its styles into `<style>` elements, which our content security policy refuses. While `open` runs, whoever makes
 * such an element gets one that looks like it, whose text goes into a style sheet that a script may adopt.
 *
 * @returns what takes the styles away again
 */
export function withAdoptedStyles(open: () => void): () => void {
  const sheets: CSSStyleSheet[] = [];
  const adopting = (): HTMLElement => {
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const element = create("template");
    Object.defineProperty(element, "textContent", { set: (css: string) => sheet.replaceSync(css) });
    return element;
  };
  const create = (tag: string): HTMLElement => Document.prototype.createElement.call(document, tag);
  document.createElement = ((tag: string) => (tag === "style" ? adopting() : create(tag)));
  try {
    open();
  } finally {
    // What it hides is the browser's own.
    Reflect.deleteProperty(document, "createElement");
  }
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
}
