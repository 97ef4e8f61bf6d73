import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A module of this folder in a process of its own. */
export async function started(file: string): Promise<{ child: ChildProcess; first: unknown }> {
  const child = fork(join(__dirname, file), { execArgv: ['--import', 'tsx'] });
  const [first] = (await once(child, 'message')) as [unknown];
  return { child, first };
}

/** Keeps a process on one core from now on, where the machine can do that. */
export function keepOn(core: number, { pid }: ChildProcess): void {
  if (pid !== undefined && isThere('taskset'))
    spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}

export async function asked<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  child.send(question);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

/** Whether a program can be run. */
export function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
