// What holds on every screen for everybody: axe finds nothing, and nothing sticks out sideways.
import { AxeBuilder } from "@axe-core/playwright";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds, a line each. */
export async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  return violations.flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

/** What is wider than the window, if the page can be scrolled sideways. */
export function stickingOut(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("#app *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1);
    });
    return [`${root.scrollWidth} in ${root.clientWidth}`, ...wide.map((it) => `${it.tagName}.${it.getAttribute("class")}`)];
  });
}
