import { changeableFields, type Member, type MemberChanges } from '../../../../functions/fleet/ledger/port';

/** `member` with `changes`. What is left out, or is no field that may change, stays as it is. */
export function changed(member: Member, changes: MemberChanges): Member {
  const { endingSince, ...kept } = member;
  const ending = changes.endingSince === undefined ? endingSince : (changes.endingSince ?? undefined);
  const given = changeableFields.filter((name) => name !== 'endingSince' && changes[name] !== undefined);
  return {
    ...kept,
    ...(ending !== undefined && { endingSince: ending }),
    ...Object.fromEntries(given.map((name) => [name, changes[name]])),
  };
}
