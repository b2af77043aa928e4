/**
 * xterm.js writes its styles into `<style>` elements, which our content security policy refuses. This document gives it
 * elements that look like them, whose text goes into style sheets that a script may adopt.
 */
export function documentWithAdoptedStyles(): { document: Document; discard: () => void } {
  const sheets: CSSStyleSheet[] = [];
  const adopting = (): HTMLElement => {
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const element = document.createElement("template");
    Object.defineProperty(element, "textContent", { set: (css: string) => sheet.replaceSync(css) });
    return element;
  };
  const overridden = new Proxy(document, {
    get(target, name) {
      if (name === "createElement") return (tag: string) => (tag === "style" ? adopting() : target.createElement(tag));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  return {
    document: overridden,
    discard: () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
    },
  };
}
