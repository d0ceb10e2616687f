/**
 * The process dies without warning, in the four moments that matter, over and over
 * (`CRASH_ROUNDS`, 2 unless set). Nothing may be lost and nothing may happen twice.
 *
 * With the engine apart it is now the app, now the engine, now both that die.
 */
import { expect, test } from "../fixtures.ts";
import type { Api, EmailView } from "../servers/api.ts";
import { ENGINE_APART, type Victim } from "../servers/app.ts";
import type { ModelServer, ModelTurn } from "../servers/model.ts";
import { reaches, until } from "../servers/waits.ts";

const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 2);
const VICTIMS: Victim[] = ENGINE_APART ? ["server", "engine", "both"] : ["server"];
const ROUND_MS_MAX = 45_000;

test.use({ sendRetrySeconds: "2,2,2" });
test.setTimeout(60_000 + ROUNDS * ROUND_MS_MAX);

test("kill -9 during a model call: no turn is lost or doubled", async ({ app, api, model }) => {
  const tally = new Tally("during a model call");
  const rounds = await everyRound(async (round) => {
    const words = wordsOf(round);
    const held = model.hold(words, answerOf(round, 3600));
    const id = await api.start();
    await api.request(id, words);
    await until("the model was asked", () => model.asked(words).length > 0);
    // Every other time the answer is already on its way.
    if (round % 2 === 1) held.release();
    app.killNow(victim(round));
    held.release();
    await app.recover();
    return { id, words };
  });
  for (const { id, words } of rounds) {
    const view = await reaches(api, id, "ready_to_approve");
    const said = view.conversation.map(({ speaker, text }) => `${speaker}: ${text}`);
    expect(said).toEqual([`you: ${words}`, `agent: I wrote it.`]);
    expect(view.queue).toEqual([]);
    expect(view.version).toBe(1);
    tally.count("turn kept once");
    tally.add("asked again", model.asked(words).length - 1);
  }
  tally.print();
});

test("kill -9 while scheduled: every mail leaves, once", async ({ app, api, model, mail }) => {
  const tally = new Tally("while scheduled");
  await everyRound(async (round) => {
    const id = await readyToApprove(api, model, round, 3);
    await approve(api, id);
    await reaches(api, id, "scheduled");
    app.killNow(victim(round));
    await app.recover();
    const view = await reaches(api, id, "sent");
    tally.count(view.stage.name);
  });
  for (let round = 1; round <= ROUNDS; round += 1) expect(mail.withSubject(subjectOf(round))).toHaveLength(1);
  tally.print();
});

test("kill -9 during back-off: every mail leaves, once", async ({ app, api, model, mail }) => {
  const tally = new Tally("during back-off");
  await everyRound(async (round) => {
    mail.refuseRecipient(recipientOf(round), { code: 451, text: "4.7.1 Greylisted, try again later" }, 2);
    const id = await readyToApprove(api, model, round, 3);
    await approve(api, id);
    await reaches(api, id, "retrying");
    app.killNow(victim(round));
    await app.recover();
    const view = await reaches(api, id, "sent");
    tally.count(view.stage.name);
  });
  for (let round = 1; round <= ROUNDS; round += 1) expect(mail.withSubject(subjectOf(round))).toHaveLength(1);
  expect(mail.attempts, "no attempt was repeated or left out").toBe(3 * ROUNDS);
  tally.print();
});

test("kill -9 between the mail server's 250 and our commit: never a second mail", async ({ app, api, model, mail }) => {
  const tally = new Tally("between the 250 and our commit");
  const rounds = await everyRound(async (round) => {
    const id = await readyToApprove(api, model, round, 3);
    const killed = new Promise<void>((done) => {
      mail.onAccepted = (received) => {
        if (received.parsed.subject !== subjectOf(round)) return;
        soon(round, () => {
          app.killNow(victim(round));
          done();
        });
      };
    });
    await approve(api, id);
    await killed;
    await app.recover();
    return { id, round };
  });
  for (const { id, round } of rounds) {
    const view = await reaches(api, id, "sent", "unsure");
    tally.count(view.stage.name);
    const handedOver = mail.withSubject(subjectOf(round));
    expect(handedOver).toHaveLength(1);
    expect(handedOver[0]?.parsed.messageId).toBe(view.stage.proof?.message_id);
    if (view.stage.name === "unsure") {
      await api.command(id, { do: "settle", answer: "arrived" });
      await reaches(api, id, "sent");
    }
  }
  expect(mail.mails).toHaveLength(ROUNDS);
  tally.print();
});

/** Counts of one case, for its one line of summary. */
class Tally {
  private readonly counts = new Map<string, number>();

  constructor(private readonly title: string) {}

  count(what: string): void {
    this.add(what, 1);
  }

  add(what: string, number: number): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + number);
  }

  print(): void {
    const counts = [...this.counts].map(([what, number]) => `${what} ${number}`).join(", ");
    console.log(`kill -9 ${this.title}: ${ROUNDS} rounds, ${counts}`);
  }
}

/** Now at once, now a moment later: our commit follows the 250 within a millisecond or two. */
function soon(round: number, kill: () => void): void {
  if (round % 3 === 0) kill();
  else if (round % 3 === 1) setImmediate(kill);
  else setTimeout(kill, 1);
}

async function everyRound<Result>(round: (number: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let number = 1; number <= ROUNDS; number += 1) {
    results.push(await test.step(`round ${number}`, () => round(number)));
  }
  return results;
}

async function readyToApprove(api: Api, model: ModelServer, round: number, seconds: number): Promise<string> {
  const words = wordsOf(round);
  model.when(words, answerOf(round, seconds));
  const id = await api.start();
  await api.request(id, words);
  await reaches(api, id, "ready_to_approve");
  return id;
}

async function approve(api: Api, id: string): Promise<void> {
  const { version }: EmailView = await api.describe(id);
  await api.command(id, { do: "approve", version });
}

function victim(round: number): Victim {
  return VICTIMS[round % VICTIMS.length] ?? "server";
}

function recipientOf(round: number): string {
  return `ana+${round}@example.com`;
}

function wordsOf(round: number): string {
  return `Thank ana+${round}@example.com for round ${round}.`;
}

function subjectOf(round: number): string {
  return `Olá, round ${round}`;
}

function answerOf(round: number, seconds: number): ModelTurn {
  return {
    reply: "I wrote it.",
    to: [recipientOf(round)],
    subject: subjectOf(round),
    body: `Olá Ana,\n\nobrigada pela volta ${round}.\n\nRenata`,
    send: { change: "after", amount: seconds, unit: "seconds" },
  };
}
