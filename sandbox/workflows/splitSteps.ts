import type { Extend } from 'extend-ai';

type Step = Extend.WorkflowStepDefinition;

const classification = (type: string): Extend.SplitClassification => ({ id: `cls_${type}`, type, description: `A document of the type ${type}` });

function split(name: string, types: string[], next: Extend.ClassificationNextEntry[]): Step {
  const splitClassifications = [...types, 'other'].map(classification);
  return { type: 'SPLIT', name, config: { splitterConfig: { splitClassifications } }, next };
}

const extract = (name: string, next?: string): Step => ({
  type: 'EXTRACT',
  name,
  config: { extractor: { id: `ex_${name.toLowerCase()}`, version: 'latest' } },
  ...(next !== undefined && { next: [{ step: next }] }),
});

const begin = (...next: string[]): Step[] => [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {}, next: next.map((step) => ({ step })) },
];

/**
 * Steps for `POST /workflows`: every invoice of a document is extracted and checked, every receipt extracted, other pages are left alone.
 * `--- Invoice INV-1 ---` begins a part (see `runs/parts.ts`), and `UNREADABLE` in it makes its extraction fail.
 */
export const splitSteps: Step[] = [
  ...begin('Parts'),
  split('Parts', ['invoice', 'receipt'], [
    { step: 'Invoice', classificationId: 'cls_invoice' },
    { step: 'Receipt', classificationId: 'cls_receipt' },
  ]),
  extract('Invoice', 'Checks'),
  extract('Receipt'),
  { type: 'RULE_VALIDATION', name: 'Checks', config: { rules: [{ name: 'has total', formula: 'ISNUMBER(Invoice.total)' }] } },
];

/** Two splits side by side, each of the whole document. */
export const twoSplitsSteps: Step[] = [
  ...begin('Invoices', 'Receipts'),
  split('Invoices', ['invoice'], [{ step: 'Invoice', classificationId: 'cls_invoice' }]),
  split('Receipts', ['receipt'], [{ step: 'Receipt', classificationId: 'cls_receipt' }]),
  extract('Invoice'),
  extract('Receipt'),
];

/** A split of the parts of another split: folders, and the invoices in each. */
export const nestedSplitSteps: Step[] = [
  ...begin('Folders'),
  split('Folders', ['folder'], [{ step: 'Invoices', classificationId: 'cls_folder' }]),
  split('Invoices', ['invoice'], [{ step: 'Invoice', classificationId: 'cls_invoice' }]),
  extract('Invoice'),
];
