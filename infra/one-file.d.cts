/** A program in one file, and how to take it away again. */
export interface OneFile {
  readonly file: string;
  readonly remove: () => void;
}

/**
 * Puts a program into one file in `node_modules/.cache` of its tree, and removes what killed programs have left there.
 *
 * @param entry the program's first file
 * @param root of its tree: packages are those of its `node_modules`
 */
export function intoOneFile(entry: string, root: string): Promise<OneFile>;

/** The option of node with which stacks are those of the source. */
export const readableStacks: string;
