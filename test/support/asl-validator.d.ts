// The package carries no types. Only what the tests read.
declare module 'asl-validator' {
  export default function validate(definition: object): { isValid: boolean; errors: readonly object[] };
}
