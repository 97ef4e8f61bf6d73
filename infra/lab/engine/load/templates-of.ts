import type { ChoiceRule, Catcher, State, States } from '../machine/definition';
import type { Template } from '../template';

type Field = readonly [field: string, template: Template | undefined];

/** Every template of a state, by the name that AWS gives its field in an error. */
export function templatesOf(state: State): (readonly [string, Template])[] {
  const fields: Field[] = [['Assign', state.assign], ['Output', state.output], ...ownFields(state)];
  if ('catch' in state)
    fields.push(...state.catch.flatMap((catcher, index) => leavingFields(`Catch[${index}]`, catcher)));
  return fields.flatMap(([field, template]) => (template === undefined ? [] : [[field, template] as const]));
}

function ownFields(state: State): Field[] {
  switch (state.type) {
    case 'Wait':
      return [[state.until.field, state.until.value]];
    case 'Fail':
      return [
        ['Error', state.error],
        ['Cause', state.cause],
      ];
    case 'Choice':
      return state.choices.flatMap((rule, index) => [
        [`Choices[${index}]/Condition`, rule.condition] as const,
        ...leavingFields(`Choices[${index}]`, rule),
      ]);
    case 'Task':
      return [
        ['Arguments', state.arguments],
        ['TimeoutSeconds', state.timeoutSeconds],
        ['HeartbeatSeconds', state.heartbeatSeconds],
      ];
    case 'Parallel':
      return [['Arguments', state.arguments]];
    case 'Map':
      return [
        ['Items', state.items],
        ['ItemSelector', state.itemSelector],
        ['MaxConcurrency', state.maxConcurrency],
      ];
    default:
      return [];
  }
}

function leavingFields(prefix: string, { assign, output }: ChoiceRule | Catcher): Field[] {
  return [
    [`${prefix}/Assign`, assign],
    [`${prefix}/Output`, output],
  ];
}

/** The Assign fields of a state, of its choices and of its Catches. */
export function assignmentsOf(state: State): (Template | undefined)[] {
  const inner: readonly { readonly assign: Template | undefined }[] =
    state.type === 'Choice' ? state.choices : 'catch' in state ? state.catch : [];
  return [state.assign, ...inner.map(({ assign }) => assign)];
}

/** The machines inside a state. */
export function innerMachines(state: State): readonly States[] {
  if (state.type === 'Parallel') return state.branches;
  return state.type === 'Map' ? [state.processor] : [];
}
