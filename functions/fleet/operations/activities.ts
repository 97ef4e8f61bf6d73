import type { Activities } from '../ports/aws';

/** What a group did with an instance, in its own words. */
export interface GroupActivity {
  readonly at: Date;
  readonly endedAt?: Date;
  readonly what: string;
  readonly cause: string;
  readonly status: string;
}

// Newest first, a hundred a page: of a group that launches a hundred an hour the last two hours.
const mostPages = 3;

/** The activities of a group that are about an instance, oldest first. */
export async function readActivities(
  activities: Activities,
  group: string,
  instanceId: string,
): Promise<GroupActivity[]> {
  const found: GroupActivity[] = [];
  let NextToken: string | undefined;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await activities.describeScalingActivities({
      AutoScalingGroupName: group,
      MaxRecords: 100,
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const one of answer.Activities ?? []) {
      if (one.Description?.includes(instanceId) !== true) continue;
      found.push({
        at: one.StartTime ?? new Date(0),
        ...(one.EndTime !== undefined && { endedAt: one.EndTime }),
        what: one.Description,
        cause: one.Cause ?? '',
        status: one.StatusCode ?? '',
      });
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return found.reverse();
}
