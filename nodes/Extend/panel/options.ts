import type { INodeProperties } from 'n8n-workflow';
import { executionOptions } from './executionOptions';
import { itemOptions } from './itemOptions';
import type { Option, Starter } from './option';

/** The options of an operation, in the order of their labels. */
export const optionsOf = (starter: Starter): Option[] =>
  [...executionOptions, ...itemOptions]
    .filter(({ usedBy }) => usedBy.includes(starter))
    .sort((a, b) => (a.field.displayName < b.field.displayName ? -1 : 1));

/** The field Options of an operation. */
export const optionsField = (starter: Starter): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: optionsOf(starter).map(({ field }) => field),
});
