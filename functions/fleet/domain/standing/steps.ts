import { saidBy } from '../outcome';

/** An event of an execution's history, with the fields that steps are read from. */
export interface HistoryLine {
  readonly id: number;
  readonly at: Date;
  readonly type: string;
  /** For `…StateEntered` and `…StateExited`. */
  readonly state?: string;
  /** For failures. */
  readonly error?: string;
  readonly cause?: string;
}

/** One visit of a state: its attempts, and what it waited for between them. */
export interface StepVisit {
  readonly state: string;
  readonly from: Date;
  /** Absent while the visit lasts. */
  readonly to?: Date;
  readonly outcome: 'done' | 'failed' | 'running';
  /** How often its function was called. */
  readonly attempts: number;
  /** How often it waited for each error, by the error's name. */
  readonly waitedFor: Readonly<Record<string, number>>;
  /** Its last message: how far it is, or why it failed. */
  readonly said?: string;
  /** The name of the error that it failed with, or waits for. */
  readonly error?: string;
  /** Whether an operator had it run again. */
  readonly redriven: boolean;
}

interface OpenStep {
  state: string;
  from: Date;
  attempts: number;
  waitedFor: Record<string, number>;
  said?: string;
  error?: string;
  redriven: boolean;
}

/**
 * The visits of an execution's states, in order. A redrive begins a new visit of the failed state, whether or not the
 * history enters the state again (a Fail state is not entered again).
 *
 * @param lines oldest first. If the oldest are missing (a long history is read from its end), the first visit begins
 * with the first line.
 */
export function stepsOf(lines: readonly HistoryLine[]): StepVisit[] {
  const visits: StepVisit[] = [];
  let open: OpenStep | undefined;
  let lastState = '';
  const close = (outcome: StepVisit['outcome'], to?: Date) => {
    if (open !== undefined) visits.push({ ...open, outcome, ...(to !== undefined && { to }) });
    open = undefined;
  };
  const begin = (state: string, at: Date, redriven: boolean) => {
    open = { state, from: at, attempts: 0, waitedFor: {}, redriven };
    lastState = state;
  };
  for (const line of lines) {
    if (line.type.endsWith('StateEntered')) {
      const again = open?.redriven === true && open.state === line.state && open.attempts === 0;
      if (!again) {
        close('done', line.at);
        begin(line.state ?? '', line.at, false);
      }
    } else if (line.type.endsWith('StateExited')) {
      close('done', line.at);
    } else if (line.type === 'ExecutionRedriven') {
      close('failed', line.at);
      begin(lastState, line.at, true);
    } else if (/^Execution(Failed|Aborted|TimedOut)$/.test(line.type)) {
      close('failed', line.at);
    } else if (open !== undefined) {
      noteAttempt(open, line);
    }
  }
  close('running');
  return visits;
}

function noteAttempt(open: OpenStep, { type, error, cause }: HistoryLine): void {
  if (/Scheduled$/.test(type)) open.attempts += 1;
  if (!/(Failed|TimedOut)$/.test(type) || error === undefined) return;
  open.waitedFor[error] = (open.waitedFor[error] ?? 0) + 1;
  open.error = error;
  const said = saidBy(cause);
  if (said !== undefined) open.said = said;
}
