import type { Member, MemberChanges } from '../../../../functions/fleet/ledger/port';

/** `member` with `changes`. What is left out, or is no field that may change, stays as it is. */
export function changed(member: Member, changes: MemberChanges): Member {
  const { endingSince, ...kept } = member;
  const ending = changes.endingSince === undefined ? endingSince : (changes.endingSince ?? undefined);
  return {
    ...kept,
    ...(ending !== undefined && { endingSince: ending }),
    ...given({
      execution: changes.execution,
      phase: changes.phase,
      inServiceAt: changes.inServiceAt,
      addresses: changes.addresses,
      dnsChanges: changes.dnsChanges,
      dnsNames: changes.dnsNames,
      dnsBatch: changes.dnsBatch,
      targetGroups: changes.targetGroups,
      targets: changes.targets,
      registered: changes.registered,
      completedToken: changes.completedToken,
    }),
  };
}

type KeptChanges = Omit<MemberChanges, 'endingSince'>;
type Optional<T> = { [Key in keyof Required<T>]: T[Key] | undefined };

function given(changes: Optional<KeptChanges>): KeptChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
