import type { INodeProperties } from 'n8n-workflow';

/** The operations that start runs. */
export type Starter = 'batchRun' | 'run';

/** An option of the operations that start runs. Panel, reading and error texts follow from it. */
export interface Option {
  field: INodeProperties;
  usedBy: Starter[];
  /** `once`: read as the first item gives it. `perItem`: may differ from item to item. */
  scope: 'once' | 'perItem';
}

export const batchRun: Starter[] = ['batchRun'];
export const run: Starter[] = ['run'];
export const both: Starter[] = ['batchRun', 'run'];

export const once = (usedBy: Starter[], field: INodeProperties): Option => ({ field, usedBy, scope: 'once' });
export const perItem = (usedBy: Starter[], field: INodeProperties): Option => ({ field, usedBy, scope: 'perItem' });
