import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RegionAnswer, RegionTask } from './region-process';

/** A region in a process of its own. */
export class RegionProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<RegionProcess> {
    const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
    const child = fork(join(__dirname, 'region-process.ts'), { execArgv: ['--import', tsx] });
    const region = new RegionProcess(child);
    await region.#heard();
    return region;
  }

  async run(task: RegionTask): Promise<RegionAnswer> {
    this.#child.send(task);
    return (await this.#heard()) as RegionAnswer;
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  /** The next thing it says. @throws when it dies instead. */
  async #heard(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`a region's process ended with ${code ?? 'a signal'}`));
      this.#child.once('exit', died);
      this.#child.once('message', (message) => {
        this.#child.off('exit', died);
        resolve(message);
      });
    });
  }
}
