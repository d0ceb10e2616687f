/**
 * What a screen reader says by itself: each change of words in a live region, in order.
 *
 * A region with the role `status` or `alert` is told as a whole, the others by what came in. What is
 * hidden from screen readers, or not on the screen at all, is not told.
 */
import type { Page } from "@playwright/test";

export interface Said {
  /** The label of the part of the page that it is said in. */
  part: string;
  /** `status`, `alert`, `log`, or none for a region that only has `aria-live`. */
  role: string;
  text: string;
}

/** Listens to all that this page opens from now on. */
export async function listenTo(page: Page): Promise<Said[]> {
  const all: Said[] = [];
  await page.exposeFunction("heard", (said: Said) => void all.push(said));
  await page.addInitScript(listen);
  return all;
}

declare function heard(said: Said): void;

/** Runs in the page. */
function listen(): void {
  const regions = "[role=status], [role=alert], [role=log], [aria-live]";
  const toldAsAWhole = "[role=status], [role=alert], [aria-atomic=true]";
  const hidden = "[aria-hidden=true]";

  const words = (node: Node): string => {
    if (node instanceof Element && node.matches(hidden)) return "";
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
    return [...node.childNodes].map(words).join("");
  };
  const tell = (region: Element, text: string): void => {
    const part = region.closest("[role=region], section, main")?.getAttribute("aria-label") ?? "";
    heard({ part, role: region.getAttribute("role") ?? "", text });
  };
  const changes = new MutationObserver((records) => {
    const told = new Map<Element, string>();
    for (const { type, target, addedNodes } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest(regions);
      if (!region || !region.checkVisibility() || element?.closest(hidden)) continue;
      if (region.getAttribute("aria-live") === "off") continue;
      const came = type === "characterData" ? [target] : [...addedNodes];
      const text = came.map(words).join(" ").trim();
      if (text === "") continue;
      told.set(region, region.matches(toldAsAWhole) ? words(region).trim() : `${told.get(region) ?? ""} ${text}`.trim());
    }
    for (const [region, text] of told) tell(region, text);
  });
  // What a page shows from the start is read, not announced.
  document.addEventListener("DOMContentLoaded", () => {
    changes.observe(document, { subtree: true, childList: true, characterData: true });
  });
}
