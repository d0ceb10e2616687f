/**
 * What every test starts from: its own app on its own data folder, with its own mail server and
 * model server, and a page that is watched.
 *
 * A test fails if a page throws or logs an error, if the app sent the model server something the
 * real service would refuse, if the server's log tells of a panic, or if the page on which it ends
 * is not accessible.
 */
import { rm } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { EmailPage } from "./email-page.ts";
import { Api } from "./servers/api.ts";
import { App } from "./servers/app.ts";
import { makeCertificate, type Certificate } from "./servers/certificate.ts";
import { MODEL_KEY, MODEL_NAME, ModelServer } from "./servers/model.ts";
import { MailServer, SENDER } from "./servers/smtp.ts";

export { expect };

/** While the server is down its pages cannot reach it, and the browser says so. */
export const NOT_CONNECTED = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch|503/;

export interface Options {
  /** Who writes the drafts: the scripted model server, or the demo that is built in. */
  assistant: "model" | "offline";
  /** Where mail goes: the mail server, or the outbox folder. */
  delivery: "smtp" | "outbox";
  approval: "ask" | "auto";
  /** Waits between attempts while the mail server is busy. */
  sendRetrySeconds: string;
  /** Everything is on hold from the start. */
  hold: boolean;
  /** Further settings of the app, by their names in its environment. */
  settings: Record<string, string>;
}

interface Fixtures {
  mail: MailServer;
  model: ModelServer;
  app: App;
  api: Api;
  watch: Watch;
  /** The page of a person with one browser. */
  email: EmailPage;
}

/** Collects what goes wrong in pages. */
export class Watch {
  readonly faults: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Console errors that this test provokes, such as a refused request. */
  allow(fault: RegExp): void {
    this.allowed.push(fault);
  }

  over(page: Page): void {
    page.on("pageerror", (error) => this.faults.push(`page error: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  unexpected(): string[] {
    return this.faults.filter((fault) => !this.allowed.some((allowed) => allowed.test(fault)));
  }
}

export const test = base.extend<Options & Fixtures, { certificate: Certificate }>({
  assistant: ["model", { option: true }],
  delivery: ["smtp", { option: true }],
  approval: ["ask", { option: true }],
  sendRetrySeconds: ["2,2,2", { option: true }],
  hold: [false, { option: true }],
  settings: [{}, { option: true }],

  certificate: [
    async ({}, use) => {
      const certificate = await makeCertificate();
      await use(certificate);
      await rm(certificate.folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],

  mail: async ({ certificate }, use) => {
    const mail = await MailServer.start(certificate);
    await use(mail);
    await mail.stop();
  },

  model: async ({}, use) => {
    const model = await ModelServer.start();
    await use(model);
    await model.stop();
    expect(model.faults, "what the app asked of the model").toEqual([]);
  },

  app: async (
    { assistant, delivery, approval, sendRetrySeconds, hold, settings, mail, model, certificate },
    use,
    testInfo,
  ) => {
    const env: Record<string, string> = {
      APPROVAL: approval,
      SEND_RETRY_SECONDS: sendRetrySeconds,
      // Also for a mail server that is only set on the page.
      SMTP_CA_FILE: certificate.authorityFile,
      ...settings,
    };
    if (hold) env["EMAIL_AGENT_HOLD"] = "1";
    if (assistant === "model") {
      Object.assign(env, { OPENAI_API_KEY: MODEL_KEY, OPENAI_BASE_URL: model.url, OPENAI_MODEL: MODEL_NAME });
    }
    if (delivery === "smtp") {
      Object.assign(env, {
        SMTP_URL: mail.url,
        MAIL_FROM: `${SENDER.name} <${SENDER.address}>`,
      });
    }
    const app = await App.start({ env });
    await use(app);
    const log = app.log();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach("server.log", { body: log, contentType: "text/plain" });
    }
    await app.stop();
    expect(log, "the server's log").not.toMatch(/panicked at|stack backtrace/);
  },

  api: async ({ app }, use) => use(new Api(app.url)),

  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.unexpected(), "errors in the page").toEqual([]);
  },

  // The app is named first, so that it outlives the pages that talk to it.
  context: async ({ app: _, watch, context }, use) => {
    context.on("page", (page) => watch.over(page));
    await use(context);
  },

  email: async ({ page, app }, use, testInfo) => {
    await use(new EmailPage(page, app));
    if (testInfo.status === "passed" && !page.isClosed()) await expectAccessible(page);
  },
});

/** By the rules that a machine can check; nothing found is let pass. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // From its beginning: what scrolls out behind the bar of a phone is no small target.
  await page.evaluate(() => window.scrollTo(0, 0));
  // No page holds one of another origin, so none needs an empty page beside it to finish the scan.
  const { violations } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode().analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join("; ")})`);
  expect(found, "accessibility").toEqual([]);
}
