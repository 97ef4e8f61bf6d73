export { adopt, type AdoptResult, type AdoptDeps } from './apply';
export { planAdoption, type Adoption, type AdoptionPlan, type SkippedInstance } from './plan';
