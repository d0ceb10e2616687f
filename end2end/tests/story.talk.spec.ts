/** The conversation while it goes wrong or on too long: stop, try again, edit and resend, what it costs. */
import { expect, test } from "../fixtures.ts";
import type { ModelTurn } from "../servers/model.ts";
import { reaches } from "../servers/waits.ts";

const NOT_CONNECTED = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch|503/;

const DRAFT: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
};

test("story 15 a turn can be stopped, and the queue goes on", async ({ email, model, api, page }) => {
  const held = model.hold("please thank Ana", DRAFT);
  model.when("write to Bob", { ...DRAFT, to: ["bob@example.com"], reply: "To Bob." });
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  await expect(email.button("Stop")).toBeVisible();
  await email.ask("write to Bob at bob@example.com");
  await expect(email.queue).toContainText("write to Bob");
  await email.press("Stop");
  await expect(email.conversation).toContainText("You stopped this.");
  await expect(email.conversation).toContainText("To Bob.");
  const before = await reaches(api, email.id, "draft");
  // The late answer changes nothing.
  held.release();
  await expect.poll(() => model.asked("please thank Ana").length).toBe(1);
  await page.reload();
  await email.hydrated();
  const view = await api.describe(email.id);
  expect(view.email.to).toEqual(["bob@example.com"]);
  expect(view.conversation.map(({ text }) => text)).toEqual(before.conversation.map(({ text }) => text));
  expect(view.conversation.map(({ text }) => text)).toEqual([
    "please thank Ana at ana@example.com",
    "You stopped this. Your words are kept, and the email is as it was.",
    "write to Bob at bob@example.com",
    "To Bob.",
  ]);
});

test("story 16 a stop holds through kill -9", async ({ email, model, api, app, watch }) => {
  watch.allow(NOT_CONNECTED);
  const held = model.hold("please thank Ana", DRAFT);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await expect.poll(() => model.requests.length).toBe(1);
  const { queue } = await api.describe(email.id);
  await api.command(email.id, { do: "stop_turn", request: queue[0]?.key ?? "" });
  app.killNow();
  await app.recover();
  held.release();
  await email.expectStage("Needs your answer");
  model.when("once more", { ...DRAFT, reply: "Once more." });
  await email.ask("once more, to ana@example.com");
  await email.expectStage("Draft");
  const { conversation } = await api.describe(email.id);
  expect(conversation.map(({ text }) => text)).toEqual([
    "please thank Ana at ana@example.com",
    "You stopped this. Your words are kept, and the email is as it was.",
    "once more, to ana@example.com",
    "Once more.",
  ]);
  expect(model.asked("please thank Ana"), "a stopped turn is not asked again").toHaveLength(1);
});

test("story 30 words that failed can be tried again, or edited and sent anew", async ({ email, model, api }) => {
  model.when("please thank Ana", { status: 401, code: "invalid_api_key", message: "Wrong key." });
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Needs your answer");
  await expect(email.conversation.getByRole("button", { name: "Edit and resend" })).toBeVisible();

  // What is typed meanwhile is not overwritten.
  await email.composer.fill("and copy Bob");
  await email.conversation.getByRole("button", { name: "Edit and resend" }).click();
  await expect(email.composer).toHaveValue("and copy Bob\nplease thank Ana at ana@example.com");
  await expect(email.composer).toBeFocused();

  model.when("please thank Ana", DRAFT);
  await email.conversation.getByRole("button", { name: "Try again" }).click();
  await email.expectStage("Draft");
  await expect(email.conversation.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(email.conversation, "what it cost is known only where prices are set").toContainText("150 tokens");
  await expect(email.conversation).not.toContainText("$");
  await expect(email.composer).toHaveValue("and copy Bob\nplease thank Ana at ana@example.com");
  const { conversation } = await api.describe(email.id);
  expect(conversation.filter(({ speaker }) => speaker === "you").map(({ text }) => text)).toEqual([
    "please thank Ana at ana@example.com",
    "please thank Ana at ana@example.com",
  ]);
});

test("story 30 a model that is busy is waited for, visibly", async ({ email, model }) => {
  let busy = true;
  model.when("please thank Ana", () => (busy ? { status: 429, message: "Slow down." } : DRAFT));
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  if (process.env["ENGINE"] === "apart") {
    // An engine of its own cannot be asked: the page says less, and nothing untrue.
    await expect(email.status).toContainText("Writing your draft…");
  } else {
    await expect(email.status).toContainText(/Attempt \d of 5 failed; (the next one|attempt \d is under way)/);
  }
  busy = false;
  await email.expectStage("Draft");
  await expect(email.status).not.toContainText("failed");
});

test.describe("with a price", () => {
  test.use({ settings: { OPENAI_PRICE_INPUT: "2.50", OPENAI_PRICE_OUTPUT: "10" } });

  test("story 30 each answer says what it cost", async ({ email, model, api }) => {
    model.when("please thank Ana", DRAFT);
    model.when("shorter", { reply: "Shorter now.", body: "Thank you." });
    await email.begin();
    await email.ask("please thank Ana at ana@example.com");
    await expect(email.conversation).toContainText("150 tokens, about $0.0008");
    await email.ask("shorter");
    await expect(email.conversation).toContainText("Shorter now.");
    expect((await api.describe(email.id)).usage).toEqual({
      input_tokens: 200,
      output_tokens: 100,
      cost_microdollars: 1500,
    });
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("story 41 a turn can be stopped and tried again with plain forms", async ({ page, app, model, api }) => {
    const held = model.hold("please thank Ana", DRAFT);
    const id = await api.start();
    await api.request(id, "please thank Ana at ana@example.com");
    await expect.poll(() => model.requests.length).toBe(1);
    await page.goto(`${app.url}/e/${id}`);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect(page.getByRole("log").getByText("You stopped this.")).toBeVisible();
    held.release();
    await page.getByRole("button", { name: "Try again", exact: true }).click();
    await reaches(api, id, "draft");
  });
});
