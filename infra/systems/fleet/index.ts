import { defineSystem } from '../system';
import { readFleet, type FleetSection } from './config';
import { MusterStack } from './stack';

export const system = defineSystem<FleetSection>({
  name: 'fleet',
  read: readFleet,
  deploy: (place, section) => [new MusterStack(place, section)],
});
