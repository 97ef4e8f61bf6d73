import type { ChildProcess } from 'node:child_process';
import { CannotServe } from './cannot-serve';

/**
 * A PostgreSQL that runs as a child of this process. Another may end it (a person, the kernel that is out of memory): that
 * is noticed, and it can be started again, with what was committed.
 */
export class PostgresServer {
  readonly #launch: () => ChildProcess;
  readonly #listeners = new Set<(how: string) => void>();
  #child: ChildProcess | undefined;
  #ended: string | undefined;

  constructor(launch: () => ChildProcess) {
    this.#launch = launch;
  }

  /** How it has ended though it was not asked to; `undefined` while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Calls the listener when it ends though it was not asked to. */
  onEnd(listener: (how: string) => void): void {
    this.#listeners.add(listener);
  }

  /** @throws CannotServe where it does not start, with its last words. */
  async start(): Promise<void> {
    const child = this.#launch();
    const said = saidBy(child);
    await ready(child, said);
    this.#child = child;
    this.#ended = undefined;
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#ended = howEnded({ code, signal }, said());
      for (const tell of this.#listeners) tell(this.#ended);
    });
  }

  /** Fast: what is not committed is rolled back. One that has ended already is not waited for. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGINT');
    });
  }

  /** The same without waiting, where this process ends. */
  kill(): void {
    this.#child?.kill('SIGINT');
  }
}

/** Waits until a child has ended. @throws CannotServe where it did not do its work. */
export async function finished(child: ChildProcess, name: string): Promise<void> {
  const said = saidBy(child);
  const end = await new Promise<End>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  if (end.code !== 0) throw cannotStart(name, howEnded(end, said()));
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One that ended by itself has said why in its last line; one that another has ended knows nothing of it. */
function howEnded({ code, signal }: End, said: string): string {
  if (signal !== null) return `it was ended by ${signal}`;
  return `it ended with ${code ?? '?'} (${said.trim().split('\n').at(-1) ?? ''})`;
}

function cannotStart(name: string, how: string): CannotServe {
  return new CannotServe(
    `${name} of PostgreSQL cannot run: ${how}. See whether there is space left (df) and memory (free), and run it again`,
  );
}

/** The end of what a child has written to its standard error. */
function saidBy(child: ChildProcess): () => string {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)));
  return () => said;
}

async function ready(server: ChildProcess, said: () => string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', () => {
      if (said().includes('ready to accept connections')) resolve();
    });
    server.on('error', reject);
    server.on('exit', (code, signal) => reject(cannotStart('the server', howEnded({ code, signal }, said()))));
  });
}
