import { PassThrough, Writable } from 'node:stream';
import type { FleetOptions } from '../../../infra/console/open-world';
import type { World } from '../../../infra/console/world';
import { runProgram } from '../../../infra/console/program';

export interface CommandOutput {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `muster` with a command line in this process, and returns what it says. */
export async function muster(
  args: readonly string[],
  {
    input,
    env = {},
    cwd = process.cwd(),
    signal = new AbortController().signal,
    world,
    terminal,
    onOpen,
  }: MusterOptions = {},
): Promise<CommandOutput> {
  const [out, err] = [collect(), collect()];
  const stdin = new PassThrough();
  stdin.end(input ?? '');
  const streams = { out: Object.assign(out.stream, terminal), err: err.stream, in: stdin };
  const openWorld = async (options: FleetOptions) => {
    onOpen?.(options);
    return world!;
  };
  const code = await runProgram(args, { ...streams, env, cwd, signal, ...(world && { openWorld }) });
  return { code, out: out.text(), err: err.text() };
}

interface MusterOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** What the output is, if it is no pipe. */
  readonly terminal?: { readonly isTTY: true; readonly columns?: number; readonly rows?: number };
  /** In which commands about the fleet work. */
  readonly world?: World;
  /** Told with which options they ask for it. */
  readonly onOpen?: (options: FleetOptions) => void;
}

function collect() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
