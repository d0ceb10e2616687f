/**
 * A mail server: TLS from the first byte, login required, and answers that a test can script.
 *
 * It records each message whose last dot it has received, whether or not it then said 250: from the
 * sender's side such a message may have been delivered, so "never a second mail" counts these.
 */
import type { AddressInfo, Socket } from "node:net";
import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { Certificate } from "./certificate.ts";

/** What the server says, `451 4.7.1 Greylisted`. */
export interface Refusal {
  code: number;
  text: string;
}

/** One message that came in whole. */
export interface ReceivedMail {
  /** Envelope recipients that were accepted. */
  recipients: string[];
  /** As it came over the wire. */
  raw: string;
  /** As another mail program reads it. */
  parsed: ParsedMail;
  /** Whether the client was told that it was accepted. */
  answered: boolean;
}

/** What happens once the last dot is in. */
export type AfterData =
  /** 250. */
  | { do: "accept" }
  /** A 4xx or 5xx instead of the 250: the message is not taken. */
  | { do: "refuse"; refusal: Refusal }
  /** Taken, but the connection breaks without an answer. */
  | { do: "drop" };

export const LOGIN = { user: "agent@mail.test", password: "correct horse" } as const;
export const SENDER = { name: "Renata Agent", address: "agent@mail.test" } as const;

export class MailServer {
  /** Messages in the order of arrival. */
  readonly mails: ReceivedMail[] = [];
  /** Envelopes begun: each is one attempt of the app to hand a message over. */
  attempts = 0;
  /** Called with each message after its 250 has been written (or the connection was dropped). */
  onAccepted: (mail: ReceivedMail) => void = () => {};
  /** Called with each message when its last dot is in, before anything is answered. */
  beforeAnswer: (mail: ReceivedMail) => Promise<void> = async () => {};

  private readonly server: SMTPServer;
  private readonly sockets = new Map<string, Socket>();
  private readonly recipientRefusals = new Map<string, Refusal[]>();
  private readonly afterData: AfterData[] = [];
  private password: string = LOGIN.password;
  private port = 0;

  private constructor(certificate: Certificate) {
    this.server = new SMTPServer({
      secure: true,
      key: certificate.key,
      cert: certificate.cert,
      name: "mail.test",
      disableReverseLookup: true,
      closeTimeout: 100,
      onSecure: (socket, session, done) => {
        this.sockets.set(session.id, socket);
        done();
      },
      onClose: (session, done) => {
        this.sockets.delete(session.id);
        done();
      },
      onAuth: (auth, _session, done) => {
        if (auth.username === LOGIN.user && auth.password === this.password) {
          done(null, { user: auth.username });
        } else {
          done(refusal({ code: 535, text: "5.7.8 Authentication credentials invalid" }));
        }
      },
      onMailFrom: (_address, _session, done) => {
        this.attempts += 1;
        done();
      },
      onRcptTo: (address, _session, done) => {
        const refused =
          this.recipientRefusals.get(address.address.toLowerCase())?.shift() ??
          this.recipientRefusals.get("*")?.shift();
        done(refused === undefined ? null : refusal(refused));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          this.received(Buffer.concat(chunks), session, done).catch((fault: unknown) => done(fault as Error));
        });
      },
    });
    // A client that is killed in the middle of an exchange resets its connection: expected here.
    this.server.on("error", () => {});
  }

  static async start(certificate: Certificate): Promise<MailServer> {
    const mail = new MailServer(certificate);
    await new Promise<void>((listening) => mail.server.listen(0, "127.0.0.1", listening));
    mail.port = (mail.server.server.address() as AddressInfo).port;
    return mail;
  }

  /** Where it listens, as a person would type it. */
  get address(): { host: string; port: string } {
    return { host: "localhost", port: String(this.port) };
  }

  /** For `SMTP_URL`. */
  get url(): string {
    const user = encodeURIComponent(LOGIN.user);
    const password = encodeURIComponent(LOGIN.password);
    return `smtps://${user}:${password}@localhost:${this.port}`;
  }

  /** Answers the next `times` RCPT commands for `address` (`*`: any) with a refusal. */
  refuseRecipient(address: string, refused: Refusal, times = Number.POSITIVE_INFINITY): void {
    const count = Math.min(times, 10_000);
    this.recipientRefusals.set(
      address.toLowerCase(),
      Array.from({ length: count }, () => refused),
    );
  }

  /** What happens after the next messages, in order; later ones are accepted. */
  afterNextData(...steps: AfterData[]): void {
    this.afterData.push(...steps);
  }

  /** From now on the login needs this password; the app keeps using the one in its settings. */
  changePassword(password: string): void {
    this.password = password;
  }

  /** Messages with this subject. */
  withSubject(subject: string): ReceivedMail[] {
    return this.mails.filter((mail) => mail.parsed.subject === subject);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.values()) socket.destroy();
    await new Promise<void>((closed) => this.server.close(closed));
  }

  private async received(
    bytes: Buffer,
    session: SMTPServerSession,
    done: (fault?: Error | null, message?: string) => void,
  ): Promise<void> {
    const step = this.afterData.shift() ?? { do: "accept" };
    if (step.do === "refuse") {
      done(refusal(step.refusal));
      return;
    }
    const mail: ReceivedMail = {
      recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
      raw: bytes.toString("utf8"),
      parsed: await simpleParser(bytes),
      answered: step.do === "accept",
    };
    this.mails.push(mail);
    await this.beforeAnswer(mail);
    if (step.do === "drop") {
      this.sockets.get(session.id)?.destroy();
    } else {
      done(null, `2.0.0 Ok: queued as ${this.mails.length}`);
    }
    this.onAccepted(mail);
  }
}

function refusal({ code, text }: Refusal): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
