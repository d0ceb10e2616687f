/** Contacts: called by name, asked about, remembered from what was sent, suggested, and erased. */
import { expect, expectAccessible, test } from "../fixtures.ts";
import type { ModelTurn } from "../servers/model.ts";
import { reaches } from "../servers/waits.ts";

const ANA = "Ana Souza <ana@example.com>";
const LIMA = "Ana Lima <lima@example.com>";
const TEXT: ModelTurn = { reply: "I wrote it.", subject: "Thank you", body: "Dear Ana,\n\nthank you.\n\nRenata" };
const WHICH: ModelTurn = { ...TEXT, reply: "Qual das duas Anas?", asks: true };

test("story 07 an address that nobody knows is asked for, and none is invented", async ({ email, model, api }) => {
  model.when("Escreve à Ana", { ...TEXT, reply: "Qual é o endereço da Ana?", asks: true });
  await email.begin();
  await email.ask("Escreve à Ana um agradecimento");
  await email.expectStage("Needs your answer");
  await expect(email.conversation).toContainText("Qual é o endereço da Ana?");
  await email.showEmail();
  await email.expectField("To", "Not specified yet");
  const { email: draft, choices } = await api.describe(email.id);
  expect([draft.to, choices]).toEqual([[], []]);
});

test("story 07 what a model invents is marked, and cannot be approved", async ({ email, model, mail, api }) => {
  model.when("thank Ana", { ...TEXT, to: ["ana@invented.example"] });
  await email.begin();
  await email.ask("please thank Ana");
  const view = await reaches(api, email.id, "draft");
  expect(view.warnings.filter((warning) => warning.blocks)).toHaveLength(1);
  await email.showEmail();
  await expect(email.card.getByRole("group", { name: "To", exact: true })).toContainText("not named by you");
  await email.press("Send now");
  await expect(email.status).toContainText("You never named ana@invented.example");
  expect(mail.attempts).toBe(0);
});

test("story 08 of two contacts of one name the person chooses", async ({ email, model, api, page }) => {
  await api.saveContact(ANA);
  await api.saveContact(LIMA);
  model.when("Email Ana", WHICH);
  model.when("Ana Lima", { reply: "Ana Lima, then.", to: [LIMA] });
  await email.begin();
  await email.ask("Email Ana a thank-you note");
  await email.expectStage("Needs your answer");
  const question = page.getByRole("group", { name: "Which Ana do you mean?" });
  await expect(question.getByRole("button")).toHaveText([ANA, LIMA]);
  await expectAccessible(page);
  await email.reload();
  await question.getByRole("button", { name: LIMA }).click();
  await email.expectStage("Draft");
  await expect(question).toHaveCount(0);
  await email.showEmail();
  await email.expectField("To", LIMA);
  // Told as data, both of them.
  const told = JSON.stringify(model.asked("Email Ana")[0]?.body["input"]);
  expect(told).toContain("lima@example.com");
  expect(told).toContain("ana@example.com");
});

test("story 08 whichever the model picks, it is still asked about", async ({ email, model, api, page }) => {
  await api.saveContact(ANA);
  await api.saveContact(LIMA);
  model.when("Email Ana", { ...TEXT, to: [ANA] });
  await email.begin();
  await email.ask("Email Ana a thank-you note");
  await email.expectStage("Needs your answer");
  await expect(page.getByRole("group", { name: "Which Ana do you mean?" })).toBeVisible();
  expect((await api.describe(email.id)).warnings.some((warning) => warning.blocks)).toBe(true);
});

test.describe("without a model", () => {
  test.use({ assistant: "offline", delivery: "outbox" });

  test("story 07 and 08 the demo asks for an address, or which of two", async ({ email, api, page }) => {
    await email.begin();
    await email.ask("write to Ana: thank you");
    await email.expectStage("Needs your answer");
    await expect(email.conversation).toContainText("I know no address of Ana. Which one is it?");
    await api.saveContact(ANA);
    await api.saveContact(LIMA);
    await email.ask("write to Ana: thank you");
    await expect(email.conversation).toContainText("Which Ana do you mean?");
    await page.getByRole("button", { name: LIMA }).click();
    await email.expectStage("Draft");
    await email.showEmail();
    await email.expectField("To", LIMA);
    await email.expectField("Body", "thank you");
  });

  test("story 08 choosing works without script", async ({ api, app, browser, watch }) => {
    await api.saveContact(ANA);
    await api.saveContact(LIMA);
    const id = await api.start();
    await api.request(id, "write to Ana: thank you");
    await reaches(api, id, "needs_answer");
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    watch.over(page);
    await page.goto(`${app.url}/e/${id}`);
    await page.getByRole("button", { name: LIMA }).click();
    const view = await reaches(api, id, "draft");
    expect(view.email.to).toEqual([LIMA]);
    await context.close();
  });
});

test("who got an email is remembered, called by name, and no longer new", async ({ email, model, mail, api }) => {
  model.when("thank Ana Souza", { ...TEXT, to: [ANA] });
  model.when("once more", { ...TEXT, to: [ANA] });
  await email.begin();
  await email.ask("please thank Ana Souza at ana@example.com");
  await email.expectStage("Draft");
  await email.showEmail();
  const to = email.card.getByRole("group", { name: "To", exact: true });
  await expect(to).toContainText("new");
  await email.press("Send now");
  await email.expectStage("Sent");
  await expect(to).toContainText("accepted");
  await expect.poll(async () => (await api.contacts()).contacts.map((one) => one.recipient)).toEqual([ANA]);

  await email.begin();
  await email.ask("write to ana once more");
  await email.expectStage("Draft");
  const view = await api.describe(email.id);
  expect([view.new_recipients, view.warnings]).toEqual([[], []]);
  expect(mail.mails).toHaveLength(1);

  await email.showEmail();
  await email.edit({ To: "ana@examp1e.com" });
  await expect(email.card).toContainText("looks like ana@example.com");
});

test("what is not to be remembered is not, and what is known can be erased", async ({ email, model, api }) => {
  model.when("thank", { ...TEXT, to: ["ana@example.com"] });
  expect(await api.rememberContacts(false)).toEqual({ remembers: false, count: 0 });
  await email.begin();
  await email.ask("please thank ana@example.com");
  await email.expectStage("Draft");
  await email.press("Send now");
  await email.expectStage("Sent");
  expect((await api.rememberContacts(true)).count).toBe(0);
  await api.saveContact(ANA);
  await api.saveContact("Ana S. <ana@example.com>");
  await api.saveContact("lima@example.com");
  expect((await api.contacts("s. example")).contacts.map((one) => one.recipient)).toEqual(['"Ana S." <ana@example.com>']);
  expect((await api.eraseContact("ANA@example.com")).count).toBe(1);
  expect((await api.eraseContacts()).count).toBe(0);
});

test("story 26 chips by keyboard: typed, pasted, marked, edited, removed", async ({ email, api, page }) => {
  await email.begin();
  await email.openEditor();
  const to = email.field("To");
  await to.fill("Ana Souza <ana@example.com>, ana@@example; ");
  await expect(email.chips("To")).toHaveCount(2);
  await expect(email.chips("To").nth(1)).toContainText("not an address");
  await to.pressSequentially("bob@example.org");
  await to.press("Enter");
  await expect(email.chips("To")).toHaveCount(3);
  await expectAccessible(page);
  await email.field("Body").fill("Hello");
  await email.press("Save");
  await expect(to).toBeFocused();
  await expect(email.card).toContainText("is not an email address");

  const second = email.chips("To").nth(1).getByRole("button", { name: /^Edit / });
  await second.focus();
  await page.keyboard.press("Enter");
  await expect(to).toBeFocused();
  await expect(to).toHaveValue("ana@@example");
  await to.fill("ana@müller.example");
  await to.press("Enter");
  await expect(email.chips("To")).toHaveCount(3);
  await to.press("Backspace");
  await expect(email.chips("To")).toHaveCount(2);
  await to.pressSequentially("ana@müller.example,");
  for (const left of [2, 1]) {
    await email.chips("To").first().getByRole("button", { name: /^Remove / }).focus();
    await page.keyboard.press("Space");
    await expect(email.chips("To")).toHaveCount(left);
    await expect(to).toBeFocused();
  }
  await email.press("Save");
  await email.expectStage("Draft");
  await email.expectField("To", "ana@müller.example");
  expect((await api.describe(email.id)).email.to).toEqual(["ana@müller.example"]);
});

test("an international domain and a display name reach the mail server", async ({ email, mail, api }) => {
  await email.begin();
  await email.edit({ To: "José Müller <jose@müller.example>", Body: "Olá" });
  await email.expectStage("Draft");
  await email.press("Send now");
  await reaches(api, email.id, "sent");
  const [sent] = mail.mails;
  // In letters that every mail server takes.
  expect(sent?.raw).toMatch(/^To: =\?utf-8\?[^\r]*\r?\n?[^\r]*<jose@xn--mller-kva\.example>/im);
});

test("contacts are suggested, and chosen with the arrow keys", async ({ email, api, page }) => {
  await api.saveContact(ANA);
  await api.saveContact(LIMA);
  await email.begin();
  await email.openEditor();
  const to = email.field("To");
  await to.pressSequentially("an");
  await expect(email.suggestions).toHaveText([ANA, LIMA]);
  await expect(to).toHaveAttribute("aria-expanded", "true");
  await expectAccessible(page);
  await to.press("Escape");
  await expect(email.suggestions).toHaveCount(0);
  await expect(to).toHaveValue("an");
  await to.press("ArrowDown");
  await expect(email.suggestions).toHaveCount(2);
  await to.press("ArrowDown");
  await to.press("ArrowDown");
  await expect(email.suggestions.nth(1)).toHaveAttribute("aria-selected", "true");
  await to.press("Enter");
  await expect(email.chips("To")).toContainText(["Ana Lima <lima@example.com>"]);
  await expect(to).toHaveValue("");
  await to.pressSequentially("souza");
  await email.suggestions.first().click();
  await expect(email.chips("To")).toHaveCount(2);
  await expect(to).toBeFocused();
});

test("the page of contacts: add, search, edit, erase, switch off", async ({ page, app, api, watch, email: _ }) => {
  // What is no address is refused.
  watch.allow(/status of 422/);
  await page.goto(app.url);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Contacts" }).click();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
  const add = page.getByRole("region", { name: "Add a contact" });
  await add.getByLabel("Name").fill("Ana Souza");
  await add.getByLabel("Address").fill("ana@@example");
  await add.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("alert")).toContainText("is not an email address");
  await expect(add.getByLabel("Name")).toHaveValue("Ana Souza");
  await add.getByLabel("Address").fill("ana@example.com");
  await add.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("status")).toHaveText("The contact is saved.");
  await api.saveContact("bob@example.org");

  await page.getByLabel("Search in names and addresses").fill("SOUZA");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: "ana@example.com" });
  await row.getByText(ANA).click();
  await expectAccessible(page);
  await row.getByLabel("Address").fill("souza@example.com");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Ana Souza <souza@example.com>" })).toBeVisible();
  expect((await api.contacts()).book.count).toBe(2);

  await page.getByText("bob@example.org").first().click();
  await page.getByRole("button", { name: "Erase bob@example.org" }).click();
  await expect(page.getByRole("status")).toHaveText("The contact is erased.");
  await page.getByText("Erase all contacts").click();
  await page.getByRole("button", { name: "Erase all" }).click();
  await expect(page.getByText("Nobody yet.")).toBeVisible();
  await page.getByRole("button", { name: "Stop remembering" }).click();
  await expect(page.getByRole("button", { name: "Remember whom I write to" })).toBeVisible();
  expect((await api.contacts()).book).toEqual({ remembers: false, count: 0 });
});
