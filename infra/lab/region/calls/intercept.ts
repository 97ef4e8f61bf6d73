/** One call of a port's method. */
export interface PortCall {
  /** The method: `describeInstances`. */
  readonly operation: string;
  /** Its first parameter; for the SDK's calls the only one. */
  readonly input: unknown;
  readonly more: readonly unknown[];
}

/**
 * The same port, with `interceptor` called in place of each of its calls. `proceed` makes the call; it may be left out, or made and
 * its answer dropped.
 */
export function intercept<Port extends object>(
  port: Port,
  interceptor: (call: PortCall, proceed: () => Promise<unknown>) => Promise<unknown>,
): Port {
  const made = new Map<string, { readonly method: unknown; readonly intercepted: unknown }>();
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function' || typeof property !== 'string') return value;
      const known = made.get(property);
      // A port's method can be replaced, by a test for example.
      if (known?.method === value) return known.intercepted;
      const intercepted = (...parameters: unknown[]) =>
        interceptor({ operation: property, input: parameters[0], more: parameters.slice(1) }, async () => {
          // The method belongs to the real object: a proxy has none of its private fields.
          const answer: unknown = Reflect.apply(value, target, parameters);
          return answer;
        });
      made.set(property, { method: value, intercepted });
      return intercepted;
    },
  });
}
