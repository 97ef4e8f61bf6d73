export { adopt, type Adopted, type AdoptDeps } from './apply';
export { planAdoption, type Adoption, type AdoptionPlan, type LeftAlone } from './plan';
