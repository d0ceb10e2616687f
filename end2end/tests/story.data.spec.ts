/** One's own data: how long it stays, all of it as one file, and erasing it. */
import { readFile } from "node:fs/promises";
import { simpleParser } from "mailparser";
import { expect, expectAccessible, NOT_CONNECTED, test } from "../fixtures.ts";
import { ListPage } from "../list-page.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import { MODEL_KEY } from "../servers/model.ts";
import { LOGIN } from "../servers/smtp.ts";
import { reaches } from "../servers/waits.ts";
import { SettingsPage } from "../settings-page.ts";
import { unzip } from "../unzip.ts";

test("how long emails stay is chosen, in effect at once, and kept after a restart", async ({
  page,
  app,
  api,
  email: _,
  watch,
}) => {
  watch.allow(NOT_CONNECTED);
  await page.goto(`${app.url}/settings`);
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Data" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Data" })).toBeVisible();
  const deleted = page.getByLabel("Deleted emails are erased after");
  const finished = page.getByLabel("Emails that were sent or canceled are erased after");
  await expect(deleted).toHaveValue("7");
  await expect(finished).toHaveValue("never");
  await expectAccessible(page);
  await deleted.selectOption("30 days");
  await finished.selectOption("365 days");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status")).toHaveText("Saved. It is in effect now.");
  await expect(page).toHaveTitle("Done — Data — Email Agent");
  expect(await api.list()).toMatchObject({ erase_after_days: 30 });
  await new ListPage(page, app).open("/?show=deleted");
  await expect(page.getByText("What you delete stays here for 30 days.")).toBeVisible();

  await app.kill();
  await app.recover();
  await page.goto(`${app.url}/settings/data`);
  await expect(deleted).toHaveValue("30");
  await expect(finished).toHaveValue("365");

  // What is not offered changes nothing.
  const refused = await page.request.post(`${app.url}/settings/data`, {
    form: { deleted_days: "0", finished_days: "never" },
  });
  expect(refused.status()).toBe(422);
  expect(await refused.text()).toContain("Choose one of the times in the list.");
  expect(await api.list()).toMatchObject({ erase_after_days: 30 });
});

test("everything is saved as one file that other programs read, without secrets", async ({ page, app, api, model, email: _ }) => {
  const ana = await drafted(api, model, "ana");
  const bob = await drafted(api, model, "bob", { body: "Olá João,\n\naté amanhã." });
  await api.arrange(bob, { do: "archive" });
  const empty = await api.start();
  await api.saveContact("Ana Souza <ana@example.com>");
  await page.goto(`${app.url}/settings/data`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save everything as a file" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^email-agent-\d{4}-\d\d-\d\d\.zip$/);
  const bytes = await readFile(await download.path());
  const files = unzip(bytes);
  const text = (name: string) => files.get(name)?.toString("utf8") ?? "";

  const folder = (id: string) => {
    const names = [...files.keys()].filter((name) => name.includes(id)).map((name) => name.replace(/\/[^/]*$/, ""));
    expect(names[0], "named by date and id").toMatch(new RegExp(`^emails/\\d{4}-\\d\\d-\\d\\d-${id}$`));
    return names[0] ?? "";
  };
  for (const id of [ana, bob]) {
    const record = JSON.parse(text(`${folder(id)}/record.json`)) as { email: { id: string } };
    expect(record.email.id).toBe(id);
  }
  const mail = await simpleParser(text(`${folder(bob)}/message.eml`));
  expect(mail.subject).toBe("Thanks, bob");
  expect(mail.text?.trim()).toBe("Olá João,\n\naté amanhã.");
  // Without recipients it is no message yet.
  expect(files.has(`${folder(empty)}/record.json`)).toBe(true);
  expect(files.has(`${folder(empty)}/message.eml`)).toBe(false);
  expect(JSON.parse(text("contacts.json"))).toMatchObject([{ recipient: "Ana Souza <ana@example.com>" }]);
  expect(JSON.parse(text("settings.json"))).toMatchObject({
    retention: { deleted_days: 7, finished_days: null },
    remember_contacts: true,
  });
  expect(JSON.parse(text("contents.json"))).toMatchObject({ emails: 3, contacts: 1, not_saved: [] });
  for (const [name, content] of files) {
    for (const secret of [MODEL_KEY, LOGIN.password]) expect(content.includes(secret), name).toBe(false);
  }
});

test("everything is erased for the right word, and for no other", async ({ page, app, api, model, mail, email: _, watch }) => {
  watch.allow(/status of 422/);
  const ana = await drafted(api, model, "ana");
  await schedule(api, ana, 3600);
  await reaches(api, ana, "scheduled");
  const bob = await drafted(api, model, "bob");
  await api.arrange(bob, { do: "delete" });
  await api.saveContact("Ana Souza <ana@example.com>");
  await page.goto(`${app.url}/settings/data`);
  await expect(page.getByText("Emails here: 2. Contacts: 1.")).toBeVisible();
  const word = page.getByLabel("To confirm, type ERASE");
  const press = page.getByRole("button", { name: "Erase everything" });
  await word.fill("DELETE");
  await press.click();
  await expect(page.getByRole("alert")).toHaveText("Nothing was changed. Correct what is marked below.");
  await expect(word).toHaveAccessibleDescription(/This is not the word\. Nothing was erased/);
  await expect(word).toBeFocused();
  await expect(word).toHaveValue("DELETE");
  await expectAccessible(page);
  expect((await api.describe(ana)).stage.name).toBe("scheduled");
  await expect(page.getByText("Emails here: 2. Contacts: 1.")).toBeVisible();

  await word.fill("erase");
  await press.click();
  const told = page.getByRole("status");
  await expect(told).toContainText("2 emails were erased.");
  await expect(told).toContainText("1 contact was erased.");
  await expect(page.getByText("Emails here: 0. Contacts: 0.")).toBeVisible();
  for (const id of [ana, bob]) await expect(api.describe(id)).rejects.toThrow(/not_found|404/);
  expect((await api.list()).emails).toEqual([]);
  expect((await api.contacts()).contacts).toEqual([]);
  expect(mail.attempts).toBe(0);

  // Loading the page again erases nothing that was begun since.
  const later = await api.start();
  await page.reload();
  await expect(page.getByText("Emails here: 1. Contacts: 0.")).toBeVisible();
  expect((await api.describe(later)).id).toBe(later);
});

test.describe("with nothing set but the model", () => {
  test.use({ delivery: "outbox" });

  test("the settings go too if that is ticked, with their passwords", async ({ page, app, mail, email: _, watch }) => {
    watch.allow(NOT_CONNECTED);
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.field("You", "Your name").fill("Renata Souza");
    await settings.press("You", "Save");
    await settings.mailServer({ ...mail.address, ...LOGIN });
    await settings.press("Sending", "Save");
    await expect(settings.notice("Sending")).toContainText("Saved");
    await page.goto(`${app.url}/settings/data`);
    await page.getByLabel("Erase my settings too, with passwords and keys").check();
    await page.getByLabel("To confirm, type ERASE").fill("ERASE");
    await page.getByRole("button", { name: "Erase everything" }).click();
    await expect(page.getByRole("status")).toContainText("0 emails were erased.");
    await expect(page.getByRole("status")).toContainText("Your settings are as on the first day.");
    await app.kill();
    await app.recover();
    await settings.open();
    await expect(settings.field("You", "Your name")).toHaveValue("");
    await expect(settings.field("Sending", "A mail server")).not.toBeChecked();
    await expect(settings.field("Sending", "Server")).toHaveValue("");
  });
});

test("an email that is being handed over stays, and is named", async ({ page, app, api, model, mail, email: _ }) => {
  await api.saveSafety({ undo_seconds: 0 });
  const ana = await drafted(api, model, "ana");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  mail.beforeAnswer = () => held;
  await api.command(ana, { do: "send_now", version: (await api.describe(ana)).version });
  await reaches(api, ana, "sending");
  await page.goto(`${app.url}/settings/data`);
  await page.getByLabel("To confirm, type ERASE").fill("ERASE");
  await page.getByRole("button", { name: "Erase everything" }).click();
  const told = page.getByRole("status");
  await expect(told).toContainText("0 emails were erased.");
  await expect(told).toContainText("1 email could not be erased:");
  await expect(told.getByRole("listitem")).toContainText("Thanks, ana");
  await expect(told.getByRole("listitem")).toContainText("being handed to the mail server");
  release();
  await reaches(api, ana, "sent");
  expect(mail.mails).toHaveLength(1);
});
