import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, runMutation } from './mutate';
import { mutations } from './mutations';

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

test.each(mutations)('$name can still be made of what stands there', ({ edits }) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-edits-'));
  try {
    for (const edit of edits) {
      const path = join(__dirname, '../../..', edit.file);
      cpSync(path, join(folder, edit.file), { force: false, errorOnExist: false });
      expect(() => apply(folder, edit)).not.toThrow();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
