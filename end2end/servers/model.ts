/**
 * A language-model provider over HTTP: `POST /v1/responses` of the Responses API, with answers that
 * a test scripts.
 *
 * Each request is checked as the real service would: a strict JSON schema in `text.format`, and a
 * `previous_response_id` only if this server gave it out. Each scripted answer is validated against
 * the schema that the request carried, so a change of the app's schema fails here with its reason.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv, type Schema } from "ajv";
import { strictSchemaFaults } from "./strict-schema.ts";

/** A send time in the user's words, as the app's schema has it. */
export interface ModelTime {
  change: "keep" | "at" | "after" | "clear";
  date?: string;
  time?: string;
  zone?: string;
  amount?: number;
  unit?: "seconds" | "minutes" | "hours" | "days" | "weeks";
}

/** One answer of the model; what is left out is kept as it is. */
export interface ModelTurn {
  reply: string;
  asks?: boolean;
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  body?: string;
  send?: ModelTime;
  notAfter?: ModelTime;
  action?: "none" | "unschedule" | "cancel";
}

/** What a draft says, in the person's language. */
export interface ModelTranslation {
  translation: { subject: string; body: string };
}

/** What the server does with one request. */
export type ModelAnswer =
  | ModelTurn
  | ModelTranslation
  /** An HTTP error, as the provider would send it. */
  | { status: number; code?: string; message?: string }
  /** Any text in place of the JSON that was asked for. */
  | { rubbish: string }
  /** No answer at all, until the client gives up or the test stops. */
  | { hang: true };

/** One request as it came in. */
export interface ModelRequest {
  /** Its JSON body. */
  body: Record<string, unknown>;
  /** The last thing the user said, with whatever the app puts round it. */
  words: string;
  /** What the answer was called, once there is one. */
  answeredAs?: string;
  /** The `Authorization` header. */
  authorization: string | undefined;
}

/** A part of what the user said last. */
export type Words = RegExp | string;

type Script = (request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>;

export const MODEL_NAME = "scripted-model";
export const MODEL_KEY = "sk-end2end-not-a-secret";
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export class ModelServer {
  /** Requests in the order of arrival. */
  readonly requests: ModelRequest[] = [];
  /** What the app did that the real service would refuse. A fixture fails the test on any. */
  readonly faults: string[] = [];

  private readonly rules: Array<{ when: Words; script: Script }> = [];
  private readonly given = new Set<string>();
  private readonly hanging = new Set<ServerResponse>();
  private readonly server: Server;
  private readonly ajv = new Ajv({ allErrors: true, allowUnionTypes: true, validateFormats: false });
  private count = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((fault: unknown) => {
        this.faults.push(`the model server itself failed: ${String(fault)}`);
        response.destroy();
      });
    });
  }

  static async start(): Promise<ModelServer> {
    const model = new ModelServer();
    await new Promise<void>((listening) => model.server.listen(0, "127.0.0.1", listening));
    return model;
  }

  /** For `OPENAI_BASE_URL`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Answers requests whose last words match; a rule added later comes first. */
  when(words: Words, answer: ModelAnswer | Script): void {
    const script = typeof answer === "function" ? answer : () => answer;
    this.rules.unshift({ when: words, script });
  }

  /**
   * Answers requests whose last words match only once the test calls `release`. A repeat of the
   * same turn waits too, until released; after that answers come at once.
   */
  hold(words: Words, answer: ModelAnswer): { release: () => void } {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.when(words, async () => {
      await released;
      return answer;
    });
    return { release };
  }

  /** Forgets all ids that it gave out, as a provider does after its time of retention. */
  forget(): void {
    this.given.clear();
  }

  /** Requests whose last words match. */
  asked(words: Words): ModelRequest[] {
    return this.requests.filter((request) => matches(words, request));
  }

  async stop(): Promise<void> {
    for (const response of this.hanging) response.destroy();
    this.server.closeAllConnections();
    await new Promise<void>((closed) => this.server.close(() => closed()));
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.hanging.add(response);
    response.on("close", () => this.hanging.delete(response));
    if (incoming.method !== "POST" || incoming.url !== "/v1/responses") {
      this.faults.push(`unexpected call ${incoming.method} ${incoming.url}`);
      sendError(response, 404, "not_found", "There is nothing at this path.");
      return;
    }
    const body = JSON.parse(await readAll(incoming)) as Record<string, unknown>;
    const request: ModelRequest = {
      body,
      words: lastWords(body["input"]),
      authorization: incoming.headers.authorization,
    };
    this.requests.push(request);
    this.check(request);

    const previous = body["previous_response_id"];
    if (typeof previous === "string" && !this.given.has(previous)) {
      sendError(
        response,
        400,
        "previous_response_not_found",
        `Previous response with id '${previous}' not found.`,
        "previous_response_id",
      );
      return;
    }
    const rule = this.rules.find(({ when }) => matches(when, request));
    if (rule === undefined) {
      this.faults.push(`no answer is scripted for: ${request.words}`);
      sendError(response, 400, "no_script", "No answer is scripted for these words.");
      return;
    }
    this.answer(request, response, await rule.script(request));
  }

  private answer(request: ModelRequest, response: ServerResponse, answer: ModelAnswer): void {
    if ("hang" in answer) return;
    if ("status" in answer) {
      sendError(response, answer.status, answer.code ?? "server_error", answer.message ?? "Try again later.");
      return;
    }
    const text = "rubbish" in answer ? answer.rubbish : this.encode(request, answer);
    this.count += 1;
    const id = `resp_${this.count.toString().padStart(8, "0")}`;
    this.given.add(id);
    request.answeredAs = id;
    sendJson(response, 200, responseObject(id, request.body, text));
  }

  /** The scripted turn in the app's schema, with every property, as strict mode guarantees. */
  private encode(request: ModelRequest, answer: ModelTurn | ModelTranslation): string {
    if ("translation" in answer) return this.checked(request, answer.translation);
    const turn = answer;
    const content = {
      reply: turn.reply,
      asks: turn.asks ?? false,
      to: turn.to ?? null,
      cc: turn.cc ?? null,
      bcc: turn.bcc ?? null,
      subject: turn.subject ?? null,
      body: turn.body ?? null,
      send_time: encodedTime(turn.send),
      not_after: encodedTime(turn.notAfter),
      action: turn.action ?? "none",
    };
    return this.checked(request, content);
  }

  private checked(request: ModelRequest, content: object): string {
    const schema = formatOf(request.body)?.["schema"];
    if (schema !== undefined && !this.ajv.validate(schema as Schema, content)) {
      this.faults.push(`the scripted answer does not fit the app's schema: ${this.ajv.errorsText()}`);
    }
    return JSON.stringify(content);
  }

  private check(request: ModelRequest): void {
    const { body } = request;
    const format = formatOf(body);
    if (body["model"] !== MODEL_NAME) this.faults.push(`model is ${JSON.stringify(body["model"])}`);
    if (request.authorization !== `Bearer ${MODEL_KEY}`) this.faults.push("the key was not sent as a bearer token");
    if (request.words === "") this.faults.push("the request has no words of the user");
    if (format?.["type"] !== "json_schema" || format["strict"] !== true) {
      this.faults.push(`text.format is not a strict JSON schema: ${JSON.stringify(format)?.slice(0, 200)}`);
      return;
    }
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(String(format["name"]))) this.faults.push("text.format.name is not allowed");
    this.faults.push(...strictSchemaFaults(format["schema"]));
  }
}

function matches(words: Words, { words: said }: ModelRequest): boolean {
  return typeof words === "string" ? said.includes(words) : words.test(said);
}

function formatOf(body: Record<string, unknown>): Record<string, unknown> | undefined {
  const text = body["text"] as { format?: Record<string, unknown> } | undefined;
  return text?.format;
}

/** The text of the last user message, in each of the shapes that the API allows. */
function lastWords(input: unknown): string {
  if (typeof input === "string") return input;
  if (!Array.isArray(input)) return "";
  const messages = input as Array<{ role?: string; content?: unknown }>;
  const content = messages.findLast((message) => message.role === "user")?.content;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return (content as Array<{ text?: string }>).map((part) => part.text ?? "").join("\n");
}

/** A whole `Response` object: clients with strict types refuse one with parts missing. */
function responseObject(id: string, request: Record<string, unknown>, text: string): object {
  return {
    id,
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: "completed",
    error: null,
    incomplete_details: null,
    instructions: request["instructions"] ?? null,
    max_output_tokens: request["max_output_tokens"] ?? null,
    metadata: {},
    model: request["model"],
    output: [
      { type: "reasoning", id: `rs_${id}`, summary: [] },
      {
        type: "message",
        id: `msg_${id}`,
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
      },
    ],
    parallel_tool_calls: true,
    previous_response_id: request["previous_response_id"] ?? null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: request["text"],
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 150,
    },
    user: null,
  };
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error(`a request of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sendError(response: ServerResponse, status: number, code: string, message: string, param?: string): void {
  const type = status < 500 ? "invalid_request_error" : "server_error";
  sendJson(response, status, { error: { message, type, param: param ?? null, code } });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  // The app may have been killed while a test held the answer back.
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** All fields of a time, as strict mode guarantees them. */
function encodedTime(time: ModelTime = { change: "keep" }): object {
  const { change, date = null, time: clock = null, zone = null, amount = null, unit = null } = time;
  return { change, date, time: clock, zone, amount, unit };
}
