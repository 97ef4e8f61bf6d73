import { createWarehouse } from '../../adapters/aws/redshift';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

export const handler = makeHandler({ ...runtime, warehouse: createWarehouse(process.env) });
