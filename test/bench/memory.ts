import { readFileSync } from 'node:fs';

/**
 * The most of this process that was ever resident, in bytes. Where Linux says it: `maxRSS` of a child begins with what its
 * parent had when it was started, so that a child of a large process never looks small.
 *
 * Source: proc(5), VmHWM; Linux, `exec_mmap` in fs/exec.c.
 */
export function peakResidentBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
