import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, jsonLogger } from '../../../../functions/shared/runtime';
import { defaultPolicy } from '../../../../functions/shared/incidents/book';
import { sendLetters } from '../../../../functions/shared/incidents/notifier';
import { memoryStore } from '../../../../functions/shared/incidents/store';
import type { Mail } from '../../../../functions/shared/notify/letter';
import { statusPage } from '../../../../functions/probes/domain/page/html';
import { statusFile, type StatusFile } from '../../../../functions/probes/domain/page/status';
import { viewOf } from '../../../../functions/probes/domain/judge/view';
import { loadState } from '../../../../functions/probes/operations/judge-state';
import {
  judgeReports,
  type JudgeResult,
  type ReceivedReport,
} from '../../../../functions/probes/operations/judge-reports';
import type { Target } from '../../../../functions/probes/contracts/target';

export interface HomeProps {
  readonly clock: Clock;
  readonly regions: readonly string[];
  readonly targets: readonly Target[];
  readonly title: string;
  readonly refreshSeconds: number;
  /** Takes a mail; the book keeps one that is not taken. */
  readonly send: (mail: Mail) => Promise<void>;
}

/** What is at home in the cloud, on this machine: judge, mail and page, with the same code. State is in memory. */
export class LabHome {
  readonly #props: HomeProps;
  readonly #deps;
  #status: StatusFile | undefined;

  constructor(props: HomeProps) {
    this.#props = props;
    const { clock, regions, targets } = props;
    const log = jsonLogger(() => undefined);
    const config = { regions, targets };
    this.#deps = { store: memoryStore(), clock, log, system: 'probes', config, policy: defaultPolicy };
  }

  /** Judges what came, sends what is due, and makes the page again. */
  async judge(received: readonly ReceivedReport[]): Promise<JudgeResult> {
    const judged = await judgeReports(this.#deps, received);
    await sendLetters({ ...this.#deps, mailer: { send: this.#props.send } });
    // A report is about some targets; the page shows all of them.
    const { store, clock, config } = this.#deps;
    const { state } = await loadState(store, config);
    const view = viewOf(state, Math.floor(clock.now().getTime() / 1000), config);
    const names = Object.fromEntries(this.#props.targets.map(({ id, name }) => [id, name ?? id]));
    this.#status = statusFile(state, view, names);
    return judged;
  }

  get status(): StatusFile | undefined {
    return this.#status;
  }

  /** Serves page and `status.json` on loopback. @returns where, and how to end it. */
  async serve(port: number): Promise<{ readonly url: string; readonly close: () => void }> {
    const { title, refreshSeconds } = this.#props;
    const server: Server = createServer((request, response) => {
      const status = this.#status;
      if (status === undefined) response.writeHead(503).end('nothing is judged yet\n');
      else if (request.url === '/status.json')
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status));
      else if (request.url === '/')
        response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
          .end(statusPage(status, title, refreshSeconds));
      else response.writeHead(404).end('not here\n');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
  }
}
