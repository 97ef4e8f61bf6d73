import {
  isInstanceNotFound,
  isRefused,
  isTagLimitExceeded,
  isThrottled,
  isUnauthorized,
  isUnavailable,
  messageOf,
} from '../../../shared/aws-errors';
import type { Clock } from '../../../shared/runtime';
import { tagsWaitMs } from '../../crowd/size';
import { StepError } from '../../contracts/errors';
import { type Run, type StepOutput, elapsedSince } from '../../contracts/inputs';
import type { Member } from '../../ledger/port';
import type { Ec2 } from '../../ports/aws';
import { notVisibleYet } from '../../resources/instance';

/** The run of the step that writes them, and what is known of the instance. */
interface TagCount {
  readonly run: Run;
  /** How many tags the instance has, without AWS's own; absent: this run has not looked. */
  readonly present?: number;
}

/**
 * Writes tags of a member, its own and those of the settings.
 *
 * @throws StepError `InstanceNotVisibleYet`, `TagsNotAllowedYet`, `TagsRefused`; what passes by itself, as EC2 says it.
 */
export async function writeTags(
  { ec2, clock }: { readonly ec2: Pick<Ec2, 'createTags'>; readonly clock: Clock },
  { instanceId, name }: Pick<Member, 'instanceId' | 'name'>,
  tags: Readonly<Record<string, string>>,
  { run, present }: TagCount,
): Promise<StepOutput> {
  const wanted = Object.keys(tags);
  try {
    await ec2.createTags({
      Resources: [instanceId],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  } catch (error) {
    throw nameRefusal(error, { instanceId, wanted, present }, run, clock.now());
  }
  return { action: 'tagged', reason: `${name} has the tags ${wanted.join(', ')}` };
}

/** The tags that EC2 refused. */
interface RefusedTags {
  readonly instanceId: string;
  /** The keys. */
  readonly wanted: readonly string[];
  readonly present: number | undefined;
}

// A launch's tags are seen everywhere within seconds. Longer than this it is the role, or a policy above it.
const unseenMs = 60_000;

/** Names an error of CreateTags. What passes by itself keeps the name that every step gives it. */
function nameRefusal(error: unknown, { instanceId, wanted, present }: RefusedTags, run: Run, now: Date): unknown {
  // Shown by one server of EC2 and not known to the next.
  if (isInstanceNotFound(error)) return notVisibleYet(instanceId, error);
  if (isThrottled(error) || isUnavailable(error)) return error;
  if (isUnauthorized(error)) {
    if (elapsedSince(run, now) < unseenMs) {
      const text = `EC2 does not let Muster tag ${instanceId}: it may not see yet which group it belongs to`;
      return new StepError('TagsNotAllowedYet', text, { cause: error });
    }
    const todo = 'see the role of tag-instance, and the policies of the organization';
    return refused(`EC2 does not let Muster tag ${instanceId}: ${said(error)}; ${todo}`, error);
  }
  if (isTagLimitExceeded(error)) {
    const has = present === undefined ? 'too many tags' : `${present} tags`;
    const todo = "take some out of the group's settings, or of those that the group gives its instances";
    return refused(
      `${instanceId} has ${has} and is to get ${wanted.join(', ')}, but EC2 takes 50 in all; ${todo}`,
      error,
    );
  }
  if (!isRefused(error)) return error;
  return refused(
    `EC2 refuses the tags ${wanted.join(', ')} of ${instanceId}: ${said(error)}; correct the settings`,
    error,
  );
}

function refused(text: string, cause: unknown): StepError {
  return new StepError('TagsRefused', text, { cause });
}

/** Without the encoded part, a kilobyte that only the account itself can decode. */
function said(error: unknown): string {
  return messageOf(error).replace(/\s*Encoded authorization failure message:.*$/s, '');
}

// A look while it has longer to go is one of every 40 s at most (scale-out.asl.json), and so misses nothing.
const farMs = 40_000;

/**
 * Before any call of EC2, which has one limit for all groups and all tools of an account.
 *
 * @throws StepError `TagsTurnFar`, `TagsTurnNear`: it is not the turn of this member of a crowd yet.
 */
export function awaitTagsTurn({ name, index }: Member, { crowd, waitedMs }: { crowd: number; waitedMs: number }): void {
  const leftMs = tagsWaitMs({ crowd, index }) - waitedMs;
  if (leftMs <= 0) return;
  const text = `${name} is one of ${crowd} that come at once: it is tagged in ${Math.ceil(leftMs / 1_000)} s`;
  const why = 'so that CreateTags keeps half of its limit for others';
  throw new StepError(leftMs > farMs ? 'TagsTurnFar' : 'TagsTurnNear', `${text}, ${why}`);
}
