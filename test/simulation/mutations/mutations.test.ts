import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { apply, runMutation } from './mutate';
import { mutations } from './mutations';

const root = join(__dirname, '../../..');

/** The simulation, with the files of `folder` in the place of ours. A name that an edit imports, and that is gone, is an error. */
function buildWith(folder: string) {
  return build({
    entryPoints: [join(root, 'test/simulation/worker.ts')],
    ...{ bundle: true, write: false, platform: 'node', packages: 'external', logLevel: 'silent' },
    plugins: [
      {
        name: 'mutated',
        setup: (plugged) =>
          plugged.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const mutated = join(folder, relative(root, path));
            return existsSync(mutated) ? { contents: readFileSync(mutated, 'utf8'), loader: 'ts' } : undefined;
          }),
      },
    ],
  }).catch((error: unknown) => error as { errors: readonly { text: string }[] });
}

// Those that a few seeds catch are run with every change; all of them by `npm run simulate -- --mutations`.
const quick = mutations.filter(({ within }) => within <= 20);

test.each(quick)(
  '$name is caught within $within seeds: $breaks',
  async (mutation) => {
    const { by } = await runMutation(mutation, 1);
    expect(by?.violation?.checker).toEqual(expect.any(String));
  },
  120_000,
);

test.each(mutations)('$name can still be made of what stands there, and builds', async ({ edits }) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-edits-'));
  try {
    for (const edit of edits) {
      const path = join(root, edit.file);
      cpSync(path, join(folder, edit.file), { force: false, errorOnExist: false });
      expect(() => apply(folder, edit)).not.toThrow();
    }
    const { errors } = await buildWith(folder);
    expect(errors.map(({ text }) => text)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
