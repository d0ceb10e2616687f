/**
 * What a page looks like on a wide and on a narrow screen, by day and by night.
 *
 * Axe must find nothing on any of them. Where `SCREENSHOTS` names a folder, each is also made into a
 * picture there: `scheduled-phone-dark.png`.
 */
import { join, resolve } from "node:path";
import { type Page, test } from "@playwright/test";
import { expectAccessible } from "./fixtures.ts";

const FOLDER = process.env["SCREENSHOTS"];

const SCREENS = [
  { screen: "desktop", width: 1280, height: 900 },
  { screen: "phone", width: 390, height: 844 },
] as const;

/** Looks at the page as it is; on a phone `show` first brings up what it is about. */
export async function lookAt(page: Page, name: string, show: () => Promise<void> = async () => {}): Promise<void> {
  for (const { screen, ...size } of SCREENS) {
    await page.setViewportSize(size);
    // Nothing is being pointed at.
    await page.mouse.move(0, 0);
    if (screen === "phone") await show();
    for (const colorScheme of ["light", "dark"] as const) {
      const look = `${name}-${screen}-${colorScheme}`;
      await test.step(look, async () => {
        // A colour on its way from one scheme to the other is no colour that anybody reads.
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await expectAccessible(page);
        if (FOLDER) await page.screenshot({ path: join(resolve(FOLDER), `${look}.png`), animations: "disabled" });
      });
    }
  }
  await page.setViewportSize(SCREENS[0]);
}
