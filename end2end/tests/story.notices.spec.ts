/** What is said without being looked at: notices of the browser, and the title. */
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import type { ModelTurn } from "../servers/model.ts";

const DRAFT: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
};

/** Says what the page shows as notices. The browser's own answer to "may I?" is a setting of its profile. */
async function watchNotices(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    class Watched extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(`${title} | ${options?.body ?? ""}`);
      }
    }
    Object.defineProperty(globalThis, "Notification", { value: Watched });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
}

/** Hides the page or shows it again, as switching to another tab does. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden ? "hidden" : "visible");
}

test("story 01 whoever asks for it is told when the agent needs them, and when it was sent", async ({
  email,
  model,
  context,
  page,
}) => {
  await context.grantPermissions(["notifications"]);
  const notices = await watchNotices(page);
  const held = model.hold("please thank Ana", DRAFT);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  const notify = email.button("Notify me");
  await expect(notify).toHaveAttribute("aria-pressed", "false");
  await notify.click();
  await expect(notify).toHaveAttribute("aria-pressed", "true");
  await setHidden(page, true);
  held.release();
  await expect.poll(notices, { timeout: 30_000 }).toEqual(["Draft: Thank you | Ready. Not scheduled yet."]);
  await expect(page).toHaveTitle(/^Draft — Thank you/);

  await setHidden(page, false);
  await email.press("Send now");
  await email.expectStage(/^Sending in/);
  await setHidden(page, true);
  await expect.poll(notices, { timeout: 30_000 }).toHaveLength(2);
  expect((await notices())[1]).toBe("Sent: Thank you | Accepted by the mail server.");
  await expect(page).toHaveTitle(/^Sent — Thank you/);

  // Of a sent email there is no more to tell.
  await setHidden(page, false);
  await expect(notify).toBeHidden();

  // Kept in this browser, until it is switched off.
  await email.begin();
  await expect(notify).toHaveAttribute("aria-pressed", "true");
  await notify.click();
  await email.reload();
  await expect(notify).toHaveAttribute("aria-pressed", "false");
});

test("story 01 nobody is told who has not asked, or has refused", async ({ email, model, context, page }) => {
  await context.clearPermissions();
  const notices = await watchNotices(page);
  await page.addInitScript(() => {
    Notification.requestPermission = async () => "denied";
  });
  model.when("please thank Ana", DRAFT);
  await email.begin();
  await email.press("Notify me");
  await expect(email.status.getByText("The browser does not allow notices from this page.")).toBeVisible();
  await expect(email.button("Notify me")).toHaveAttribute("aria-pressed", "false");
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Draft");
  expect(await notices()).toEqual([]);
});
