/**
 * Bad input at every endpoint: a 4xx with a sentence that says what to do, never a 500, no trace of
 * the inside, and nothing changed.
 */
import { expect, test } from "../fixtures.ts";
import { type Api, newKey, type Refused, ZONE } from "../servers/api.ts";
import type { App } from "../servers/app.ts";
import { raw, type RawAnswer } from "../servers/raw.ts";
import { reaches } from "../servers/waits.ts";

test.use({ assistant: "offline", delivery: "outbox" });

const JSON_TYPE = { "content-type": "application/json" };
const UNKNOWN_ID = `email-${"a".repeat(26)}`;
const TOO_LONG = "é".repeat(200_000);

/** A good body of each call: each bad one below is this with one thing wrong. */
function goodBodies(id: string): Record<string, Record<string, unknown>> {
  return {
    start: { key: newKey(), time_zone: ZONE },
    describe: { id },
    timeline: { id },
    send_request: { id, key: newKey(), text: "make it shorter", time_zone: ZONE, draft_sequence: 1 },
    save_draft: { id, text: "make it", sequence: 1 },
    command: { id, key: newKey(), command: { do: "approve", version: 1 } },
    remove_request: { id, key: newKey() },
    list: { page: null, show: "all", search: "ana" },
    arrange: { id, change: { do: "rename", name: "Mine" } },
    duplicate: { id, key: newKey() },
    read_back: { id, key: newKey(), version: 1, language: "en" },
    compare: { id, from: 0, to: 1 },
    resolve_time: { text: "tomorrow at 9", time_zone: ZONE },
  };
}

test("what is missing, of the wrong type, too large or broken is refused in words", async ({ app, api }) => {
  const id = await emailWithDraft(api);
  const before = await picture(api, id);
  const refused = new Refusals(app);

  for (const [call, good] of Object.entries(goodBodies(id))) {
    for (const field of Object.keys(good)) {
      for (const wrong of [{ a: [1] }, [[]], true]) {
        await refused.json(call, { ...good, [field]: wrong });
      }
      // These may be left out.
      if (["draft_sequence", "page", "show", "search"].includes(field)) continue;
      const { [field]: _, ...rest } = good;
      await refused.json(call, rest);
    }
    const text = JSON.stringify(good);
    await refused.text(call, text.slice(0, -2));
    await refused.text(call, "");
    await refused.text(call, "[]");
    await refused.text(call, "\u0000");
    await refused.text(call, text, { "content-type": "text/plain" });
    await refused.text(call, `${text}${" ".repeat(1_200_000)}`, {}, [413]);
  }
  expect.soft(refused.faults).toEqual([]);
  expect(await picture(api, id)).toEqual(before);
});

test("values that cannot be are refused, each with the field it is about", async ({ app, api }) => {
  const id = await emailWithDraft(api);
  const before = await picture(api, id);
  const refused = new Refusals(app);
  const good = goodBodies(id);
  const edit = (fields: object) => ({ ...good["command"], command: { do: "edit", base: 1, edit: fields } });
  const command = (what: object) => ({ ...good["command"], command: what });

  const cases: Array<[call: string, body: object, statuses: number[], field?: string]> = [
    ["send_request", { ...good["send_request"], text: "" }, [422], "text"],
    ["send_request", { ...good["send_request"], text: " \n\t " }, [422], "text"],
    ["send_request", { ...good["send_request"], text: TOO_LONG }, [413, 422], "text"],
    ["send_request", { ...good["send_request"], time_zone: "Mars/Olympus" }, [422], "time_zone"],
    ["send_request", { ...good["send_request"], key: "a b" }, [422]],
    ["send_request", { ...good["send_request"], key: "k".repeat(65) }, [422]],
    ["send_request", { ...good["send_request"], draft_sequence: -1 }, [422]],
    ["save_draft", { ...good["save_draft"], text: TOO_LONG }, [413, 422], "text"],
    ["save_draft", { ...good["save_draft"], sequence: 1.5 }, [422]],
    ["start", { ...good["start"], time_zone: "x".repeat(100) }, [422], "time_zone"],
    ["command", command({ do: "explode" }), [422]],
    ["command", command({ do: "approve" }), [422]],
    ["command", command({ do: "approve", version: 99 }), [409, 422]],
    ["command", command({ do: "approve", version: -1 }), [422]],
    ["command", command({ do: "restore", version: 99 }), [409, 422]],
    ["command", command({ do: "settle", answer: "arrived" }), [409, 422]],
    ["command", command({ do: "try_again" }), [409, 422]],
    ["command", command({ do: "stop_turn" }), [422]],
    ["command", command({ do: "stop_turn", request: newKey() }), [409, 422]],
    ["command", command({ do: "edit", base: 99, edit: { body: "x" } }), [409, 422]],
    ["command", edit({ subject: "Hello\r\nBcc: evil@example.net" }), [422]],
    ["command", edit({ subject: "s".repeat(501) }), [413, 422]],
    ["command", edit({ to: ["ana@@example"] }), [422]],
    ["command", edit({ to: ["Ana <>"] }), [422]],
    ["command", edit({ to: ["ana@example.com\nBcc: evil@example.net"] }), [422]],
    ["command", edit({ to: Array.from({ length: 51 }, (_, i) => `a${i}@example.com`) }), [413, 422]],
    ["command", edit({ body: TOO_LONG }), [413, 422]],
    ["command", edit({ send_at: { local: "2020-01-01T09:00:00", zone: ZONE } }), [422]],
    ["command", edit({ send_at: { local: "2999-01-01T09:00:00", zone: ZONE } }), [422]],
    ["command", edit({ send_at: { local: "tomorrow", zone: ZONE } }), [422]],
    ["command", edit({ send_at: { local: "2030-01-01T09:00:00", zone: "Mars/Olympus" } }), [422]],
    ["command", edit({ not_after: { local: "2020-01-01T09:00:00", zone: ZONE } }), [422]],
    ["command", edit({ thread: { in_reply_to: "<a@b>\r\nBcc: evil@example.net" } }), [422]],
    ["command", edit({ thread: { in_reply_to: "<a@b>", references: Array(51).fill("<a@b>") } }), [422]],
    ["command", command({ do: "edit", base: 1, edit: {}, then: "explode" }), [422]],
    ["remove_request", { ...good["remove_request"], key: newKey() }, [404, 409, 422]],
    ["list", { page: "no such page" }, [422], "page"],
    ["list", { show: "nonsense" }, [422]],
    ["list", { search: "é".repeat(201) }, [413, 422], "search"],
    ["arrange", { id, change: { do: "explode" } }, [422]],
    ["arrange", { id, change: { do: "rename" } }, [422]],
    ["arrange", { id, change: { do: "rename", name: "a\nb" } }, [422], "name"],
    ["arrange", { id, change: { do: "rename", name: "é".repeat(121) } }, [413, 422], "name"],
    ["duplicate", { id, key: "a b" }, [422]],
    ["read_back", { ...good["read_back"], language: "english please" }, [422], "language"],
    ["read_back", { ...good["read_back"] }, [422], "language"],
    ["compare", { ...good["compare"], to: 99 }, [422], "to"],
    ["compare", { ...good["compare"], from: -1 }, [422]],
    ["resolve_time", { ...good["resolve_time"], text: "" }, [422], "text"],
    ["resolve_time", { ...good["resolve_time"], text: "when the cows come home" }, [422], "text"],
    ["resolve_time", { ...good["resolve_time"], text: TOO_LONG }, [413], "text"],
    ["resolve_time", { ...good["resolve_time"], time_zone: "Mars/Olympus" }, [422], "time_zone"],
  ];
  for (const [call, body, statuses, field] of cases) {
    const answer = await refused.json(call, body, statuses);
    if (field !== undefined) expect.soft(answer.field, `${call} ${JSON.stringify(body).slice(0, 120)}`).toBe(field);
  }
  expect.soft(refused.faults).toEqual([]);
  expect(await picture(api, id)).toEqual(before);
});

test("an unknown or malformed id is the same friendly 404 everywhere", async ({ app, api }) => {
  const id = await emailWithDraft(api);
  const refused = new Refusals(app);
  const messages = new Set<string>();
  for (const bad of [UNKNOWN_ID, "email-1", "", "../../etc/passwd", "é".repeat(5_000), id.toUpperCase()]) {
    for (const [call, good] of Object.entries(goodBodies(bad))) {
      if (!("id" in good)) continue;
      messages.add((await refused.json(call, good, [404])).message ?? "");
    }
  }
  expect.soft(refused.faults).toEqual([]);
  expect([...messages], "the same words, so that nothing can be learned from them").toHaveLength(1);

  for (const path of [`/e/${UNKNOWN_ID}`, "/e/nonsense", "/e/%2e%2e%2fdata", "/nowhere"]) {
    const page = await raw(`${app.url}${path}`, { method: "GET" });
    expect(page.status, path).toBe(404);
    expectNoInsides(page.text);
  }
});

test("no other method, and nothing from another site, changes anything", async ({ app, api }) => {
  const id = await emailWithDraft(api);
  const before = await picture(api, id);
  const refused = new Refusals(app);

  for (const [call, good] of Object.entries(goodBodies(id))) {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const answer = await raw(`${app.url}/api/ai-agent/${call}`, { method, headers: JSON_TYPE, body: JSON.stringify(good) });
      expect.soft(answer.status, `${method} ${call}`).toBe(405);
      expectNoInsides(answer.text);
    }
    const body = JSON.stringify(good);
    await refused.text(call, body, { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, [403]);
    await refused.text(call, body, { "sec-fetch-site": "cross-site" }, [403]);
    await refused.text(call, body, { origin: "null" }, [403]);
    // A name that somebody else pointed at this machine.
    await refused.text(call, body, { host: "evil.example", origin: "http://evil.example" }, [403]);
  }

  const foreign = { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" };
  for (const path of ["/start", `/e/${id}/cancel`, `/e/${id}/request`, `/e/${id}/command`, `/e/${id}/attach`, `/e/${id}/arrange`]) {
    const form = new URLSearchParams({ key: newKey(), do: "cancel", text: "x", version: "1" }).toString();
    expect.soft((await raw(`${app.url}${path}`, { headers: foreign, body: form })).status, path).toBe(403);
    expect.soft((await raw(`${app.url}${path}`, { method: "GET" })).status, `GET ${path}`).toBe(405);
  }
  expect.soft(refused.faults).toEqual([]);
  expect(await picture(api, id)).toEqual(before);
});

test("story 35 the seed's GET addresses change nothing", async ({ app, api }) => {
  const id = await emailWithDraft(api);
  const before = await picture(api, id);
  const query = new URLSearchParams({ workflowId: id, id, request: "send it now", draft: "x" });
  for (const path of ["request", "start", "describe", "save_draft", "send_request"]) {
    const answer = await raw(`${app.url}/api/ai-agent/${path}?${query}`, { method: "GET" });
    expect.soft([404, 405], path).toContain(answer.status);
    expectNoInsides(answer.text);
  }
  expect(await picture(api, id)).toEqual(before);
});

test("the same key again has one effect, and a late draft does not come back", async ({ api }) => {
  const key = newKey();
  const id = await api.start(key);
  expect(await api.start(key), "the same press of Start").toBe(id);

  await api.saveDraft(id, "write to ana@example.com: hello", 3);
  const press = newKey();
  await api.request(id, "write to ana@example.com: hello", press, 3);
  await api.request(id, "write to ana@example.com: hello", press, 3);
  const view = await reaches(api, id, "draft", "needs_answer", "ready_to_approve");
  expect(view.conversation.filter(({ speaker }) => speaker === "you")).toHaveLength(1);

  await api.saveDraft(id, "write to ana@example.com: hello", 2);
  await api.saveDraft(id, "write to ana@example.com: hello", 3);
  expect((await api.describe(id)).request_draft.text).toBe("");
});

/** An email with one version, and nothing going on. */
async function emailWithDraft(api: Api): Promise<string> {
  const id = await api.start();
  await api.request(id, "write to ana@example.com: thanks for the interview");
  const view = await reaches(api, id, "draft", "needs_answer", "ready_to_approve");
  expect(view.version).toBe(1);
  // The list follows a moment later.
  await expect.poll(async () => (await api.list()).emails.find((row) => row.id === id)?.stage).toBe(view.stage.name);
  return id;
}

/** All that a refused call must leave alone. */
async function picture(api: Api, id: string): Promise<object> {
  const { now: _, ...view } = (await api.describe(id)) as unknown as Record<string, unknown>;
  return { view, list: await api.list() };
}

/** Makes calls that must be refused, and collects what is wrong with how they are. */
class Refusals {
  readonly faults: string[] = [];

  constructor(private readonly app: App) {}

  async json(call: string, body: object, statuses?: number[]): Promise<Partial<Refused>> {
    return this.text(call, JSON.stringify(body), {}, statuses);
  }

  async text(
    call: string,
    body: string,
    headers: Record<string, string> = {},
    statuses?: number[],
  ): Promise<Partial<Refused>> {
    const url = `${this.app.url}/api/ai-agent/${call}`;
    const answer = await raw(url, { headers: { ...JSON_TYPE, ...headers }, body });
    const what = `${call} ${JSON.stringify(headers)} ${body.trim().slice(0, 160)} => ${answer.status} ${answer.text.slice(0, 200)}`;
    const { refused, faults } = judge(answer, statuses);
    this.faults.push(...faults.map((fault) => `${fault}: ${what}`));
    return refused;
  }
}

function judge({ status, type, text }: RawAnswer, statuses?: number[]): { refused: Partial<Refused>; faults: string[] } {
  const faults: string[] = [];
  const isRefusal = statuses?.includes(status) ?? (status >= 400 && status < 500);
  if (!isRefusal) faults.push(`not refused with ${statuses?.join(" or ") ?? "a 4xx"}`);
  if (!type.startsWith("application/json")) faults.push(`not JSON but ${type}`);
  const refused = parse(text);
  if (!/^[a-z_]+$/.test(refused.code ?? "")) faults.push("no code");
  // What happened, and what to do next.
  if (!/^[A-Z\u201c].{20,}[.!]$/s.test(refused.message ?? "")) faults.push("no sentence");
  if (INSIDES.test(text)) faults.push("tells of the inside");
  return { refused, faults };
}

function parse(text: string): Partial<Refused> {
  try {
    return JSON.parse(text) as Partial<Refused>;
  } catch {
    return {};
  }
}

const INSIDES = /panicked|backtrace|\.rs:\d+|Some\(|None\)|Err\(|\w::\w|sqlite|tokio/i;

function expectNoInsides(text: string): void {
  expect.soft(text).not.toMatch(INSIDES);
}
