/** The draft: what the agent changed in it, and the way back. */
import { day, nextMonday } from "../calendar.ts";
import { expect, test } from "../fixtures.ts";
import type { EmailPage } from "../email-page.ts";
import type { ModelServer } from "../servers/model.ts";

const PORTUGUESE = "Olá Ana,\n\na fatura 4711 vence em 12/03: https://example.com/f?id=4711&x=1\n\nRenata";
const ENGLISH = "Hello Ana,\n\ninvoice 4711 is due on 12/03: https://example.com/f?id=4711&x=1\n\nRenata";

/** A draft in Portuguese that the agent has translated. */
async function translated(email: EmailPage, model: ModelServer): Promise<void> {
  model.when("fatura", { reply: "Escrevi.", to: ["ana@example.com"], subject: "Fatura 4711", body: PORTUGUESE });
  model.when("Translate", { reply: "Translated to English.", subject: "Invoice 4711", body: ENGLISH });
  await email.begin();
  await email.ask("Escreva a ana@example.com sobre a fatura 4711");
  await email.expectStage("Draft");
  await email.ask("Translate it to English");
  await expect(email.conversation).toContainText("Translated to English.");
}

test("story 09 what a translation changed is shown word by word, and undone with one press", async ({
  email,
  model,
  api,
  page,
}) => {
  await translated(email, model);
  // A chip in the conversation opens the difference.
  await email.conversation.getByRole("button", { name: "Subject changed" }).last().click();
  await expect(page.getByRole("heading", { name: "What changed from v1 to v2" })).toBeFocused();
  await expect(email.comparison).toContainText("v2 was made by the agent.");
  await expect(email.comparison.locator("del").first()).toContainText("Fatura");
  await expect(email.comparison.locator("ins").first()).toContainText("Invoice");
  const kept = email.comparison.getByRole("paragraph").filter({ hasText: "https://" }).locator("span").filter({
    hasText: "https://example.com/f?id=4711&x=1",
  });
  await expect(kept, "what stays is not marked").toHaveCount(1);
  await email.comparison.getByRole("button", { name: "Close" }).press("Enter");
  await expect(email.comparison).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Email Draft" })).toBeFocused();

  const undo = email.button("Undo the agent’s change");
  await expect(email.card).toContainText("The agent changed: Subject, Body.");
  await undo.focus();
  await undo.press("Enter");
  await email.expectField("Body", PORTUGUESE);
  await email.expectField("Subject", "Fatura 4711");
  await expect(undo).toHaveCount(0);
  const { versions, conversation } = await api.describe(email.id);
  expect(versions.map((version) => version.email.body)).toEqual([PORTUGUESE, ENGLISH, PORTUGUESE]);
  expect(versions.map(({ author }) => author)).toEqual(["agent", "agent", "you"]);
  expect(conversation.at(-1)?.text).toContain("Version 1 was brought back as version 3");
});

test("story 09 any two versions can be compared, also after the email has ended", async ({ email, model, page }) => {
  await translated(email, model);
  await email.edit({ Subject: "Invoice 4711, due soon" });
  await expect(email.button("Save")).toHaveCount(0);
  await email.press("Cancel email");
  await email.expectStage("Canceled");
  await email.showEmail();
  await email.openVersions();
  const row = email.card.getByRole("listitem").filter({ hasText: "v3 · You" });
  await expect(row).toContainText("Subject");
  await row.getByRole("button", { name: "Compare v2 with v3" }).click();
  await expect(email.comparison).toContainText("v3 was made by you.");
  await expect(email.comparison.locator("ins")).toHaveText(/due soon/);
  await expect(email.comparison.locator("del")).toHaveCount(0);
  await email.comparison.getByLabel("From").selectOption({ label: "v1 · Agent" });
  await expect(page.getByRole("heading", { name: "What changed from v1 to v3" })).toBeVisible();
  await expect(email.comparison.locator("del").first()).toContainText("Fatura");
});

test("fields that the agent changed are marked until somebody has looked", async ({ email, model }) => {
  await translated(email, model);
  await email.showEmail();
  const mark = email.card.getByRole("button", { name: "changed by agent" });
  await expect(mark).toHaveCount(2);
  await email.reload();
  await email.showEmail();
  await expect(mark).toHaveCount(2);
  await mark.first().click();
  await expect(email.comparison).toBeVisible();
  await expect(mark).toHaveCount(0);
  await email.reload();
  await email.showEmail();
  await expect(email.card).toContainText("Invoice 4711");
  await expect(mark).toHaveCount(0);
});

test("one tap asks for another tone, and leaves the composer alone", async ({ email, model, api }) => {
  await translated(email, model);
  await email.showChat();
  const typed = "and mention the garden";
  await email.composer.fill(typed);
  const shorter = model.hold("Make it shorter.", { reply: "Shorter now.", body: "Hello Ana.\n\nRenata" });
  model.when("Make it more formal.", { reply: "More formal now.", body: "Dear Ms Souza,\n\nRenata" });
  await email.press("Shorter");
  await email.expectStage("Working");
  // While the agent works, a tap queues like any request.
  await email.press("More formal");
  await expect(email.queue).toContainText("Make it more formal.");
  await expect(email.queue).toContainText("Waiting");
  shorter.release();
  await expect(email.conversation).toContainText("More formal now.");
  await email.expectStage("Draft");
  await expect(email.composer).toHaveValue(typed);
  const { versions } = await api.describe(email.id);
  expect(versions.at(-1)?.email.body).toBe("Dear Ms Souza,\n\nRenata");
  await email.composer.fill("");
});

test("story 09 one tap translates into a language of a list, or any that is written", async ({ email, model }) => {
  await translated(email, model);
  await email.showChat();
  model.when("Translate it into Português.", { reply: "Traduzido.", subject: "Fatura 4711", body: PORTUGUESE });
  model.when("Translate it into Klingon.", { reply: "Qapla'!", body: "nuqneH" });
  await email.press("Translate…");
  await expect(email.page.getByLabel("Another language")).toBeFocused();
  await email.page.getByRole("group", { name: "Translate into" }).getByRole("button", { name: "Português" }).click();
  await expect(email.conversation).toContainText("Traduzido.");
  await email.showEmail();
  await email.expectField("Body", PORTUGUESE);
  await email.showChat();
  await email.press("Translate…");
  await email.page.getByLabel("Another language").fill("Klingon");
  await email.page.getByLabel("Another language").press("Enter");
  await expect(email.conversation).toContainText("Qapla'!");
  await email.press("Translate…");
  await email.page.getByLabel("Another language").press("Escape");
  await expect(email.page.getByLabel("Another language")).toHaveCount(0);
  await expect(email.button("Translate…")).toBeFocused();
});

test("story 10 a time in words is read by the server and shown before it is taken", async ({ email, model, api, page }) => {
  const monday = nextMonday();
  const calls: string[] = [];
  page.on("request", (request) => calls.push(new URL(request.url()).pathname));
  model.when("thank Ana", { reply: "I wrote it.", to: ["ana@example.com"], subject: "Thanks", body: "Thank you." });
  await email.begin();
  await email.ask("thank Ana at ana@example.com");
  await email.expectStage("Draft");
  await email.showChat();
  await email.press("Change time…");
  await expect(email.card.getByLabel("Date", { exact: true })).toBeFocused();

  const words = email.card.getByLabel("In words");
  await words.fill("monday 9am New York time");
  await words.press("Enter");
  await expect(email.card).toContainText(`${monday.text}, 09:00 (America/New_York)`);
  await expect(email.card).toContainText(/Your clock: .*\(Europe\/Lisbon\)/);
  expect(calls).toContain("/api/ai-agent/resolve_time");
  await expect(email.card.getByLabel("Date", { exact: true }), "nothing is taken yet").toHaveValue("");
  await email.press("Use this time");
  await expect(email.card.getByLabel("Date", { exact: true })).toHaveValue(monday.iso);
  await expect(email.card.getByLabel("Time zone")).toHaveValue("America/New_York");
  await email.press("Save");
  await email.expectStage("Ready to approve");
  const { send_at } = (await api.describe(email.id)).email;
  const there = new Date(send_at?.instant ?? "").toLocaleString("sv-SE", { timeZone: "America/New_York" });
  expect(there).toBe(`${monday.iso} 09:00:00`);
});

test("a time that is not understood is told in words, and presets need one press", async ({ email, watch, api }) => {
  watch.allow(/422/);
  await email.begin();
  await email.edit({ To: "ana@example.com", Subject: "Thanks", Body: "Thank you." });
  await email.expectStage("Draft");
  await email.press("Schedule…");
  const words = email.card.getByLabel("In words");
  for (const [said, told] of [
    ["soon", "I did not understand “soon”"],
    ["next tuesday", "At what time of that day?"],
    ["yesterday at 9", "in the past"],
  ] as const) {
    await words.fill(said);
    await email.press("Read it");
    await expect(email.card).toContainText(told);
    await expect(email.button("Use this time")).toHaveCount(0);
  }
  await email.press("1st of next month 09:00");
  await expect(email.card.getByLabel("Date", { exact: true })).toHaveValue(/^\d{4}-\d{2}-01$/);
  await email.press("Tomorrow 09:00");
  await email.press("Save");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  // Rescheduling needs no cancelling: a new version, a new approval.
  await email.press("Change time");
  await expect(email.card.getByLabel("Date", { exact: true })).toHaveValue(day(1).iso);
  await words.fill("tomorrow at 10");
  await words.press("Enter");
  await email.press("Use this time");
  await email.press("Save");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  const { stage, email: draft } = await api.describe(email.id);
  expect(draft.send_at?.wall.local).toBe(`${day(1).iso}T10:00:00`);
  expect(Date.parse(stage.schedule?.due ?? "")).toBe(Date.parse(draft.send_at?.instant ?? ""));
});

test("a foreign draft is read back in the person's language, and nothing of it is sent", async ({
  email,
  model,
  mail,
  api,
  page,
}) => {
  const body = "Olá Ana,\n\nobrigada pela conversa de ontem, foi muito bom falar com você.\n\nRenata";
  const says = "Hello Ana,\n\nthank you for the conversation yesterday, it was very good to talk to you.\n\nRenata";
  model.when("thank Ana", { reply: "Escrevi.", to: ["ana@example.com"], subject: "Obrigada", body });
  const held = model.hold("What does this email say in the language en", {
    translation: { subject: "Thank you", body: says },
  });
  await email.begin();
  await email.ask("thank Ana at ana@example.com, in Portuguese");
  await email.expectStage("Draft");
  await email.showEmail();
  await expect(email.card.getByRole("group", { name: "Body" }).getByRole("paragraph")).toHaveAttribute("lang", "pt");
  await email.press("What does it say?");
  const reading = email.card.getByRole("region", { name: "What it says" });
  await expect(reading).toContainText("Reading the draft…");
  // The email is as free as before: it neither waits nor works.
  await email.expectStage("Draft");
  await email.reload();
  await email.showEmail();
  await expect(reading, "the question is kept on the server").toContainText("Reading the draft…");
  held.release();
  await expect(reading).toContainText("thank you for the conversation yesterday");
  await expect(reading).toContainText("never sent");
  expect((await api.describe(email.id)).version).toBe(1);
  const asked = model.asked("What does this email say")[0];
  expect(asked?.body["store"], "the provider keeps none of it").toBe(false);
  expect(asked?.body["previous_response_id"] ?? null).toBeNull();

  await email.press("Send now");
  await email.expectStage("Sent");
  expect(mail.mails.map(({ parsed }) => parsed.text?.trimEnd())).toEqual([body]);
  await expect(page.getByRole("region", { name: "What it says" })).toContainText("Thank you");
});

test("a reading that fails says why, and a draft in one's own language has none", async ({ email, model }) => {
  const body = "Olá Ana,\n\nobrigada pela conversa de ontem, foi muito bom falar com você.\n\nRenata";
  model.when("thank Ana", { reply: "Escrevi.", to: ["ana@example.com"], subject: "Obrigada", body });
  model.when("What does this email say", { status: 401, code: "invalid_api_key" });
  await email.begin();
  await email.ask("thank Ana at ana@example.com, in Portuguese");
  await email.expectStage("Draft");
  await email.showEmail();
  await email.press("What does it say?");
  await expect(email.card.getByRole("alert").filter({ hasText: "OPENAI_API_KEY" })).toBeVisible();
  model.when("What does this email say", { translation: { subject: "Thank you", body: "Thanks, Ana." } });
  await email.press("Ask again");
  await expect(email.card.getByRole("region", { name: "What it says" })).toContainText("Thanks, Ana.");

  await email.edit({ Subject: "Thank you", Body: "Dear Ana,\n\nthank you for the conversation yesterday.\n\nRenata" });
  await expect(email.button("Save")).toHaveCount(0);
  await expect(email.card.getByRole("group", { name: "Body" }).getByRole("paragraph")).toHaveAttribute("lang", "en");
  await expect(email.button("What does it say?")).toHaveCount(0);
  await expect(email.card.getByRole("region", { name: "What it says" })).toHaveCount(0);
});

test("story 32 what should be looked at before the approval leads to its field", async ({ email, model, api }) => {
  const long = "word ".repeat(250);
  const body = `Dear Ana,\n\nthe invoice is attached.\n\n${long}\n\n[Your Name]`;
  model.when("thank Ana", { reply: "I wrote it.", to: ["ana@example.com"], subject: "", body });
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Draft");
  await email.showEmail();
  const warnings = email.card.getByRole("list", { name: "Before you approve" });
  await expect(warnings).toContainText("The subject is empty.");
  await expect(warnings).toContainText("“[Your Name]” looks like a gap");
  await expect(warnings).toContainText("The text says “attached”, but this email has no attachment.");
  await expect(warnings).toContainText(/One line of the text has 1[0-9]{3} characters/);
  await warnings.getByRole("button", { name: "Go to Subject" }).click();
  await expect(email.field("Subject")).toBeFocused();
  await warnings.getByRole("button", { name: "Go to Body" }).first().click();
  await expect(email.field("Body")).toBeFocused();
  await email.fill({ Subject: "Invoice", Body: "Dear Ana,\n\nthe invoice will follow.\n\nRenata" });
  await email.press("Save");
  await expect(warnings).toBeHidden();
  expect((await api.describe(email.id)).warnings).toEqual([]);
});

test.describe("without a model", () => {
  test.use({ assistant: "offline", delivery: "outbox" });

  test("one tap is answered honestly by the demo", async ({ email, api }) => {
    await email.begin();
    await email.ask("write to ana@example.com: obrigada pela conversa de ontem, foi muito bom falar com você");
    await email.expectStage("Draft");
    await email.showChat();
    await email.press("Shorter");
    await expect(email.conversation).toContainText("I cannot do that. I am the built-in demo");
    await email.press("Translate…");
    await email.page.getByRole("group", { name: "Translate into" }).getByRole("button", { name: "English" }).click();
    await expect(email.conversation.getByText("I cannot do that.")).toHaveCount(2);
    expect((await api.describe(email.id)).version).toBe(1);
    await email.showEmail();
    await expect(email.button("What does it say?"), "nobody could answer").toHaveCount(0);
  });
});
