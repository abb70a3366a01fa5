import {
  type IDataObject,
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  type NodeApiError,
  NodeOperationError,
} from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { Problem } from '../../extend/intake/draft';
import { explain, toNodeError } from './errors';

export type NodeError = NodeApiError | NodeOperationError;

/** What an error item says, field by field, so that a workflow can act on it. */
export type ErrorDetails = IDataObject;

/** Problems named in the text of one error; the rest is counted. */
const PROBLEMS_SHOWN = 5;

const sentence = ({ field, reason }: Problem): string => `${field} ${reason}`;

const titleOf = (problem: Problem): string => `${sentence(problem)} [item ${problem.itemIndex}]`;

const help = ({ given, advice }: Problem): string => `${given === undefined ? '' : `Given: ${given}. `}${advice}`;

/**
 * In n8n's form, with the item at the end: the editor would add it otherwise. Values of the user's stay out of the
 * message: n8n replaces messages in which it finds a system error's name.
 */
export const problemError = (node: INode, problem: Problem): NodeOperationError =>
  new NodeOperationError(node, titleOf(problem), {
    description: help(problem),
    itemIndex: problem.itemIndex,
  });

/** One error for all invalid items: the first problems in full, and how many there are. */
export function problemsError(node: INode, problems: Problem[], itemCount: number): NodeOperationError {
  const [first] = problems;
  const invalid = new Set(problems.map((problem) => problem.itemIndex)).size;
  if (first && problems.length === 1) {
    const error = problemError(node, first);
    error.description = `${error.description ?? ''} Nothing was sent.`;
    return error;
  }
  const shown = problems
    .slice(0, PROBLEMS_SHOWN)
    .map((problem) => `Item ${problem.itemIndex}: ${sentence(problem)}. ${help(problem)}`);
  const more = problems.length - shown.length;
  return new NodeOperationError(node, `${invalid} of ${itemCount} items cannot be submitted`, {
    description: `Nothing was sent. ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
    itemIndex: first?.itemIndex,
  });
}

/**
 * An error item. n8n sends an item to the error output by exactly these three keys, and keeps what is in
 * them; of an item with an error object it would keep the message only.
 */
export const errorItem = (error: Pick<NodeError, 'message' | 'description'>, itemIndex: number, details: ErrorDetails = {}): INodeExecutionData => ({
  json: { error: error.message, message: error.description ?? error.message, details: { itemIndex, ...details } },
  pairedItem: { item: itemIndex },
});

const detailsOf = ({ field, reason, advice, given }: Problem): ErrorDetails => ({ field, reason, advice, ...(given !== undefined && { given }) });

/**
 * One error item per item, with its first problem, and all of them where there are several. Made without an error object,
 * which would take most of the time when there are a hundred thousand.
 */
export function problemItems(problems: Problem[]): INodeExecutionData[] {
  const byItem = new Map<number, Problem[]>();
  for (const problem of problems) {
    const known = byItem.get(problem.itemIndex);
    if (known) known.push(problem);
    else byItem.set(problem.itemIndex, [problem]);
  }
  return [...byItem].map(([itemIndex, own]) => {
    const [first, ...more] = own.map(detailsOf);
    const message = titleOf(own[0] as Problem);
    return errorItem({ message, description: own.map(help).join(' ') }, itemIndex, { ...first, ...(more.length > 0 && { more }) });
  });
}

/** An API failure as the error item of one input. */
export const failureItem = (
  node: INode,
  failure: ExtendApiFailure,
  itemIndex: number,
  about: { title?: string; advice?: string } = {},
  details: ErrorDetails = {},
): INodeExecutionData => failureItems(node, failure, [itemIndex], about, details)[0] as INodeExecutionData;

/** An API failure that concerns several inputs, as one error item for each. */
export function failureItems(
  node: INode,
  failure: ExtendApiFailure,
  itemIndexes: number[],
  about: { title?: string; advice?: string } = {},
  details: ErrorDetails = {},
): INodeExecutionData[] {
  const error = toNodeError(node, failure, about);
  const more = {
    reason: failure.message,
    advice: about.advice ?? explain(failure).advice,
    ...(failure.status !== undefined && { statusCode: failure.status }),
    ...(failure.requestId !== undefined && { requestId: failure.requestId }),
    ...details,
  };
  return itemIndexes.map((itemIndex) => errorItem(error, itemIndex, more));
}

/**
 * Ends an operation that cannot go on for any of its items: an error item for each when the node
 * continues on fail (n8n would pass the input on as if nothing had happened), else the error itself.
 */
export function endAll(context: IExecuteFunctions, error: NodeError): INodeExecutionData[] {
  if (!context.continueOnFail()) throw error;
  return context.getInputData().map((_, itemIndex) => errorItem(error, itemIndex));
}
