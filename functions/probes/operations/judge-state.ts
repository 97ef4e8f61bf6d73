import { forEachLimited } from '../../shared/lists';
import { valueLike, type DocumentStore } from '../../shared/incidents/store';
import { newJudge, type JudgeState } from '../domain/judge/state';
import { packedExample, packTarget, unpackTarget, type PackedTarget } from '../domain/judge/packing';

/** The judge's state as it was read: what all targets have in common, and each target in a document of its own. */
export interface LoadedState {
  readonly state: JudgeState;
  /** Of the common document. */
  readonly version: number;
  /** Of the targets' documents, by target. */
  readonly versions: ReadonlyMap<string, number>;
}

/** What all targets have in common: written with the book of incidents, or not at all. */
export const commonDocument = 'judge';
const documentOf = (target: string) => `judge target ${target}`;
/** Of one that is not configured any more nothing is left after that. */
const keptSeconds = 100 * 86_400;
const writesAtOnce = 16;

/** @param config whose targets are read, and no others. */
export async function loadState(
  store: DocumentStore,
  { targets }: { readonly targets: readonly { readonly id: string }[] },
): Promise<LoadedState> {
  const names = targets.map(({ id }) => documentOf(id));
  const found = await store.readMany([commonDocument, ...names]);
  const common = found.get(commonDocument);
  const records = targets.flatMap(({ id }) => {
    const document = found.get(documentOf(id));
    if (document === undefined) return [];
    const packed = valueLike<PackedTarget>(documentOf(id), document, packedExample);
    return packed === undefined ? [] : [{ id, version: document.version, ...unpackTarget(packed) }];
  });
  return {
    state: {
      ...newJudge,
      ...valueLike<Partial<JudgeState>>(commonDocument, common, {}),
      targets: new Map(records.map(({ id, state }) => [id, state])),
      latency: new Map(records.map(({ id, latency }) => [id, latency])),
    },
    version: common?.version ?? 0,
    versions: new Map(records.map(({ id, version }) => [id, version])),
  };
}

/**
 * Writes the targets that have changed, each for itself: a vote that is written twice is one, so that half of them
 * written is no harm. Mails follow from them and are written last, with the book.
 *
 * @returns false when another has changed one meanwhile: all is to be read and judged again.
 */
export async function saveTargets(
  store: DocumentStore,
  { state: before, versions }: LoadedState,
  after: JudgeState,
  now: number,
): Promise<boolean> {
  const changed = [...after.targets].filter(
    ([id, state]) => state !== before.targets.get(id) || after.latency.get(id) !== before.latency.get(id),
  );
  const written = await forEachLimited(changed, writesAtOnce, async ([id, state]) => {
    const value = packTarget({ state, latency: after.latency.get(id) ?? {} });
    return store.write([{ name: documentOf(id), value, from: versions.get(id) ?? 0, expires: now + keptSeconds }]);
  });
  return written.every((one) => one === 'written');
}

/** All but what the targets' own documents have. */
export function withoutTargets(state: JudgeState): Omit<JudgeState, 'targets' | 'latency'> {
  const { certificates, regions, startedAt, judgedAt, quietUntil, told, suspects } = state;
  return { certificates, regions, startedAt, judgedAt, quietUntil, told, suspects };
}
