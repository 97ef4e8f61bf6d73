import { defineSystem } from '../system';
import { readProbes, type ProbesSection } from './config';
import { HomeStack } from './home-stack';
import { ProbeStack } from './probe-stack';

export const system = defineSystem<ProbesSection>({
  name: 'probes',
  read: readProbes,
  deploy: (place, section) => [
    new HomeStack(place, section),
    ...section.regions.map((region) => new ProbeStack(place, section, region)),
  ],
});
