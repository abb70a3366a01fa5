import type { INodeExecutionData } from 'n8n-workflow';
import { type ExtendApiFailure, isAccountWide } from '../../../extend/api/errors';
import type { UploadedInput } from '../../../extend/intake/draft';
import { CORRELATION_KEY } from '../../../extend/correlation';
import { namedInput } from '../../../extend/submission/bisect';
import { type Failed, isAccepted, isFailed, type Outcome } from '../../../extend/submission/outcome';
import { failureItems, type NodeError } from '../../shared/errorItems';
import { explain, toNodeError } from '../../shared/errors';
import type { Job } from './job';
import { count, NAMES_SHOWN, repeatAdvice, WORDS } from './words';

interface Explanation {
  title: string;
  advice: string;
}

/** Why a lost submission was not found, and what to do. */
function explainUnknown({ starter, policy: { skipsDuplicates } }: Job, { why, submissionKey, resent, chunk }: Extract<Failed, { kind: 'unknown' }>): string {
  const [, units] = WORDS[starter].unit;
  const look = skipsDuplicates
    ? 'running the node again looks for it by the Deduplication Key.'
    : `look in Extend for runs whose metadata has the submission key ${[submissionKey, resent].filter(Boolean).join(' or ')} before running the node again.`;
  const lookByHand = `look in Extend for new runs of the workflow ${chunk.target.id} before running the node again.`;
  switch (why) {
    case 'notFound':
      return `No run of it has shown up in Extend so far; ${look}`;
    case 'lookFailed':
      return `Extend's list of runs could not be read to find out; ${look}`;
    case 'tooMuch':
      return `The workflow has too many other new runs to find out; ${look}`;
    case 'noCorrelation':
      return `It could not be looked for, because the option Add Correlation Metadata is off; ${lookByHand} Turn the option on, and lost ${units} are found.`;
    case 'ownKey':
      return `It could not be looked for, because the metadata has an entry "${CORRELATION_KEY}" of its own, where the submission key would be; ${lookByHand} Rename that entry, and lost ${units} are found.`;
  }
}

/** Of what Extend does not know: the workflow, or else the only file, where it was named by its ID. */
function explainNotFound({ message }: ExtendApiFailure, targetId: string, inputs: UploadedInput[]): Explanation {
  const files = inputs.flatMap((input) => input.files);
  const isFile = files.length === 1 && 'id' in (files[0] ?? {}) && /file/i.test(message) && !/workflow/i.test(message);
  return isFile
    ? { title: 'Extend does not know this file', advice: 'Check the file ID, and that it belongs to the workspace of the API token.' }
    : {
        title: 'Extend does not know the workflow, or its version',
        advice: `Check the workflow "${targetId}", and that it belongs to the workspace of the API token.`,
      };
}

/** What happened to the inputs of a failed request, and what a builder can do. */
function explainFailed(job: Job, outcome: Failed): Explanation {
  const { starter } = job;
  const { kind, failure, chunk } = outcome;
  const { title, advice } = explain(failure);
  if (kind === 'unknown') {
    const [documents, them] = chunk.inputs.length === 1 ? ['document', 'it was'] : ['documents', 'they were'];
    const sent = outcome.resent ? 'and sending them once more did not succeed' : `so ${them} not sent again`;
    return { title: WORDS[starter].unknownTitle, advice: `The ${documents} may be in process, ${sent}. ${explainUnknown(job, outcome)}` };
  }
  // What concerns the whole account says more than that something failed before.
  if (kind === 'notSent') return { title: starter === 'run' && isAccountWide(failure) ? title : WORDS[starter].notSentTitle, advice };
  if (outcome.untried) {
    return {
      title: 'Extend refused too many inputs of this batch to try each one alone',
      advice: `This input may be fine, but was not submitted. ${advice}`,
    };
  }
  return failure.status === 404 ? explainNotFound(failure, chunk.target.id, chunk.inputs) : { title, advice };
}

/** An error item for every input of a failed request. */
export function failedItems(job: Job, outcome: Failed): INodeExecutionData[] {
  const { kind, failure, submissionKey, chunk } = outcome;
  const details = { status: kind, submissionKey, ...(kind === 'unknown' && outcome.resent && { resentKey: outcome.resent }) };
  return failureItems(job.node, failure, chunk.inputs.map(({ itemIndex }) => itemIndex), explainFailed(job, outcome), details);
}

/** What was accepted, so that a re-run does not pay twice. */
function acceptedSoFar({ starter, policy }: Job, outcomes: Outcome[]): string {
  const { noneAccepted, accepted: title, unit } = WORDS[starter];
  const accepted = outcomes.filter(isAccepted);
  if (accepted.length === 0) return noneAccepted;
  const names = accepted.slice(0, NAMES_SHOWN).map(({ batchId, runIds = [] }) => batchId ?? runIds.join(', '));
  const inputs = accepted.reduce((sum, { chunk }) => sum + chunk.inputs.length, 0);
  const withInputs = starter === 'batchRun' ? ` with ${count(inputs, 'input')}` : '';
  const more = accepted.length > names.length ? ', …' : '';
  return `${title}: ${count(accepted.length, ...unit)}${withInputs} (${names.join(', ')}${more}); ${repeatAdvice(starter, policy.skipsDuplicates)}.`;
}

/** The error of a submission that did not succeed whole. */
export function submissionError(job: Job, outcomes: Outcome[]): NodeError | undefined {
  const failed = outcomes.filter(isFailed);
  const refused = failed.filter(({ kind }) => kind === 'rejected');
  const worst = failed.find(({ kind }) => kind === 'unknown') ?? refused.find(({ failure }) => isAccountWide(failure)) ?? refused[0] ?? failed[0];
  if (!worst) return undefined;
  const { inputs } = worst.chunk;
  const place = inputs.length === 1 ? 0 : namedInput(worst.failure);
  const { title, advice } = explainFailed(job, worst);
  return toNodeError(job.node, worst.failure, {
    title,
    advice: `${advice} ${acceptedSoFar(job, outcomes)}`,
    itemIndex: place === undefined ? undefined : inputs[place]?.itemIndex,
  });
}
