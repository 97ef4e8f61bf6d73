/** Why something was built. Merged requests add their causes to the item that was there first. */
export interface Cause {
  readonly kind: 'user' | 'replay';
  /** As Jenkins shows it: `Started by user svc`. */
  readonly text: string;
  readonly user?: string;
}

export function startedBy(user: string | undefined): Cause {
  const text = `Started by user ${user ?? 'anonymous'}`;
  return user === undefined ? { kind: 'user', text } : { kind: 'user', text, user };
}

export function replayed(number: number): Cause {
  return { kind: 'replay', text: `Replayed #${number}` };
}
