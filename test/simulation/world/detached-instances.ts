import type { World } from './world';

/** Who has left its group without an end, and continues running: it keeps its number, and no other may have it. */
export class DetachedInstances {
  readonly #world: World;
  readonly #groups = new Map<string, string>();
  /** Who was attached: of one that had been released before, Muster knows nothing. */
  readonly #attached = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  detach(group: string, id: string, decrement: boolean): void {
    this.#scaling.detachInstances(group, [id], { decrement });
    this.#groups.set(id, group);
  }

  /** Puts one of the group back that still runs. @param draw which, 0 to 1. */
  attachOne(group: string, draw: number): void {
    const those = this.running.filter((one) => one.group === group && this.#scaling.member(one.id) === undefined);
    const one = those[Math.floor(draw * those.length)];
    if (one === undefined) return;
    this.#scaling.standby.attach(this.#scaling.group(group), [one.id]);
    this.#groups.delete(one.id);
    this.#attached.add(one.id);
  }

  /** Ends all that are out of their groups. */
  end(): void {
    for (const { id } of this.running) this.#ec2.terminate(id);
  }

  get running(): readonly { readonly id: string; readonly group: string }[] {
    return [...this.#groups].flatMap(([id, group]) => (this.isRunning(id) ? [{ id, group }] : []));
  }

  /** Out of its group (or on its way out), and running. */
  isRunning(id: string): boolean {
    const { current } = this.#ec2.find(id)?.state ?? {};
    return this.#groups.has(id) && current !== undefined && !['shutting-down', 'terminated'].includes(current);
  }

  wasAttached(id: string): boolean {
    return this.#attached.has(id);
  }

  get #scaling() {
    return this.#world.lab.region.autoScaling.world;
  }

  get #ec2() {
    return this.#world.lab.region.ec2.world;
  }
}
