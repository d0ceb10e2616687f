/** The list: what it shows, how it is found in, and how it is arranged. */
import { expect, expectAccessible, test } from "../fixtures.ts";
import { EmailPage } from "../email-page.ts";
import { ListPage } from "../list-page.ts";
import type { Api } from "../servers/api.ts";
import { reaches } from "../servers/waits.ts";

test.use({ assistant: "offline", delivery: "outbox" });

/** An email with a draft, by the built-in assistant. */
async function drafted(api: Api, to: string, words: string, when = ""): Promise<string> {
  const id = await api.start();
  await api.request(id, `write to ${to}: ${words}${when}`);
  await reaches(api, id, when === "" ? "draft" : "ready_to_approve");
  return id;
}

/** An email that leaves in some hours. */
async function scheduled(api: Api, to: string, words: string): Promise<string> {
  const id = await drafted(api, to, words, ", send it in 3 hours");
  await api.command(id, { do: "approve", version: (await api.describe(id)).version });
  await reaches(api, id, "scheduled");
  return id;
}

test("story 37 500 emails: found by recipient, filtered, and where they were after going back", async ({
  page,
  app,
  api,
}) => {
  test.setTimeout(240_000);
  const first = await drafted(api, "ana@example.com", "thanks for the dinner");
  const special = await scheduled(api, "zoe.findme@example.org", "see you on Monday");
  const ids = new Set<string>();
  // Real emails, each with its own workflow; ten calls at a time.
  for (let made = 0; made < 498; made += 10) {
    const batch = Array.from({ length: Math.min(10, 498 - made) }, () => api.duplicate(first));
    for (const id of await Promise.all(batch)) ids.add(id);
  }
  expect(ids.size).toBe(498);

  const list = new ListPage(page, app);
  await list.open();
  await expect(list.rows).toHaveCount(50);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/page=/);
  await expect(page.getByRole("link", { name: "First page" })).toBeVisible();
  await expect(list.rows).toHaveCount(50);

  // As one types.
  await list.open();
  await list.search.pressSequentially("zoe.find");
  await expect(list.rows).toHaveCount(1);
  await expect(list.rows).toContainText("zoe.findme@example.org");
  await expect(list.search).toBeFocused();
  await expect(page).toHaveURL(/q=zoe\.find$/);

  await list.show("Needs you");
  await expect(list.rows).toHaveCount(0);
  await expect(list.list).toContainText("Nothing found for “zoe.find” in Needs you.");
  await list.show("Scheduled");
  await expect(list.rows).toHaveCount(1);
  await list.link("zoe.findme").click();
  await expect(page).toHaveURL(new RegExp(`/e/${special}$`));
  await expect(new EmailPage(page, app).pill).toHaveText("Scheduled");
  await page.goBack();
  await expect(page).toHaveURL(/show=scheduled&q=zoe\.find$/);
  await expect(list.rows).toHaveCount(1);
  await expect(list.search).toHaveValue("zoe.find");
  await expect(list.chip("Scheduled")).toHaveAttribute("aria-current", "true");
  await page.reload();
  await expect(list.rows).toHaveCount(1);
});

test("the list shows what happens, and the keyboard stays where it is", async ({ page, app, api, email: _ }) => {
  await drafted(api, "bo@example.com", "the other one");
  const id = await drafted(api, "ana@example.com", "thanks for the dinner", ", send it in 3 hours");
  const list = new ListPage(page, app);
  await list.open();
  await expect(list.row("ana@example.com")).toContainText("Ready to approve");
  await list.link("bo@example.com").focus();
  await api.command(id, { do: "approve", version: 1 });
  await expect(list.row("ana@example.com")).toContainText("Scheduled");
  await expect(list.link("bo@example.com")).toBeFocused();
  // The row that has the focus changes its place.
  await expect(list.rows.first()).toContainText("bo@example.com");
  await api.arrange(id, { do: "pin" });
  await expect(list.rows.first()).toContainText("ana@example.com");
  await expect(list.link("bo@example.com")).toBeFocused();
});

test("the list can be walked through, searched and left with single keys", async ({ page, app, api, email }) => {
  await drafted(api, "ana@example.com", "thanks for the dinner");
  const other = await drafted(api, "bo@example.com", "the other one");
  await api.arrange(other, { do: "pin" });
  const list = new ListPage(page, app);
  await list.open();
  await page.keyboard.press("j");
  await expect(list.link("bo@example.com")).toBeFocused();
  await page.keyboard.press("j");
  await expect(list.link("ana@example.com")).toBeFocused();
  await page.keyboard.press("k");
  await expect(list.link("bo@example.com")).toBeFocused();
  await page.keyboard.press("/");
  await expect(list.search).toBeFocused();
  await page.keyboard.type("jkno/");
  await expect(list.search).toHaveValue("jkno/");
  await expect(list.list).toContainText("Nothing found for “jkno/”.");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(list.rows).toHaveCount(2);
  await expect(list.search).toHaveValue("");
  await email.hydrated();
  await list.link("bo@example.com").focus();
  await page.keyboard.press("o");
  await expect(page).toHaveURL(new RegExp(`/e/${other}$`));
  await page.goBack();
  await list.list.waitFor();
  await email.hydrated();
  await page.locator("body").press("n");
  await page.waitForURL(/\/e\/email-/);
  await email.expectStage("New");
});

test("a row can be renamed, pinned and archived", async ({ page, app, api, email: _ }) => {
  await drafted(api, "ana@example.com", "thanks for the dinner");
  await drafted(api, "bo@example.com", "the budget");
  const list = new ListPage(page, app);
  await list.open();
  await list.openMenu("ana@example.com");
  await expectAccessible(page);
  await list.row("ana@example.com").getByLabel("Name", { exact: true }).fill("Dinner with Ana");
  await page.keyboard.press("Enter");
  await expect(list.done).toHaveText("Renamed.");
  await expect(list.row("Dinner with Ana")).toContainText("ana@example.com");

  await list.act("Dinner with Ana", "Pin to the top");
  await expect(list.rows.first()).toContainText("Dinner with Ana");
  await expect(list.rows.first()).toContainText("Pinned");
  await list.act("Dinner with Ana", "Unpin");
  await expect(list.row("Pinned")).toHaveCount(0);

  await list.act("bo@example.com", "Archive");
  await expect(list.done).toHaveText("Put into the archive.");
  await expect(list.rows).toHaveCount(1);
  await list.list.getByRole("button", { name: "Undo" }).click();
  await expect(list.rows).toHaveCount(2);
  await list.act("bo@example.com", "Archive");
  await list.show("Archived");
  await expect(list.rows).toHaveCount(1);
  await list.act("bo@example.com", "Back to the list");
  await expect(list.list).toContainText("Nothing here at the moment.");
  await page.getByRole("link", { name: "Show all emails" }).click();
  await expect(list.rows).toHaveCount(2);
  // It is found by the name it was given.
  await list.search.fill("dinner with");
  await expect(list.rows).toHaveCount(1);
});

test("what is typed into the search before the script is there is searched for", async ({ page, app, api, email: _ }) => {
  await drafted(api, "ana@example.com", "thanks for the dinner");
  await drafted(api, "bo@example.com", "the budget");
  const list = new ListPage(page, app);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\.wasm(\?.*)?$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(app.url);
  await list.search.fill("budget");
  await expect(list.rows).toHaveCount(2);
  release();
  await expect(list.rows).toHaveCount(1);
  await expect(page).toHaveURL(/q=budget/);
});

test("several emails are archived, brought back, deleted and erased at once", async ({ page, app, api, watch, email: _ }) => {
  watch.allow(/status of 422/);
  const ana = await scheduled(api, "ana@example.com", "thanks for the dinner");
  await drafted(api, "bo@example.com", "the budget");
  await drafted(api, "caro@example.com", "the plan");
  const list = new ListPage(page, app);
  await list.open();
  const bar = list.list.getByRole("form", { name: "Ticked emails" });
  await expect(bar).toBeHidden();
  await list.row("ana@example.com").getByRole("checkbox").check();
  await expect(bar).toBeVisible();
  await expectAccessible(page);
  await bar.getByRole("button", { name: "Tick all on this page" }).click();
  await expect(list.rows.getByRole("checkbox", { checked: true })).toHaveCount(3);
  await bar.getByRole("button", { name: "Untick all" }).click();
  await expect(bar).toBeHidden();
  await list.row("ana@example.com").getByRole("checkbox").check();
  await list.actOnAll(["bo@example.com"], "Archive");
  await expect(list.done).toHaveText("2 emails were put into the archive.");
  await expect(page.locator("#list-done")).toBeFocused();
  await expect(list.rows).toHaveCount(1);
  await list.hydrated();
  expect((await api.describe(ana)).stage.name, "what is archived still leaves").toBe("scheduled");

  await list.show("Archived");
  await list.actOnAll(["bo@example.com"], "Back to the list");
  await expect(list.done).toHaveText("1 email is back in your list.");
  await list.hydrated();
  await list.actOnAll(["ana@example.com"], "Delete");
  await expect(list.done).toContainText("1 email was deleted and will not be sent.");
  await reaches(api, ana, "ready_to_approve");
  await list.hydrated();
  await list.show("All");
  await list.actOnAll(["bo@example.com", "caro@example.com"], "Delete");
  await expect(list.done).toContainText("2 emails were deleted and will not be sent.");
  await list.hydrated();
  await list.show("Deleted");
  await list.actOnAll(["caro@example.com"], "Restore");
  await expect(list.done).toHaveText("1 email is back; what was scheduled is a draft again.");
  await expect(list.rows).toHaveCount(2);
  await list.hydrated();
  await list.actOnAll(["ana@example.com", "bo@example.com"], "Erase for good");
  await expect(list.done).toHaveText("2 emails were erased for good.");
  await expect(list.rows).toHaveCount(0);
  await expect(api.describe(ana)).rejects.toThrow(/not_found/);

  const nothing = await page.request.post(`${app.url}/emails/bulk`, { form: { do: "archive" } });
  expect(nothing.status()).toBe(422);
  expect(await nothing.text()).toContain("No email was ticked");
  const strange = await page.request.post(`${app.url}/emails/bulk`, { form: { do: "archive", id: "../x" } });
  expect(strange.status()).toBe(404);
});

test("a deleted email is not sent, comes back as it was, and is erased for good", async ({ page, app, api, watch, email: _ }) => {
  watch.allow(/status of 404/);
  const id = await scheduled(api, "ana@example.com", "thanks for the dinner");
  const list = new ListPage(page, app);
  await list.open();
  await list.act("ana@example.com", "Delete and do not send");
  await expect(list.done).toContainText("Nothing of it will be sent any more");
  await expect(list.rows).toHaveCount(0);
  await reaches(api, id, "ready_to_approve");
  await list.list.getByRole("button", { name: "Undo" }).click();
  await expect(list.done).toContainText("If it was scheduled, approve it again.");
  await expect(list.row("ana@example.com")).toContainText("Ready to approve");

  await list.act("ana@example.com", "Delete");
  await list.show("Deleted");
  await list.act("ana@example.com", "Restore");
  await list.show("All");
  await list.act("ana@example.com", "Delete");
  await list.show("Deleted");
  await list.act("ana@example.com", "Erase for good");
  await expect(list.done).toHaveText("Erased for good.");
  await expect(list.rows).toHaveCount(0);
  const gone = await page.goto(`${app.url}/e/${id}`);
  expect(gone?.status()).toBe(404);
  await list.open();
  await expect(list.list).toContainText("None yet.");
});

test("a copy of an email is a new draft", async ({ page, app, api, email }) => {
  const id = await scheduled(api, "ana@example.com", "thanks for the dinner");
  const list = new ListPage(page, app);
  await list.open();
  await list.act("ana@example.com", "Duplicate as new");
  await page.waitForURL((url) => url.pathname.startsWith("/e/email-") && !url.pathname.endsWith(id));
  await email.hydrated();
  await email.expectStage("Draft");
  await email.showEmail();
  await email.expectField("To", "ana@example.com");
  await email.expectField("Sending Time", "Not scheduled yet");
  expect((await api.describe(id)).stage.name).toBe("scheduled");
});

test("an empty list begins with an example", async ({ page, app, email }) => {
  const list = new ListPage(page, app);
  await list.open();
  await expectAccessible(page);
  await page.getByRole("button", { name: /obrigado pela ajuda/ }).click();
  await page.waitForURL(/\/e\/email-/);
  await expect(email.composer).toHaveValue(/obrigado pela ajuda/);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the list can be searched, filtered and arranged", async ({ page, app, api }) => {
    await drafted(api, "ana@example.com", "thanks for the dinner");
    await scheduled(api, "bo@example.com", "the budget");
    const list = new ListPage(page, app);
    await page.goto(app.url);
    await expect(list.rows).toHaveCount(2);
    await list.chip("Scheduled").click();
    await expect(list.rows).toHaveCount(1);
    await list.search.fill("bo@exam");
    await page.getByRole("button", { name: "Search" }).click();
    await expect(page).toHaveURL(/show=scheduled/);
    await expect(list.rows).toHaveCount(1);

    await list.act("bo@example.com", "Delete and do not send");
    await expect(list.done).toContainText("Nothing of it will be sent any more");
    await expect(page).toHaveURL(/show=scheduled/);
    await list.list.getByRole("button", { name: "Undo" }).click();
    await page.goto(app.url);
    await expect(list.row("bo@example.com")).toContainText("Ready to approve");
    await list.openMenu("ana@example.com");
    await list.row("ana@example.com").getByLabel("Name", { exact: true }).fill("Dinner");
    await list.row("ana@example.com").getByRole("button", { name: "Rename" }).click();
    await expect(list.row("Dinner")).toContainText("ana@example.com");
    await list.act("Dinner", "Duplicate as new");
    await page.waitForURL(/\/e\/email-/);
    await page.goto(app.url);
    await expect(list.rows).toHaveCount(3);
    await list.actOnAll(["bo@example.com", "Dinner"], "Archive");
    await expect(list.done).toHaveText("2 emails were put into the archive.");
    await expect(list.rows).toHaveCount(1);
  });

  test("an example waits in the composer", async ({ page, app }) => {
    await page.goto(app.url);
    await page.getByRole("button", { name: /obrigado pela ajuda/ }).click();
    await page.waitForURL(/\/e\/email-/);
    await expect(page.getByLabel("Your request", { exact: true })).toHaveValue(/obrigado pela ajuda/);
  });
});

test.describe("at 320 px", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("the list does not scroll sideways, its menu open", async ({ page, app, api }) => {
    await drafted(api, `${"long".repeat(12)}@example.com`, "x".repeat(300));
    const list = new ListPage(page, app);
    await list.open();
    await list.openMenu("long");
    const [content, screen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(screen ?? 0);
    await expectAccessible(page);
  });
});
