import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { JsonObject } from '../../../../extend/api/types';
import { problem, requiredList } from '../../../shared/readJson';

/** What to start from: a document is read, and values are extracted from it. */
const TEMPLATE = [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {}, next: [{ step: 'Invoice' }] },
  {
    type: 'EXTRACT',
    name: 'Invoice',
    config: {
      extractorConfig: {
        schema: { type: 'object', properties: { invoiceNumber: { type: ['string', 'null'], description: 'Number of the invoice' } } },
      },
    },
  },
];

export const stepsJson: INodeProperties = {
  displayName: 'Steps (JSON)',
  name: 'stepsJson',
  type: 'json',
  typeOptions: { rows: 12 },
  required: true,
  default: JSON.stringify(TEMPLATE, null, 2),
  description:
    'All steps of the workflow: one TRIGGER that leads to one PARSE, then what is to be done. <a href="https://docs.extend.ai">See the documentation of Extend</a>.',
};

/**
 * Steps as Extend wants them. What can be told without knowing every kind of step is checked here; the rest Extend says.
 * @throws NodeOperationError that names the item and the step, before anything is sent
 */
export function readSteps(context: IExecuteFunctions, itemIndex: number): JsonObject[] {
  const steps = requiredList(context, 'stepsJson', 'Steps (JSON)', itemIndex, '[{"type": "TRIGGER", "name": "Trigger", "next": [{"step": "Parse"}]}, …]');
  const names = steps.map(({ name }) => name);
  for (const [place, { type, name }] of steps.entries()) {
    const missing = typeof type !== 'string' || type === '' ? 'type' : typeof name !== 'string' || name === '' ? 'name' : undefined;
    if (missing) throw problem(context, itemIndex, `Step ${place + 1} has no ${missing}`, 'Each step needs a type, such as EXTRACT, and a name of its own.');
    if (names.indexOf(name) !== place) throw problem(context, itemIndex, 'Two steps have the same name', `Give each step a name of its own. Twice: "${String(name)}".`);
  }
  for (const type of ['TRIGGER', 'PARSE']) {
    const count = steps.filter((step) => step.type === type).length;
    if (count !== 1) throw problem(context, itemIndex, `The steps have ${count} of type ${type}`, 'A workflow has exactly one TRIGGER, which leads to exactly one PARSE.');
  }
  return steps;
}
