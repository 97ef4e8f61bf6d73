import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Mutant } from './mutants';

/** What became of a mutant. `hung`: the tests did not end in the time that they have; it counts as caught. */
export interface Verdict extends Mutant {
  readonly by: string | undefined;
}

interface Answer {
  readonly failed?: string;
  readonly concerned?: readonly string[];
  readonly ms: number;
}

/** The tests fail, or none has to do with the file, before anything is changed. */
export class NothingToCompare extends Error {
  override readonly name = 'NothingToCompare';
}

interface Work {
  readonly file: string;
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
  readonly jobs: number;
}

/** Tries each mutant of a file, in processes of their own. @throws NothingToCompare */
export async function tryMutants({ file, tests, mutants, jobs }: Work): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const open = [...mutants];
  await Promise.all(
    Array.from({ length: Math.min(jobs, mutants.length) }, async () => {
      let worker: Worker | undefined;
      for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
        worker ??= await Worker.start(file, tests);
        const by = await worker.try(mutant);
        if (!worker.isAlive) worker = undefined;
        verdicts.push({ ...mutant, by });
      }
      worker?.end();
    }),
  );
  return verdicts.sort((left, right) => left.line - right.line);
}

class Worker {
  readonly #process: ChildProcess;
  // The first run loads everything, maybe on a busy machine.
  #timeoutMs = 600_000;

  private constructor(file: string, tests: readonly string[]) {
    this.#process = fork(join(__dirname, 'worker.mjs'), [file, ...tests], { silent: true });
    this.#process.stdout?.resume();
    this.#process.stderr?.resume();
  }

  /** After a run without any change: it tells which tests have to do with the file, and how long they take. */
  static async start(file: string, tests: readonly string[]): Promise<Worker> {
    const worker = new Worker(file, tests);
    const answer = await worker.#ask({});
    if (typeof answer === 'string' || answer.failed !== undefined || answer.concerned?.length === 0) {
      worker.end();
      const why = typeof answer === 'string' ? answer : (answer.failed ?? 'no test has to do with it');
      throw new NothingToCompare(`${file}: ${why}`);
    }
    // The first run has loaded everything; a busy machine is slower now and then.
    worker.#timeoutMs = 5_000 + 10 * answer.ms;
    return worker;
  }

  get isAlive(): boolean {
    return this.#process.connected;
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }

  async try({ text }: Mutant): Promise<string | undefined> {
    const answer = await this.#ask({ text });
    if (typeof answer !== 'string') return answer.failed;
    this.end();
    return answer;
  }

  /** @returns what the process says, or what has become of it. */
  #ask(message: { readonly text?: string }): Promise<Answer | string> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done('hung'), this.#timeoutMs);
      const died = () => done('died');
      const done = (answer: Answer | string) => {
        clearTimeout(timer);
        this.#process.off('exit', died);
        this.#process.off('message', done);
        resolve(answer);
      };
      this.#process.once('exit', died);
      this.#process.once('message', done);
      this.#process.send(message);
    });
  }
}
