import { forEachLimited } from '../../shared/lists';
import { valueLike, type DocumentStore } from '../../shared/incidents/store';
import { newJudge, type JudgeState } from '../domain/judge/state';
import { packedExample, packTarget, unpackTarget, type PackedTarget } from '../domain/judge/packing';

/** The judge's state as it was read, with the revisions of the common document and of each target's document. */
export interface LoadedState {
  readonly state: JudgeState;
  /** The revision of the common document. */
  readonly version: number;
  /** The revisions of the targets' documents, by target. */
  readonly versions: ReadonlyMap<string, number>;
}

/** The name of the common document; it is written in one transaction with the incident book. */
export const commonDocument = 'judge';
const documentOf = (target: string) => `judge target ${target}`;
/** How long the document of a target that is no longer configured is kept. */
const keptSeconds = 100 * 86_400;
const writesAtOnce = 16;

/** Reads the common state and the documents of the targets in `config`. */
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
 * Writes each target that has changed. If only some are written, judging again gives the same result, since a repeated vote
 * counts once. The mails that follow from them are written last, with the incident book.
 *
 * @returns `false` if another judge has changed one of them since they were read: read and judge again.
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

/** The common state, without what the targets' documents hold. */
export function withoutTargets(state: JudgeState): Omit<JudgeState, 'targets' | 'latency'> {
  const { certificates, regions, startedAt, judgedAt, quietUntil, told, suspects } = state;
  return { certificates, regions, startedAt, judgedAt, quietUntil, told, suspects };
}
