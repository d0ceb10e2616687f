/** What a screen reader says by itself while an email goes its way. */
import { expect, test } from "../fixtures.ts";
import { listenTo, type Said } from "../live-regions.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import type { ModelTurn } from "../servers/model.ts";

const TOMORROW: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
  send: { change: "after", amount: 1, unit: "days" },
};
const STAGES = ["Working", "Ready to approve", "Scheduled", "Sending soon", "Sending", "Sent"];

/** What the pill said. */
function stages(said: Said[]): string[] {
  return said.filter(({ part, role }) => part === "Status" && role === "status").map(({ text }) => text);
}

/** What was said of the time that is left. */
function countdown(said: Said[]): string[] {
  return said.map(({ text }) => text).filter((text) => /\d+ (s|min|h|seconds)\b/.test(text));
}

test("story 39 each state is said once, on the way from words to a sent mail", async ({ email, model, mail, page }) => {
  const said = await listenTo(page);
  const turn = model.hold("please thank Ana", TOMORROW);
  let accept = () => {};
  const accepted = new Promise<void>((resolve) => (accept = resolve));
  mail.beforeAnswer = () => accepted;
  await email.begin();
  await email.hydrated();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  turn.release();
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  await email.press("Send now");
  await email.expectStage(/^Sending in/);
  await email.expectStage("Sending");
  accept();
  await email.expectStage("Sent");

  await expect.poll(() => stages(said)).toEqual(STAGES);
  for (const stage of STAGES) {
    expect(said.filter(({ text }) => text === stage), `“${stage}” anywhere`).toHaveLength(1);
  }
  // The window for undoing has ten seconds, which are said once, if the page came to see them.
  expect([[], ["Leaves in 10 seconds."]]).toContainEqual(countdown(said));
  // What was said in the conversation is told once, and not again because of its clock.
  for (const { text } of said.filter(({ role }) => role === "log")) {
    expect(text).toMatch(/please thank Ana|I wrote it|is approved|has accepted/);
  }
  expect(said.filter(({ role, text }) => role === "alert" && text !== "")).toEqual([]);
});

test("story 39 a countdown is said at 60, 30 and 10 seconds, and is no chatter", async ({ email, model, api, page }) => {
  test.setTimeout(180_000);
  let asking = 0;
  page.on("request", () => (asking += 1));
  page.on("requestfinished", () => (asking -= 1));
  page.on("requestfailed", () => (asking -= 1));
  const said = await listenTo(page);
  const id = await drafted(api, model, "ana");
  const due = Date.parse(await schedule(api, id, 3600));
  await page.clock.install();
  await email.open(id);
  await email.expectStage("Scheduled");
  await expect(email.status).toContainText(/Leaves in (1 h|59 min)/);

  // The page's clock stands, and goes on second by second where something is said; in between it runs
  // through all its ticks at once (and may take the server's answers for late). It stays scheduled.
  await page.clock.pauseAt(due - 75_000);
  const seconds = Array.from({ length: 8 }, () => 1);
  for (const step of [14, ...seconds, 22, ...seconds, 12, ...seconds, 1, 1]) {
    // An answer of the server takes as long as it takes, by whatever clock.
    await expect.poll(() => asking).toBe(0);
    await page.clock.runFor(step * 1000);
  }
  await expect(email.status).toContainText(/Leaves in [123] s\b/);
  await expect
    .poll(() => countdown(said))
    .toEqual(["Leaves in 60 seconds.", "Leaves in 30 seconds.", "Leaves in 10 seconds."]);
  // The scan of the page at the end needs a clock that goes.
  await page.clock.resume();
});
