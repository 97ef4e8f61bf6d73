import type { State, States } from '../machine/definition';
import { isBuiltIn } from '../expressions/functions';
import { expressionsIn } from '../template';
import { freeVariables } from './check-expression';
import { pointer, problemAt, type Findings } from './findings';
import { transitions } from './graph';
import { assignedNames } from './recovery';
import { assignmentsOf, innerMachines, templatesOf } from './templates-of';

type Names = ReadonlySet<string>;

/**
 * Checks the use of variables: that each has been assigned before, and that no inner scope assigns an outer one.
 *
 * A state sees what any path to it may have assigned, so what is reported is wrong on every path. Two things are only
 * warnings, since AWS runs such machines: a name that no state assigns which could be seen here, at which it fails where
 * the name is used; and an inner scope's name that only the Catch of the very state around it assigns outside.
 */
export function checkVariables(machine: States, findings: Findings): void {
  const everywhere = new Set([...statesIn(machine)].flatMap(assignedIn));
  new VariableCheck(findings, everywhere).check(machine, new Set(), new Set());
}

function* statesIn(machine: States): Generator<State> {
  for (const state of machine.states.values()) {
    yield state;
    for (const inner of innerMachines(state)) yield* statesIn(inner);
  }
}

function assignedIn(state: State): string[] {
  return assignmentsOf(state).flatMap(assignedNames);
}

class VariableCheck {
  readonly #findings: Findings;
  readonly #everywhere: Names;

  constructor(findings: Findings, everywhere: Names) {
    this.#findings = findings;
    this.#everywhere = everywhere;
  }

  /** `inherited`: what the outer scopes may have assigned here. `owned`: what they assign anywhere. */
  check(machine: States, inherited: Names, owned: Names): void {
    const visible = mayBeAssigned(machine, inherited);
    const own = new Set([...owned, ...[...machine.states.values()].flatMap(assignedIn)]);
    for (const state of machine.states.values()) {
      const here = visible.get(state.name) ?? inherited;
      this.#checkUses(machine, state, here, own);
      const around = new Set([...owned, ...assignedAround(machine, state)]);
      for (const inner of innerMachines(state)) {
        this.#checkAssigned(inner, own, around);
        this.check(inner, here, own);
      }
    }
  }

  /** `owned`: what outer scopes assign; `refused`: of these, what AWS takes amiss. */
  #checkAssigned(machine: States, owned: Names, refused: Names): void {
    for (const state of machine.states.values()) {
      for (const name of assignedIn(state).filter((one) => owned.has(one))) {
        const message = `'${name}' belongs to an outer scope: give it another name here`;
        if (refused.has(name)) this.#report(machine, state, message);
        else this.#warn(machine, state, message);
      }
    }
  }

  /** `own`: what states of this scope and of outer ones assign, sooner or later. */
  #checkUses(machine: States, state: State, visible: Names, own: Names): void {
    const expressions = templatesOf(state).flatMap(([field, template]) => [...expressionsIn(template, field)]);
    const used = new Set(expressions.flatMap(([expression]) => [...freeVariables(expression.ast)]));
    for (const name of used) {
      if (visible.has(name) || isBuiltIn(name)) continue;
      if (own.has(name)) {
        this.#report(machine, state, `'$${name}' has no value here: the state that assigns it runs later`);
      } else if (this.#everywhere.has(name)) {
        this.#warn(machine, state, `'$${name}' has no value here: only another scope assigns it`);
      } else {
        this.#warn(machine, state, `no state assigns '$${name}': the expression fails when it is used`);
      }
    }
  }

  #warn(machine: States, state: State, message: string): void {
    this.#findings.warnings.push(problemAt(placeOf(machine, state), message));
  }

  #report(machine: States, state: State, message: string): void {
    this.#findings.problems.push(problemAt(placeOf(machine, state), message));
  }
}

/** What is assigned around the scopes inside `state`, without what its own Catch assigns when they have failed. */
function assignedAround(machine: States, state: State): string[] {
  const others = [...machine.states.values()].filter((other) => other !== state);
  return [...others.flatMap(assignedIn), ...assignedNames(state.assign)];
}

function placeOf(machine: States, state: State) {
  return { path: `${machine.path}/States/${pointer(state.name)}`, state: state.name };
}

/** For each state the variables that a path to it may have assigned: a fixed point over the transitions. */
function mayBeAssigned(machine: States, inherited: Names): Map<string, Set<string>> {
  const visible = new Map([[machine.startAt, new Set(inherited)]]);
  const open = [machine.startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = machine.states.get(name);
    if (state === undefined) continue;
    const after = new Set([...(visible.get(name) ?? []), ...assignedIn(state)]);
    for (const [, target] of transitions(state)) {
      const before = visible.get(target);
      if (before !== undefined && [...after].every((variable) => before.has(variable))) continue;
      visible.set(target, new Set([...(before ?? []), ...after]));
      open.push(target);
    }
  }
  return visible;
}
