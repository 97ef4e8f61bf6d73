type Place = 'EC2' | 'AutoScalingGroup' | 'WarmPool';

/**
 * From where to where an instance goes, which EventBridge calls Origin and Destination. It tells the lifecycle actions of
 * one and the same instance apart.
 */
export interface Movement {
  readonly origin: Place;
  readonly destination: Place;
  /** Only while a root volume is replaced; the instance then goes nowhere. */
  readonly action?: 'ReplaceRootVolume';
}

/** Every movement that events and notifications know. */
export const movements = {
  launch: { origin: 'EC2', destination: 'AutoScalingGroup' },
  intoPool: { origin: 'EC2', destination: 'WarmPool' },
  outOfPool: { origin: 'WarmPool', destination: 'AutoScalingGroup' },
  backToPool: { origin: 'AutoScalingGroup', destination: 'WarmPool' },
  end: { origin: 'AutoScalingGroup', destination: 'EC2' },
  endInPool: { origin: 'WarmPool', destination: 'EC2' },
  newRootVolume: { origin: 'AutoScalingGroup', destination: 'AutoScalingGroup', action: 'ReplaceRootVolume' },
} as const satisfies Record<string, Movement>;

/** The fields of an event that say so. */
export function movementFields({ origin, destination }: Movement): Record<string, string> {
  return { Origin: origin, Destination: destination };
}
