type Place = 'EC2' | 'AutoScalingGroup' | 'WarmPool';

/** From where to where an instance goes: what tells the lifecycle actions of one and the same instance apart. */
export interface Journey {
  readonly origin: Place;
  readonly destination: Place;
  /** Only while a root volume is replaced; the instance then goes nowhere. */
  readonly action?: 'ReplaceRootVolume';
}

/** Every journey that events and notifications know. */
export const journeys = {
  launch: { origin: 'EC2', destination: 'AutoScalingGroup' },
  intoPool: { origin: 'EC2', destination: 'WarmPool' },
  outOfPool: { origin: 'WarmPool', destination: 'AutoScalingGroup' },
  backToPool: { origin: 'AutoScalingGroup', destination: 'WarmPool' },
  end: { origin: 'AutoScalingGroup', destination: 'EC2' },
  endInPool: { origin: 'WarmPool', destination: 'EC2' },
  newRootVolume: { origin: 'AutoScalingGroup', destination: 'AutoScalingGroup', action: 'ReplaceRootVolume' },
} as const satisfies Record<string, Journey>;

/** The fields of an event that say so. */
export function journeyFields({ origin, destination }: Journey): Record<string, string> {
  return { Origin: origin, Destination: destination };
}
