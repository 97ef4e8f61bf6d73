/** How this person called `muster`: as what, and with which options that say where to look. */
export interface Invocation {
  /** `muster`, or `npx muster` in a clone that has it nowhere else. */
  readonly program: string;
  readonly options: {
    readonly lab?: boolean;
    readonly profile?: string;
    readonly region?: string;
    /** Only if it is another one than without the option. */
    readonly stack?: string;
  };
}
