import type { Extend } from 'extend-ai';
import type { Content } from '../documents/content';
import type { State, StoredRun } from '../state';
import { type Part, partsOf, type Subject } from './parts';

type Step = Extend.WorkflowStepDefinition;

/** A step of a workflow with everything that it works on, in the order of the document. */
export interface PlannedStep {
  step: Step;
  index: number;
  subjects: Subject[];
  /** Of a split: what it makes of its subjects. */
  parts: Map<Subject, Part[]>;
}

const plans = new WeakMap<StoredRun, PlannedStep[]>();

/** What each step of a run works on; made once, so that the files of parts stay the same. */
export function planOf(state: State, run: StoredRun, content: Content): PlannedStep[] {
  const plan = plans.get(run) ?? make(state, run, content);
  plans.set(run, plan);
  return plan;
}

/**
 * Steps behind a split run once for each part that is routed to them. Behind COLLECT there is one document again.
 * Other conditions on the way always hold, and a step nobody leads to works on the whole document.
 */
function make(state: State, run: StoredRun, content: Content): PlannedStep[] {
  const { steps } = run.version;
  const whole: Subject = { key: '', files: run.files, content };
  const planned = new Map<string, PlannedStep>();

  const plan = (step: Step): PlannedStep => {
    const known = planned.get(step.name);
    if (known) return known;
    const made: PlannedStep = { step, index: steps.indexOf(step), subjects: [], parts: new Map() };
    // Before looking at what leads here, so that steps in a circle end.
    planned.set(step.name, made);
    made.subjects = subjectsOf(step);
    if (step.type === 'SPLIT') for (const one of made.subjects) made.parts.set(one, partsOf(state, run, one, made.index, step.config));
    return made;
  };

  const subjectsOf = (step: Step): Subject[] => {
    const ways = steps.flatMap((from) => nextOf(from).flatMap((entry) => (entry.step === step.name ? { from, entry } : [])));
    if (ways.length === 0 || step.type === 'COLLECT') return [whole];
    const arriving = ways.flatMap(({ from, entry }) => {
      const { subjects, parts } = plan(from);
      if (from.type !== 'SPLIT') return subjects;
      return [...parts.values()].flat().filter(({ split }) => 'classificationId' in entry && split.classificationId === entry.classificationId);
    });
    return [...new Set(arriving)];
  };

  return steps.map(plan);
}

const nextOf = (step: Step) => ('next' in step ? (step.next ?? []) : []);
