/** A number that is written out digit by digit: JavaScript would round it. */
export class ExactNumber {
  constructor(readonly digits: string) {}
}

export type Value = string | number | boolean | null | ExactNumber | Bean | readonly Value[];

/**
 * What Jenkins exports of one kind of thing: its class, and its properties as questions. A kind is made once, not for
 * each thing: a list of builds is asked for all the time, and mostly for few of their properties.
 */
export interface Kind<Subject> {
  /** Absent for an action that exports nothing: it shows as `{}`. */
  readonly className: ((subject: Subject) => string) | undefined;
  readonly properties: Readonly<Record<string, (subject: Subject) => Value>>;
  /** What shows when it is part of something else and is not asked for: everything by default. */
  readonly brief?: readonly string[];
  /** An object that stays the same one for as long as nothing changes that could show of the subject. */
  readonly keptBy?: (subject: Subject) => object;
}

/** One thing that Jenkins exports. Its properties are worked out only when they are shown. */
export abstract class Bean {
  abstract readonly className: string | undefined;
  abstract readonly names: readonly string[];
  abstract readonly brief: readonly string[];
  /** What the text of a bean that changes seldom can be kept by: another object once it has changed. */
  abstract readonly keptBy: object | undefined;
  abstract ask(name: string): Value;
}

class SubjectBean<Subject> extends Bean {
  readonly #kind: Kind<Subject>;
  readonly #subject: Subject;

  constructor(kind: Kind<Subject>, subject: Subject) {
    super();
    this.#kind = kind;
    this.#subject = subject;
  }

  get className(): string | undefined {
    return this.#kind.className?.(this.#subject);
  }

  get names(): readonly string[] {
    return namesOf(this.#kind);
  }

  get brief(): readonly string[] {
    return this.#kind.brief ?? this.names;
  }

  get keptBy(): object | undefined {
    return this.#kind.keptBy?.(this.#subject);
  }

  ask(name: string): Value {
    return this.#kind.properties[name]?.(this.#subject) ?? null;
  }
}

const kindNames = new WeakMap<object, readonly string[]>();

function namesOf<Subject>(kind: Kind<Subject>): readonly string[] {
  const names = kindNames.get(kind) ?? Object.keys(kind.properties);
  kindNames.set(kind, names);
  return names;
}

export function beanOf<Subject>(kind: Kind<Subject>, subject: Subject): Bean {
  return new SubjectBean(kind, subject);
}

/** A thing that is one of its kind. */
export function singleBean(
  className: string | undefined,
  properties: Readonly<Record<string, () => Value>>,
  brief?: readonly string[],
): Bean {
  return new SubjectBean(
    { className: className === undefined ? undefined : () => className, properties, ...(brief && { brief }) },
    undefined,
  );
}
