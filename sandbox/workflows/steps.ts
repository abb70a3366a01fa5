import type { Extend } from 'extend-ai';

type Step = Extend.WorkflowStepDefinition;

/** Steps of the workflow that is there from the start. */
export const defaultSteps: Step[] = [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {}, next: [{ step: 'Kind' }] },
  {
    type: 'CLASSIFY',
    name: 'Kind',
    config: { classifier: { id: 'cl_invoices', version: '1.0' } },
    next: [{ step: 'Invoice', classificationId: 'cls_invoice' }],
  },
  { type: 'EXTRACT', name: 'Invoice', config: { extractor: { id: 'ex_invoice', version: 'latest' } }, next: [{ step: 'Checks' }] },
  { type: 'RULE_VALIDATION', name: 'Checks', config: { rules: [{ name: 'has total', formula: 'ISNUMBER(Invoice.total)' }] } },
];

/** What a workflow has that is created without steps. */
export const minimalSteps: Step[] = [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {} },
];

const WITHOUT_CONFIG = ['TRIGGER', 'HUMAN_REVIEW', 'COLLECT', 'WEBHOOK_RESPONSE', 'PARSE', 'MERGE_EXTRACT', 'FILE_CONVERSION'];

/** Why a list of steps is no workflow (§b.4), with the path of the fault. */
export function faultOf(steps: Step[], deploying: boolean): { message: string; path: string } | undefined {
  const names = steps.map(({ name }) => name);
  const [trigger, ...more] = steps.filter(({ type }) => type === 'TRIGGER');
  const parsers = steps.filter(({ type }) => type === 'PARSE');
  if (!trigger || more.length > 0) return { message: 'Exactly one TRIGGER step is needed', path: 'steps' };
  if (parsers.length !== 1) return { message: 'Exactly one PARSE step is needed', path: 'steps' };
  const firstTargets = 'next' in trigger ? trigger.next?.map(({ step }) => step) : undefined;
  if (firstTargets?.length !== 1 || firstTargets[0] !== parsers[0]?.name) {
    return { message: 'The TRIGGER step must lead to the PARSE step', path: `steps[${steps.indexOf(trigger)}].next` };
  }
  for (const [i, step] of steps.entries()) {
    const path = `steps[${i}]`;
    if (names.indexOf(step.name) !== i) return { message: `There are two steps named ${step.name}`, path: `${path}.name` };
    const configurable = !WITHOUT_CONFIG.includes(step.type);
    const configured = 'config' in step && step.config !== undefined;
    const targets = 'next' in step ? (step.next ?? []) : [];
    if (deploying && configurable && !configured) return { message: 'A config is needed', path: `${path}.config` };
    if (configurable && !configured && targets.length > 0) return { message: 'next needs a config', path: `${path}.next` };
    const lost = targets.find(({ step: target }) => !names.includes(target));
    if (lost) return { message: `There is no step named ${lost.step}`, path: `${path}.next` };
  }
  return undefined;
}
