import type { Extend } from 'extend-ai';
import type { Settings } from '../options';
import type { StoredRun } from '../state';
import type { Subject } from './parts';
import type { PlannedStep } from './plan';

type ObjectName = Extend.RunUsageBreakdownEntryObject;

/** What each page costs, by the kind of step; other kinds cost nothing. */
const RATES: Record<string, { object: ObjectName; prefix: string; product: string; credits: number }> = {
  PARSE: { object: 'parse_run', prefix: 'pr', product: 'parse_performance', credits: 1 },
  CLASSIFY: { object: 'classify_run', prefix: 'clr', product: 'classification_performance', credits: 1 },
  SPLIT: { object: 'split_run', prefix: 'splr', product: 'splitting_performance', credits: 1 },
  EXTRACT: { object: 'extract_run', prefix: 'exr', product: 'extraction_performance', credits: 2 },
  CONDITIONAL_EXTRACT: { object: 'extract_run', prefix: 'exr', product: 'extraction_performance', credits: 2 },
};

/** The ID of what a step made of a subject. */
export const idOf = (prefix: string, run: StoredRun, index: number, { key }: Pick<Subject, 'key'>): string =>
  `${prefix}_${run.id.slice('workflow_run_'.length)}${index}${key}`;

/** Extractions of such a text fail, and cost nothing. */
export const isUnreadable = ({ content }: Subject): boolean => /UNREADABLE/.test(content.text);

function entryOf(run: StoredRun, type: string, index: number, subject: Subject): Extend.RunUsageBreakdownEntry | undefined {
  const rate = RATES[type];
  if (!rate || (rate.object === 'extract_run' && isUnreadable(subject))) return undefined;
  const quantity = subject.content.pages.length;
  const credits = quantity * rate.credits;
  return { object: rate.object, id: idOf(rate.prefix, run, index, subject), credits, charges: [{ product: rate.product, unit: 'page', quantity, credits }] };
}

function withTotal({ unknowns }: Settings, entries: Extend.RunUsageBreakdownEntry[]): Extend.RunUsage | null {
  const credits = entries.reduce((sum, entry) => sum + entry.credits, 0);
  if (unknowns.usage === 'none') return null;
  return unknowns.usage === 'creditsOnly' ? { credits } : { credits, totalCredits: credits, breakdown: entries };
}

/** What one step cost on one subject. */
export function usageOfStep(settings: Settings, run: StoredRun, type: string, index: number, subject: Subject): Extend.RunUsage | null {
  const entry = entryOf(run, type, index, subject);
  return withTotal(settings, entry ? [entry] : []);
}

/** What a whole run cost: the sum over its steps. */
export function usageOfRun(settings: Settings, run: StoredRun, plan: PlannedStep[]): Extend.RunUsage | null {
  return withTotal(settings, plan.flatMap(({ step, index, subjects }) => subjects.flatMap((subject) => entryOf(run, step.type, index, subject) ?? [])));
}
