import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from '../../../../functions/shared/schema';
import type { Lab } from '../../systems/fleet/lab';
import type { HistoryNotice } from '../../engine';
import type { BusEvent } from '../../region/event-bridge/event';
import { describeError, reasonIn } from './words';
import type { Screen } from './screen';

/** What is known of an execution while it is printed. */
interface Thread {
  readonly instanceId: string;
  name: string | undefined;
  state: string;
  lastWait: string | undefined;
  lastWaitAt: number;
}

/** The input of a launch or a release names its instance. */
const startedSchema = z.object({ instanceId: z.exactOptional(z.string()) });

// A poll that says the same kind of thing again is printed only so often, in lab time.
const repeatAfterMs = 10_000;

/** Tells on the screen what happens in the lab while it happens, a line each. */
export class Narrator {
  readonly #lab: Lab;
  readonly #screen: Screen;
  readonly #begun: number;
  readonly #threads = new Map<string, Thread>();

  constructor(lab: Lab, screen: Screen) {
    this.#lab = lab;
    this.#screen = screen;
    this.#begun = lab.clock.millis();
    lab.muster.engine.on('history', (notice) => this.#history(notice));
    lab.region.bus.watch((event) => this.#scaling(event));
    lab.region.topics.subscribe(lab.muster.topicArn, ({ Records }) => {
      for (const { Sns } of Records) this.#message(Sns.Subject ?? '', Sns.Message);
    });
  }

  /** A line about the world at large, or about one instance. */
  say(subject: string, text: string, state = ''): void {
    const seconds = Math.floor((this.#lab.clock.millis() - this.#begun) / 1000);
    const time = `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
    const [first = '', ...rest] = text.split('\n');
    const margin = `${time}  ${subject.padEnd(19)}  ${state.padEnd(18)}  `;
    this.#screen.line(
      `${this.#screen.style('dim', time)}  ${subject.padEnd(19)}  ${this.#screen.style('bold', state.padEnd(18))}  ${first}`,
    );
    for (const line of rest) this.#screen.line(`${' '.repeat(margin.length)}${this.#screen.style('dim', line)}`);
  }

  /** A message to people: what it is about, and what comes next. All of it is long. */
  #message(subject: string, text: string): void {
    const [, next = ''] = /^What happens next:\n([^]*?)\n\n/m.exec(text) ?? [];
    const rest = 'with the reason (as above), the links, and the command to retry';
    this.say(
      'message',
      [this.#screen.style('red', subject), next, rest].filter((part) => part !== '').join('\n'),
      'by mail',
    );
  }

  #scaling(event: BusEvent): void {
    const detail = event.detail as { EC2InstanceId?: string; StatusMessage?: string };
    const subject = detail.EC2InstanceId ?? '';
    switch (event['detail-type']) {
      case 'EC2 Instance-launch Lifecycle Action': {
        this.say(subject, 'launched; the launch hook holds it in Pending:Wait');
        return;
      }
      case 'EC2 Instance Launch Successful': {
        this.say(this.#nameOf(subject), this.#screen.style('green', 'InService'));
        return;
      }
      case 'EC2 Instance-terminate Lifecycle Action': {
        this.say(this.#nameOf(subject), 'leaves; the terminate hook holds it in Terminating:Wait');
        return;
      }
      case 'EC2 Instance Terminate Successful': {
        this.say(this.#nameOf(subject), 'terminated');
        return;
      }
      case 'EC2 Instance Launch Unsuccessful': {
        this.say(this.#nameOf(subject), this.#screen.style('red', `launch ended: ${detail.StatusMessage ?? ''}`));
        return;
      }
      default:
    }
  }

  #history({ executionArn, event }: HistoryNotice): void {
    const thread = this.#thread(executionArn, event);
    if (thread === undefined) return;
    switch (event.type) {
      case 'TaskStateEntered':
        thread.state = event.stateEnteredEventDetails?.name ?? thread.state;
        thread.lastWait = undefined;
        return;
      case 'TaskSucceeded': {
        this.#succeeded(thread, event.taskSucceededEventDetails?.output);
        return;
      }
      case 'TaskFailed': {
        this.#failed(thread, event.taskFailedEventDetails?.error ?? '', event.taskFailedEventDetails?.cause);
        return;
      }
      case 'ExecutionFailed': {
        this.say(
          thread.name ?? thread.instanceId,
          this.#screen.style('red', `FAILED: ${describeError(event.executionFailedEventDetails)}`),
          thread.state,
        );
        return;
      }
      case 'ExecutionRedriven': {
        this.say(thread.name ?? thread.instanceId, 'redriven', thread.state);
        return;
      }
      default:
    }
  }

  #thread(executionArn: string, event: HistoryEvent): Thread | undefined {
    if (event.type === 'ExecutionStarted') {
      const input = z.recordIn(startedSchema, event.executionStartedEventDetails?.input ?? '{}');
      const instanceId = input?.instanceId ?? executionArn;
      const name = this.#knownName(instanceId);
      this.#threads.set(executionArn, { instanceId, name, state: '', lastWait: undefined, lastWaitAt: 0 });
    }
    return this.#threads.get(executionArn);
  }

  #succeeded(thread: Thread, output: string | undefined): void {
    const result = reasonIn(output);
    this.say(thread.name ?? thread.instanceId, result.reason, thread.state);
    thread.name ??= result.name;
  }

  #failed(thread: Thread, error: string, cause: string | undefined): void {
    const now = this.#lab.clock.millis();
    if (thread.lastWait === error && now - thread.lastWaitAt < repeatAfterMs) return;
    thread.lastWait = error;
    thread.lastWaitAt = now;
    const text = `${error}: ${describeError({ cause })}`;
    this.say(thread.name ?? thread.instanceId, this.#screen.style('yellow', text.split('\n')[0] ?? text), thread.state);
  }

  #nameOf(instanceId: string): string {
    return this.#knownName(instanceId) ?? instanceId;
  }

  #knownName(instanceId: string): string | undefined {
    const named = [...this.#threads.values()].find((one) => one.instanceId === instanceId && one.name !== undefined);
    return named?.name;
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
