import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

export const simplifyField: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

const titleOf = (status: string): string => {
  const words = status.toLowerCase().split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
};

/** Statuses as choices, sorted by their labels. */
export const statusOptions = (statuses: readonly string[]): INodePropertyOptions[] =>
  [...statuses].sort().map((value) => ({ name: titleOf(value), value }));

export const includeConfidence: INodeProperties = {
  displayName: 'Include Confidence',
  name: 'includeConfidence',
  type: 'boolean',
  default: false,
  description: 'Whether to add how sure Extend is of each extracted value, under "confidence"',
};

/** What the option above says for an item. */
export const wantsConfidence = (context: IExecuteFunctions, itemIndex: number): boolean =>
  (context.getNodeParameter('options', itemIndex, {}) as { includeConfidence?: boolean }).includeConfidence === true;
