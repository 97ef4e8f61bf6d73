import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { lambdaEnvironment } from '../../bench/lambda-environment';

export interface InvocationResult {
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  /** What it wrote to its standard output: logs and metrics, a JSON object each. */
  readonly lines: Record<string, unknown>[];
}

/**
 * Calls the handler of a bundle once, in a node of its own that has nothing but the given environment.
 *
 * @param started is given the process: what kills it makes this reject with `Runtime.ExitError`, as Lambda names it.
 */
export async function invoke(
  file: string,
  event: unknown,
  environment: Record<string, string> = lambdaEnvironment(),
  started: (child: ChildProcess) => void = () => undefined,
): Promise<InvocationResult> {
  const child = fork(join(__dirname, 'lambda.mjs'), { env: environment, execArgv: [], silent: true });
  started(child);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  let result: Omit<InvocationResult, 'lines'> | undefined;
  child.on('message', (message) => (result = message as Omit<InvocationResult, 'lines'>));
  child.send({ file, event });
  await new Promise((resolve) => child.on('close', resolve));
  if (child.signalCode !== null) throw Object.assign(new Error(child.signalCode), { name: 'Runtime.ExitError' });
  if (result === undefined) throw new Error(`${file} gave no result: ${errors}`);
  const lines = output.split('\n').filter((line) => line !== '');
  return { ...result, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
