/**
 * The app itself: the real `server` binary with a data folder of its own, and, if the environment
 * says `ENGINE=apart`, the real `iwf-engine serve` beside it.
 *
 * Both can be killed with -9 and started again on the same folder and port, which is what the crash
 * tests do.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { simpleParser, type ParsedMail } from "mailparser";
import { freePort, RunningProgram } from "./process.ts";

const execute = promisify(execFile);
const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** Whether the engine runs as a process of its own. */
export const ENGINE_APART = process.env["ENGINE"] === "apart";

export interface AppSettings {
  /** Further environment of the server: assistant, mail, approval and so on. */
  env: Record<string, string>;
}

/** Which process dies. The engine is one only when it runs apart. */
export type Victim = "server" | "engine" | "both";

export class App {
  private readonly doomed = new Set<RunningProgram>();
  private upgrades = 0;

  private constructor(
    /** Where its pages are. */
    readonly url: string,
    /** Its data folder. */
    readonly dataDir: string,
    private readonly folder: string,
    private readonly server: RunningProgram,
    private readonly engine: RunningProgram | undefined,
  ) {}

  static async start(settings: AppSettings): Promise<App> {
    for (let triesLeft = 3; ; triesLeft -= 1) {
      try {
        return await App.startOnce(settings);
      } catch (fault) {
        // Between the search for a free port and its use somebody else may take it.
        if (triesLeft === 1 || !String(fault).includes("Address already in use")) throw fault;
      }
    }
  }

  private static async startOnce({ env }: AppSettings): Promise<App> {
    const folder = await mkdtemp(join(tmpdir(), "email-agent-"));
    const dataDir = join(folder, "data");
    await mkdir(dataDir);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const apart = ENGINE_APART ? await engineApart(folder) : undefined;
    const server = new RunningProgram({
      command: binary("SERVER_BIN", "server"),
      args: [],
      env: {
        EMAIL_AGENT_ADDR: `127.0.0.1:${port}`,
        EMAIL_AGENT_DATA_DIR: dataDir,
        LEPTOS_SITE_ROOT: process.env["LEPTOS_SITE_ROOT"] ?? join(ROOT, "target/site"),
        RUST_BACKTRACE: "1",
        ...(process.env["RUST_LOG"] === undefined ? {} : { RUST_LOG: process.env["RUST_LOG"] }),
        ...apart?.env,
        ...env,
      },
      folder,
      readyUrl: `${url}/readyz`,
      logFile: join(folder, "server.log"),
    });
    const app = new App(url, dataDir, folder, server, apart?.program);
    try {
      await app.startAll();
    } catch (fault) {
      await app.stop();
      throw fault;
    }
    return app;
  }

  /** `kill -9`, at once: for the moment that must be hit. Follow it with `recover`. */
  killNow(victim: Victim = "server"): void {
    const programs = { server: [this.server], engine: [this.engine], both: [this.server, this.engine] }[victim];
    for (const program of programs) {
      if (program === undefined) continue;
      program.killNow();
      this.doomed.add(program);
    }
  }

  /** `kill -9`, and waits until it is gone. Follow it with `recover`. */
  async kill(victim: Victim = "server"): Promise<void> {
    this.killNow(victim);
    for (const program of this.doomed) await program.exited();
  }

  /** Runs `iwf-engine` on the data folder of the engine, wherever that is, as an operator would. */
  async engineTool(command: string, ...args: string[]): Promise<void> {
    const folder = ENGINE_APART ? join(this.folder, "engine") : join(this.dataDir, "engine");
    await execute(binary("IWF_ENGINE_BIN", "iwf-engine"), [command, ...args, "--data-dir", folder]);
  }

  /** Waits until whatever was killed is gone, and starts it again: same folder, same port. */
  async recover(): Promise<void> {
    for (const program of this.doomed) await program.exited();
    this.doomed.clear();
    await this.startAll();
  }

  /** What an upgrade does: other files of the programs are put in place, and take over the data. */
  async upgrade(): Promise<void> {
    this.upgrades += 1;
    const programs = { server: this.server, engine: this.engine };
    for (const [name, program] of Object.entries(programs)) {
      await program?.copyTo(join(this.folder, `${name}-${this.upgrades}`));
    }
    await this.server.stop();
    await this.engine?.stop();
    await this.startAll();
  }

  /** The `.eml` files of the outbox folder, as text. */
  async outbox(): Promise<string[]> {
    const folder = join(this.dataDir, "outbox");
    const names = await readdir(folder).catch(() => []);
    const mails = names.filter((name) => name.endsWith(".eml"));
    return Promise.all(mails.map((name) => readFile(join(folder, name), "utf8")));
  }

  /** The mails of the outbox folder, as another mail program reads them. */
  async outboxParsed(): Promise<ParsedMail[]> {
    return Promise.all((await this.outbox()).map((text) => simpleParser(text)));
  }

  /** What server and engine have logged. */
  log(): string {
    return `${this.server.log()}\n${this.engine?.log() ?? ""}`;
  }

  /** The engine first: the server is ready only once it reaches its engine. */
  private async startAll(): Promise<void> {
    for (const program of [this.engine, this.server]) {
      if (program?.hasEnded() === true) await program.start();
    }
  }

  /** Ends everything and removes the data. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.engine?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function engineApart(folder: string): Promise<{ env: Record<string, string>; program: RunningProgram }> {
  const [enginePort, workerPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${enginePort}`;
  const program = new RunningProgram({
    command: binary("IWF_ENGINE_BIN", "iwf-engine"),
    args: ["serve", "--addr", `127.0.0.1:${enginePort}`, "--data-dir", join(folder, "engine")],
    env: {},
    folder,
    readyUrl: `${url}/info/healthcheck`,
    logFile: join(folder, "engine.log"),
  });
  const worker = `127.0.0.1:${workerPort}`;
  return {
    env: { IWF_SERVER_URL: url, IWF_WORKER_ADDR: worker, IWF_WORKER_URL: `http://${worker}` },
    program,
  };
}

/** The binary that `variable` names, or the one that cargo built. */
function binary(variable: string, name: string): string {
  const path = process.env[variable] ?? join(ROOT, "target/debug", name);
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist: run \`cargo xtask build\` first, or set ${variable}`);
  }
  return path;
}
