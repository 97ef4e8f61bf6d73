/** Permissions as Jenkins names them in `X-Required-Permission`. */
export type Permission =
  | 'hudson.model.Hudson.Read'
  | 'hudson.model.Item.Discover'
  | 'hudson.model.Item.Read'
  /** Shows `config.xml`; off unless somebody turned it on, and then part of Job/Configure. */
  | 'hudson.model.Item.ExtendedRead'
  | 'hudson.model.Item.Build'
  | 'hudson.model.Item.Cancel';

/** What the user may do: everything until something is taken away. It can change at any time. */
export class Access {
  readonly #denied = new Set<Permission>();

  allows(permission: Permission): boolean {
    return !this.#denied.has(permission);
  }

  deny(...permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#denied.add(permission);
  }

  allow(...permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#denied.delete(permission);
  }
}
