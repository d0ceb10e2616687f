/**
 * Starting, killing and restarting one of our programs on a fixed port, with its log in a file.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const READY_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;

export interface Program {
  /** The binary. */
  command: string;
  args: string[];
  /** Everything it sees of the environment: nothing of the tester's own settings leaks in. */
  env: Record<string, string>;
  /** Its working folder: not the repository, so that no `.env` of the developer is read. */
  folder: string;
  /** Answers 2xx once it is ready for work. */
  readyUrl: string;
  logFile: string;
}

export class RunningProgram {
  private child: ChildProcess | undefined;
  private command: string;

  constructor(private readonly program: Program) {
    this.command = program.command;
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const { args, env, folder, logFile } = this.program;
    const command = this.command;
    const log = createWriteStream(logFile, { flags: "a" });
    const child = spawn(command, args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.child = child;
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (fault) => reject(new Error(`${command} cannot be started: ${fault.message}`)));
      child.once("exit", (code, signal) => {
        reject(new Error(`${command} ended with ${signal ?? code} before it was ready:\n${this.log()}`));
      });
    });
    failed.catch(() => {});
    await Promise.race([this.ready(), failed]);
  }

  /** `kill -9`: the program gets no chance to tidy up. Returns at once; `exited` waits for it. */
  killNow(): void {
    this.child?.kill("SIGKILL");
  }

  /** `kill -9`, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.killNow();
    await this.exited();
  }

  /** From the next start on it is this copy of its file that runs. */
  async copyTo(path: string): Promise<void> {
    await copyFile(this.program.command, path);
    this.command = path;
  }

  /** Whether it is not running, however it ended. */
  hasEnded(): boolean {
    const child = this.child;
    return child === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  /** Until the process is gone, however it ended. */
  async exited(): Promise<void> {
    const child = this.child;
    if (child === undefined || this.hasEnded()) return;
    await new Promise<void>((gone) => child.once("exit", () => gone()));
  }

  /** Asks it to end, as Ctrl-C does, and kills it if it does not. */
  async stop(): Promise<void> {
    this.child?.kill("SIGTERM");
    const gone = this.exited();
    const timer = setTimeout(() => this.killNow(), STOP_MS_MAX);
    await gone;
    clearTimeout(timer);
  }

  /** What it has logged so far, over all starts. */
  log(): string {
    try {
      return readFileSync(this.program.logFile, "utf8");
    } catch {
      return "";
    }
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_MS_MAX;
    for (;;) {
      const ready = await fetch(this.program.readyUrl).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      if (Date.now() > deadline) throw new Error(`${this.program.readyUrl} did not answer:\n${this.log()}`);
      await pause(20);
    }
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((closed) => probe.close(() => closed()));
  return port;
}
