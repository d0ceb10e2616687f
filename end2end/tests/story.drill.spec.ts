/** The fault drill of the demo: a visitor breaks a part on purpose, and the timeline heals. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { ENGINE_APART } from "../servers/app.ts";

const WORDS = "write to ana@example.com: thanks for the interview";

/** The block below the email. */
function drill(page: Page): Locator {
  return page.getByRole("complementary", { name: "Fault drill" });
}

/** Opens the block, presses, and is back at the timeline with the block open. */
async function cause(page: Page, fault: string): Promise<void> {
  const block = drill(page);
  await block.getByText("Fault drill", { exact: true }).click();
  await block.getByRole("button", { name: fault }).click();
  await page.waitForURL(/\?tab=timeline$/);
  await expect(page.locator("[data-hydrated]")).toBeAttached();
  await expect(block.getByRole("status")).toBeVisible();
}

test.describe("in the demo", () => {
  test.use({ assistant: "offline", delivery: "outbox", sendRetrySeconds: "3600" });

  test("story 16 the worker is killed, and the words are taken up by the next one", async ({ email, page, api }) => {
    test.skip(ENGINE_APART, "a server of its own is not killed for show");
    await email.begin();
    await cause(page, "Kill the worker");
    await expect(drill(page).getByRole("status")).toContainText("Dead when this page was loaded.");
    await email.ask(`${WORDS}, send it in 3 hours`);
    await email.showTimeline();
    await expect(email.timeline).toContainText(
      /The worker is dead \(fault drill\)\. Attempt \d failed; (the next one is in \d+ s|the next one starts now|attempt \d is under way)\./,
    );
    await email.expectStage("Ready to approve");
    await expect(email.timeline).not.toContainText("The worker is dead");
    await expect(email.timeline).toContainText("Wrote version 1.");
    const { steps } = await api.timeline(email.id);
    expect(steps[0]?.more?.[0]).toMatch(/^It took [2-9] attempts and \d+ s\.$/);
    // A worker that is there is not said to be dead.
    await email.reload();
    await expect(drill(page).getByRole("status")).toHaveCount(0);
  });

  test("story 13 the mail server refuses twice, and then takes the mail", async ({ email, page, app }) => {
    await email.begin();
    await email.ask(WORDS);
    await email.expectStage("Draft");
    await cause(page, "Mail server refuses");
    await email.press("Send now");
    for (const attempt of [1, 2]) {
      const refused = `Attempt ${attempt}: refused for now. The demo mailbox refused every recipient (451 4.3.2`;
      await expect(email.timeline).toContainText(refused);
      await expect(email.timeline).toContainText(/The next attempt is at .* \(Europe\/Lisbon\)/);
      await email.expectStage(/^Retrying/);
      expect(await app.outbox()).toEqual([]);
      await email.timeline.getByRole("button", { name: "Try now" }).click();
    }
    await email.expectStage("Sent");
    await expect(email.timeline).toContainText("Attempt 3: accepted.");
    expect(await app.outbox()).toHaveLength(1);
  });

  test("story 30 the model returns rubbish, and answers when it is asked again", async ({ email, page }) => {
    await email.begin();
    await cause(page, "Model returns rubbish");
    await email.ask(`${WORDS}, send it in 3 hours`);
    await email.expectStage("Needs your answer");
    await email.showTimeline();
    await expect(email.timeline).toContainText(
      "could not be read, twice (it was not one JSON object). Ask again in other words, or choose another model in the settings.",
    );
    await email.showChat();
    await email.conversation.getByRole("button", { name: "Try again" }).click();
    await email.expectStage("Ready to approve");
    await email.showTimeline();
    await expect(email.timeline).toContainText("Wrote version 1.");
  });

  test.describe("without script", () => {
    test.use({ javaScriptEnabled: false });

    test("story 41 a fault is caused with a plain form", async ({ page, app, api }) => {
      const id = await api.start();
      await page.goto(`${app.url}/e/${id}`);
      await drill(page).getByText("Fault drill", { exact: true }).click();
      await drill(page).getByRole("button", { name: "Mail server refuses" }).click();
      await expect(page).toHaveURL(`${app.url}/e/${id}?tab=timeline`);
      await expect(drill(page).getByRole("status")).toContainText("Refusing when this page was loaded.");
    });
  });
});

test("what is real cannot be broken", async ({ email, page, app }) => {
  await email.begin();
  await expect(drill(page)).toHaveCount(0);
  for (const fault of ["worker", "mail", "model"]) {
    const answer = await page.request.post(`${app.url}/e/${email.id}/drill`, { form: { fault } });
    expect(answer.status(), fault).toBe(404);
    expect(await answer.text()).toContain("Nothing was broken.");
  }
});

test.describe("with a real mail server", () => {
  test.use({ assistant: "offline" });

  test("only the model of the demo can be broken", async ({ email, page }) => {
    await email.begin();
    await drill(page).getByText("Fault drill", { exact: true }).click();
    await expect(drill(page).getByRole("button")).toHaveText(["Model returns rubbish"]);
  });
});
