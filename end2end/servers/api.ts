/**
 * The JSON calls below `/api/ai-agent/`, as a script would make them. Types say only what tests read.
 */
import { randomUUID } from "node:crypto";

export interface Wish {
  wall: { local: string; zone: string };
  instant: string;
  note?: string;
}

export interface Email {
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  body: string;
  send_at: Wish | null;
  not_after?: Wish;
  attachments: Attachment[];
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  sha256: string;
}

export interface Proof {
  version: number;
  message_id: string;
  results: Array<{ recipient: string; accepted: boolean | null; answer: string }>;
}

export interface Stage {
  name:
    | "new"
    | "working"
    | "needs_answer"
    | "draft"
    | "ready_to_approve"
    | "scheduled"
    | "undo_window"
    | "sending"
    | "retrying"
    | "held"
    | "sent"
    | "partly_sent"
    | "unsure"
    | "not_sent"
    | "canceled";
  schedule?: { version: number; due: string; message_id: string };
  retrying?: { attempts: number; reason: string; next_at: string };
  held?: { why: string; schedule: { due: string }; since: string; until?: string };
  proof?: Proof;
  reason?: string;
}

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cost_microdollars?: number;
}

export interface EmailView {
  id: string;
  revision: number;
  stage: Stage;
  command_pending: boolean;
  version: number;
  email: Email;
  versions: Array<{ version: number; author: "agent" | "you"; changed: string[]; email: Email }>;
  conversation: Array<{ number: number; speaker: "you" | "agent" | "system"; text: string; failed?: boolean; unanswered?: boolean; usage?: Usage }>;
  queue: Array<{ key: string; text: string; in_work: boolean }>;
  request_draft: { text: string; sequence: number };
  warnings: Array<{ field: string; text: string; blocks: boolean }>;
  language: string | null;
  reading: { version: number; language: string; text: string; failed: boolean } | null;
  choices: Array<{ name: string; candidates: string[] }>;
  new_recipients: string[];
  usage?: Usage;
  waiting?: string;
}

export interface ContactBook {
  remembers: boolean;
  count: number;
}

export interface Contacts {
  contacts: Array<{ recipient: string; source: "sent" | "you"; times_used: number }>;
  next: string | null;
  book: ContactBook;
}

export interface Timeline {
  revision: number;
  is_cut: boolean;
  steps: Array<{ number: number; at: string; when: string; who: string; mood: string; text: string; more?: string[] }>;
  details: string;
}

export type Command =
  | {
      do: "edit";
      base: number;
      edit: Partial<Omit<Email, "send_at" | "not_after" | "attachments">> & {
        send_at?: Wish["wall"];
        clear_send_at?: true;
        not_after?: Wish["wall"];
        clear_not_after?: true;
        detach?: string[];
        thread?: { in_reply_to: string; references?: string[] };
      };
      then?: "approve" | "send_now";
    }
  | { do: "restore" | "approve" | "send_now"; version: number }
  | { do: "unschedule" | "try_now" | "try_again" | "cancel" }
  | { do: "stop_turn"; request: string }
  | { do: "settle"; answer: "arrived" | "send_again" };

/** What keeps mail from leaving by surprise. What is absent becomes as most people have it. */
export interface Safety {
  undo_seconds?: number;
  ask_when_late_minutes?: number | null;
  hold?: boolean;
  mails_per_hour?: number;
  mails_per_day?: number;
  allowed_domains?: string[];
}

export interface EmailList {
  emails: Array<{ id: string; stage: Stage["name"]; name: string; to: string; title: string; pinned: boolean }>;
  next: string | null;
  /** How many days after its deletion an email is erased. */
  erase_after_days: number;
}

export type Arrange =
  | { do: "rename"; name: string }
  | { do: "pin" | "unpin" | "archive" | "unarchive" | "delete" | "restore" | "erase" };

export interface Refused {
  code: string;
  message: string;
  field?: string;
}

/** An answer that is no 2xx. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly refused: Refused,
    call: string,
  ) {
    super(`${call} was answered ${status} ${refused.code}: ${refused.message}`);
  }
}

export const ZONE = "Europe/Lisbon";

/** A new idempotency key. */
export function newKey(): string {
  return randomUUID();
}

export class Api {
  /** With the key of a session, where one must sign in. */
  constructor(
    private readonly url: string,
    private readonly key?: string,
  ) {}

  async signIn(password: string): Promise<{ key: string; ends: string }> {
    return this.call("sign_in", { password });
  }

  async signOut(): Promise<void> {
    await this.call("sign_out", {});
  }

  async start(key = newKey()): Promise<string> {
    const started = await this.call<{ id: string }>("start", { key, time_zone: ZONE });
    return started.id;
  }

  async describe(id: string): Promise<EmailView> {
    const poll = await this.call<{ poll: string; view: EmailView }>("describe", { id });
    return poll.view;
  }

  async timeline(id: string): Promise<Timeline> {
    return this.call("timeline", { id });
  }

  async request(id: string, text: string, key = newKey(), draft_sequence = 0): Promise<void> {
    await this.call("send_request", { id, key, text, time_zone: ZONE, draft_sequence });
  }

  async saveDraft(id: string, text: string, sequence: number): Promise<{ sequence: number }> {
    return this.call("save_draft", { id, text, sequence });
  }

  async command(id: string, command: Command, key = newKey()): Promise<void> {
    await this.call("command", { id, key, command });
  }

  async list(query: { page?: string; show?: string; search?: string } = {}): Promise<EmailList> {
    return this.call("list", query);
  }

  async arrange(id: string, change: Arrange): Promise<void> {
    await this.call("arrange", { id, change });
  }

  async duplicate(id: string, key = newKey()): Promise<string> {
    return (await this.call<{ id: string }>("duplicate", { id, key })).id;
  }

  async safety(): Promise<Required<Safety>> {
    return this.call("safety", {});
  }

  async saveSafety(safety: Safety): Promise<Required<Safety>> {
    return this.call("save_safety", { safety });
  }

  async onHold(): Promise<{ everything: number; late: number; restored: number; others: number }> {
    return this.call("on_hold", {});
  }

  /** Sends all that are held for this reason. */
  async release(why: "late" | "restored"): Promise<{ emails: number }> {
    return this.call("release", { why });
  }

  async contacts(search = ""): Promise<Contacts> {
    return this.call("contacts", { search });
  }

  async saveContact(recipient: string): Promise<ContactBook> {
    return this.call("save_contact", { recipient });
  }

  async eraseContact(address: string): Promise<ContactBook> {
    return this.call("erase_contact", { address });
  }

  async eraseContacts(): Promise<ContactBook> {
    return this.call("erase_contacts", {});
  }

  async rememberContacts(on: boolean): Promise<ContactBook> {
    return this.call("remember_contacts", { on });
  }

  private async call<Answer>(name: string, body: object): Promise<Answer> {
    const response = await this.post(name, JSON.stringify(body));
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, JSON.parse(text) as Refused, name);
    return JSON.parse(text) as Answer;
  }

  /** A call with any body at all and any headers, for bad input. */
  async post(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/ai-agent/${name}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
        ...headers,
      },
      body,
    });
  }
}
