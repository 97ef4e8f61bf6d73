import type { OpenWorld } from './open-world';

/** What a command reads from and writes to; tests give their own. */
export interface Io {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly in: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are of. */
  readonly cwd: string;
  /** Aborted by Ctrl-C or a request to end: what runs on is to end then, with what it has. */
  readonly signal: AbortSignal;
  /** Opens the world of a command about the fleet; default: AWS, or the lab that `--lab` names. Tests and the page give theirs. */
  readonly openWorld?: OpenWorld;
  /** Sets the exit code, which stands when the command is done. */
  readonly exit: (code: ExitCode) => void;
}

/** 0: fine. 1: found something wrong. 2: usage. 3: could not look (no credentials, no permission, no network). 130: interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Whether output may be coloured: a terminal, and no `NO_COLOR`. */
export function isColored({ out, env }: Pick<Io, 'out' | 'env'>): boolean {
  return out.isTTY === true && (env.NO_COLOR ?? '') === '';
}

/** Columns of the terminal; 80 in a pipe. Never below 60, which every command has to do with. */
export function widthOf({ out }: { readonly out: { readonly columns?: number | undefined } }): number {
  return Math.max(60, out.columns ?? 80);
}
