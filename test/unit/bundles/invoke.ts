import { fork } from 'node:child_process';
import { join } from 'node:path';
import { lambdaEnvironment } from '../../bench/lambda-environment';

export interface InvocationResult {
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  /** What it wrote to its standard output: logs and metrics, a JSON object each. */
  readonly lines: Record<string, unknown>[];
}

/** Calls the handler of a bundle once, in a node of its own that has nothing but the given environment. */
export async function invoke(
  file: string,
  event: unknown,
  environment: Record<string, string> = lambdaEnvironment(),
): Promise<InvocationResult> {
  const child = fork(join(__dirname, 'lambda.mjs'), { env: environment, execArgv: [], silent: true });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  let result: Omit<InvocationResult, 'lines'> | undefined;
  child.on('message', (message) => (result = message as Omit<InvocationResult, 'lines'>));
  child.send({ file, event });
  await new Promise((resolve) => child.on('close', resolve));
  if (result === undefined) throw new Error(`${file} gave no result: ${errors}`);
  const lines = output.split('\n').filter((line) => line !== '');
  return { ...result, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
