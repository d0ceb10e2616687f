/** Only a keyboard, an input method, and a very narrow screen. */
import { expect, expectAccessible, test } from "../fixtures.ts";
import type { Locator, Page } from "@playwright/test";
import type { ModelTurn } from "../servers/model.ts";
import { SettingsPage } from "../settings-page.ts";

const DRAFT: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
};
const TABS_MAX = 60;

test("story 38 stories 1 to 6 with the keyboard alone", async ({ email, model, mail, page, app }) => {
  model.when("thank Ana", { ...DRAFT, send: { change: "after", amount: 3, unit: "hours" } });
  model.when("make it shorter", { reply: "Shorter now.", body: "Thank you!" });
  await page.goto(app.url);
  await email.hydrated();
  await tabTo(page, email.button("Start"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/e\/email-/);
  await email.hydrated();

  await tabTo(page, email.composer);
  await page.keyboard.type("please thank Ana");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("at ana@example.com");
  await expect(email.composer).toHaveValue("please thank Ana\nat ana@example.com");
  await page.keyboard.press("Enter");
  await email.expectStage("Ready to approve");
  await expect(email.composer).toBeFocused();

  await tabTo(page, email.button("Approve and schedule"));
  await page.keyboard.press("Space");
  await email.expectStage("Scheduled");
  await expectSomethingFocused(page);

  await tabTo(page, email.composer);
  await page.keyboard.type("make it shorter");
  await page.keyboard.press("Enter");
  await email.expectStage("Ready to approve");

  await tabTo(page, email.button("Send now"));
  await page.keyboard.press("Enter");
  await email.expectStage(/Sending in/);
  await tabTo(page, email.button("Undo"));
  await page.keyboard.press("Enter");
  await email.expectStage("Ready to approve");

  await tabTo(page, email.button("Cancel email"));
  await page.keyboard.press("Enter");
  await email.expectStage("Canceled");
  await expectSomethingFocused(page);
  expect(mail.attempts).toBe(0);
});

test("keys without Ctrl, Alt or Shift are listed, and can be switched off", async ({ page, app, email }) => {
  await page.goto(app.url);
  await email.hydrated();
  await page.keyboard.press("?");
  await expect(page.getByRole("heading", { level: 1, name: "Help" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("begins a new email, in the list");
  await expectAccessible(page);

  const settings = new SettingsPage(page, app);
  await settings.open();
  await settings.field("You", "Keys without Ctrl, Alt or Shift").selectOption("do nothing");
  await settings.press("You", "Save");
  await expect(settings.notice("You")).toBeVisible();
  await page.goto(app.url);
  await email.hydrated();
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).not.toBeFocused();
  await page.getByRole("link", { name: "Help" }).click();
  await expect(page.getByRole("main")).toContainText("are switched off in the settings");
});

test("story 40 Enter while an input method composes sends nothing", async ({ email, model, page, api }) => {
  await email.begin();
  await email.showChat();
  await email.composer.focus();
  const input = await page.context().newCDPSession(page);
  await input.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  // What a browser sends for the Enter that ends a composition.
  await email.composer.dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
  await email.composer.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  await input.send("Input.insertText", { text: "日本" });
  await expect(email.composer).toHaveValue("日本");
  expect(model.requests).toEqual([]);
  expect((await api.describe(email.id)).stage.name).toBe("new");
});

test.describe("at 320 px in the dark", () => {
  test.use({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });

  test("story 40 nothing scrolls sideways", async ({ email, model, page }) => {
    model.when("thank Ana", { ...DRAFT, subject: "A".repeat(200), send: { change: "after", amount: 3, unit: "hours" } });
    await email.begin();
    await email.ask(`please thank Ana at ana@example.com ${"x".repeat(200)}`);
    await email.expectStage("Ready to approve");
    // Squeezed, its words would stand one letter to a line.
    const main = await email.button("Approve and schedule").boundingBox();
    expect(main?.width).toBeGreaterThan(2 * (main?.height ?? 0));
    for (const show of [() => email.showChat(), () => email.showEmail()]) {
      await show();
      const [content, screen] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content).toBeLessThanOrEqual(screen ?? 0);
      await expectAccessible(page);
    }
  });
});

/** Presses Tab until `target` has the focus; each stop on the way must be visible. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expectFocusVisible(page);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${TABS_MAX} presses of Tab did not reach ${target}`);
}

async function expectFocusVisible(page: Page): Promise<void> {
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement ?? document.body);
    return { outline: Number.parseFloat(style.outlineWidth), kind: style.outlineStyle, shadow: style.boxShadow };
  });
  const outlined = ring.kind !== "none" && ring.outline >= 2;
  expect(outlined || ring.shadow !== "none", `a visible focus: ${JSON.stringify(ring)}`).toBe(true);
}

/** The focus is never lost to nowhere. */
async function expectSomethingFocused(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement !== null && document.activeElement !== document.body))
    .toBe(true);
}
