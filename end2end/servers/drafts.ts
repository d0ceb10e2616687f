/** Emails as they are when a journey begins, made over the JSON calls. */
import type { Api, Stage } from "./api.ts";
import type { ModelServer, ModelTurn } from "./model.ts";
import { reaches } from "./waits.ts";

/** A draft to this person, for an hour from now unless `turn` says something else. */
export async function drafted(
  api: Api,
  model: ModelServer,
  who: string,
  turn: Partial<ModelTurn> = {},
): Promise<string> {
  return answered(api, model, `thank ${who}@example.com`, "ready_to_approve", {
    reply: "I wrote it.",
    to: [`${who}@example.com`],
    subject: `Thanks, ${who}`,
    body: `Dear ${who},\n\nthank you.\n\nRenata`,
    send: { change: "after", amount: 3600, unit: "seconds" },
    ...turn,
  });
}

/** An email of which these words were said, and what the model made of them. */
export async function answered(
  api: Api,
  model: ModelServer,
  words: string,
  stage: Stage["name"],
  turn: ModelTurn,
): Promise<string> {
  model.when(words, turn);
  const id = await api.start();
  await api.request(id, words);
  await reaches(api, id, stage);
  return id;
}

/** Approves it for so many seconds from now, and tells when that is. */
export async function schedule(api: Api, id: string, seconds: number): Promise<string> {
  const due = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toISOString();
  const { version } = await api.describe(id);
  const send_at = { local: due.slice(0, 19), zone: "UTC" };
  await api.command(id, { do: "edit", base: version, edit: { send_at } });
  await api.command(id, { do: "approve", version: version + 1 });
  return due;
}
