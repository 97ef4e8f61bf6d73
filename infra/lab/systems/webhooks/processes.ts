import { readFileSync } from 'node:fs';

/** Whether it is that process, and not another that has got its number since. `since`: of `beganAt`. */
export function isAlive(pid: number, since: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Of another user: it is there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return beganAt(pid) === since;
}

/** When a process began, as Linux counts it; elsewhere its number has to do. */
export function beganAt(pid: number): string {
  try {
    // Behind the name, which may hold anything, the twentieth word (proc(5), starttime).
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}
