import { gunzipSync } from 'node:zlib';
import { NamedError } from '../../shared/named-error';

/** What a subscription of CloudWatch Logs hands over at once. */
export interface LogBatch {
  /** The account of the log group. */
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly { readonly id: string; readonly message: string }[];
}

/** Lambda takes 6 MB, packed; unpacked CloudWatch Logs sends far less than this. */
const mostBytes = 256 * 1024 ** 2;

/**
 * Reads a function's event: `{ awslogs: { data } }`, JSON packed by gzip as base64.
 *
 * @returns `undefined` for a control message, which asks whether the function can be reached.
 * @throws EventRefused when it is none; no repetition fixes that.
 */
export function readBatch(event: unknown): LogBatch | undefined {
  const data = field(field(event, 'awslogs'), 'data');
  if (typeof data !== 'string') throw refused('it has no awslogs.data');
  const content = unpacked(data);
  if (field(content, 'messageType') === 'CONTROL_MESSAGE') return undefined;
  const [owner, logGroup, logStream] = ['owner', 'logGroup', 'logStream'].map((name) => field(content, name));
  const events = field(content, 'logEvents');
  if (typeof logGroup !== 'string' || typeof logStream !== 'string' || !Array.isArray(events))
    throw refused('it names no log group, stream and events');
  return {
    owner: typeof owner === 'string' ? owner : '',
    logGroup,
    logStream,
    events: events.map((one: unknown) => ({
      id: String(field(one, 'id')),
      message: textOf(field(one, 'message')),
    })),
  };
}

function unpacked(data: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: mostBytes }).toString());
  } catch (cause) {
    throw refused('its data is no JSON packed by gzip', cause);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function refused(why: string, cause?: unknown): Error {
  return new NamedError('EventRefused', `no event of a subscription of CloudWatch Logs: ${why}`, {
    fault: 'bug',
    cause,
  });
}
