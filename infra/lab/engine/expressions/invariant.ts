/** Parts of `$states` that stay the same from a state's entry, or from its redrive, to its exit. */
const invariantParts = /\$states\.(?:input|context\.(?:Execution|StateMachine|State\.(?:Name|EnteredTime)))\b/g;

/** What can differ between two attempts: all else of `$states`, and every function of the time or of chance. */
const variable = /\$(?:states|now|millis|toMillis|fromMillis|random|uuid|shuffle|eval)\b/;

/** Whether an expression gives the same value in every attempt of a state; `false` when in doubt. */
export function isInvariant(source: string): boolean {
  return !variable.test(source.replace(invariantParts, ''));
}
