import { type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import type { FieldKey, Problem, ProblemCode } from '../../../extend/intake/problem';
import { CORRELATION_KEY } from '../../../extend/correlation';
import { type ErrorDetails, errorItem } from '../../shared/errorItems';
import { LABELS } from './labels';

/** Problems named in the text of one error; the rest is counted. */
const PROBLEMS_SHOWN = 5;

const CHECK_DATA = 'Check the expression, or the data of this item.';
const REMOVE_CHARACTER = 'It comes from broken or wrongly cut data. Remove the character in a node before.';
const FULL_ADDRESS = 'Use a full address that starts with https:// or http:// and that Extend can reach.';
const OBJECT = 'Enter an object such as {"invoice": "17"}.';

/** What is wrong, as the end of a sentence that begins with the field. */
const REASONS: Record<ProblemCode, (problem: Problem) => string> = {
  'has-nul-character': () => 'has a NUL character in it',
  'has-lone-surrogate': () => 'has half a character (a lone surrogate) in it',
  'is-unreadable': () => 'cannot be read',
  'is-empty': () => 'is empty',
  'is-not-text': () => 'is not a text',
  'is-too-long': ({ max }) => `is longer than ${max} characters`,
  'has-control-character': () => 'has a line break or another control character in it',
  'is-not-web-address': () => 'is not a web address',
  'has-braces': () => 'has a brace in it',
  'has-several-addresses': () => 'has more than one address in it',
  'is-not-http': () => 'is not an http or https address',
  'is-not-choice': () => 'is none of its choices',
  'is-missing': () => 'is missing: no field names one',
  'is-ambiguous': () => 'is given more than once',
  'names-no-file': () => 'names a file that this item does not have',
  'has-wrong-count': ({ found }) => `has ${found} ${found === 1 ? 'entry' : 'entries'}`,
  'names-file-twice': () => 'names a file twice',
  'is-not-version': () => 'is not a version number',
  'is-out-of-range': ({ min, max }) => `is not a whole number from ${min} to ${max}`,
  'is-not-scalar': () => 'is not a text or number',
  'needs-correlation': () => 'needs Add Correlation Metadata',
  'has-correlation-key': () => `has an entry "${CORRELATION_KEY}" of its own`,
  'has-nameless-entry': () => 'has an entry without a name',
  'has-repeated-name': () => 'uses a name twice',
  'has-broken-name': () => 'has a name with a broken character',
  'is-not-json': () => 'is not valid JSON',
  'is-not-object': () => 'is not an object',
  'is-not-serialisable': () => 'cannot be written as JSON',
  'is-too-large': ({ found, max }) => `is too large (${found} bytes as JSON, at most ${max} are allowed)`,
  'has-dropped-character': () => 'has a tag with a character that Extend drops',
  'is-not-outputs': () => 'is not a list of outputs',
  'is-not-for-packages': () => 'is not possible with a package of files',
};

/** What to do about it; {@link CHECK_DATA} where nothing more can be said. */
const ADVICE: Partial<Record<ProblemCode, (problem: Problem) => string>> = {
  'has-nul-character': () => REMOVE_CHARACTER,
  'has-lone-surrogate': () => REMOVE_CHARACTER,
  'has-broken-name': () => REMOVE_CHARACTER,
  'is-unreadable': ({ message }) => `n8n says: ${message} Check the expressions of the node.`,
  'is-not-web-address': () => FULL_ADDRESS,
  'is-not-http': () => FULL_ADDRESS,
  'has-braces': () => 'Check the expression: it ends at its first two closing braces, and what follows them is part of the text.',
  'has-several-addresses': () => 'Use one address per item. In Run, Package of Files takes several.',
  'is-not-choice': () => 'Let the expression give url, binary, fileId, text or auto (and in Run also package).',
  'is-missing': () => 'Fill in exactly one of File URL, Input Binary Field, Extend File ID and Text for each item.',
  'is-ambiguous': () => 'Fill in exactly one of File URL, Input Binary Field, Extend File ID and Text for each item.',
  'names-no-file': ({ available = [] }) =>
    available.length > 0 ? `The item has: ${available.map((name) => `"${name}"`).join(', ')}.` : 'The item has no files at all; check the node before.',
  'has-wrong-count': ({ min, max }) => `Name ${min} to ${max} files, or choose another File Source for a single one.`,
  'names-file-twice': () => 'Name each file once.',
  'is-not-version': () => 'Enter a version number such as 3, draft or latest.',
  'is-out-of-range': () => 'Lower numbers run first. Remove the option to use the default.',
  'is-not-scalar': () => 'Use a single value, such as an invoice number.',
  'needs-correlation': () => 'Turn that option on: the key is kept in the metadata.',
  'has-correlation-key': () => `Rename the entry "${CORRELATION_KEY}": that is where this node notes the Deduplication Key.`,
  'has-nameless-entry': () => 'Enter a name, or remove the entry.',
  'has-repeated-name': () => 'Use each name once.',
  'is-not-json': ({ message }) => `${message}. ${OBJECT}`,
  'is-not-object': () => OBJECT,
  'is-not-serialisable': ({ message }) => `${message}. Use texts, numbers, lists and objects only.`,
  'is-too-large': () => 'Send a key that finds the data again, instead of the data.',
  'has-dropped-character': () => 'Use letters, digits, - and _ only.',
  'is-not-outputs': () => 'Enter a list such as [{"processorId": "ex_123", "output": {"value": {"total": 12.5}}}].',
  'is-not-for-packages': () => 'Remove the option, or run the files one by one.',
};

const CHOOSE_WORKFLOW = 'Choose a workflow from the list, or enter its ID.';

/** Advice for a field that can be more helpful than that for the code. */
const FIELD_ADVICE: Partial<Record<`${FieldKey} ${ProblemCode}`, string>> = {
  'target is-empty': CHOOSE_WORKFLOW,
  'target is-not-text': CHOOSE_WORKFLOW,
  'key is-empty': 'Enter an expression that gives each document its own key, such as {{ $json.invoiceNumber }}.',
};

/** A problem in the words of the panel. */
function wordsFor(problem: Problem): { field: string; reason: string; advice: string; given?: string } {
  const { field, code, place, given } = problem;
  const label = LABELS[field];
  return {
    field: place === undefined ? label : `File ${place + 1} of the package: ${label}`,
    reason: REASONS[code](problem),
    advice: FIELD_ADVICE[`${field} ${code}`] ?? ADVICE[code]?.(problem) ?? CHECK_DATA,
    ...(given !== undefined && { given }),
  };
}

const sentence = (problem: Problem): string => {
  const { field, reason } = wordsFor(problem);
  return `${field} ${reason}`;
};

/** In n8n's form, with the item at the end: the editor would add it otherwise. */
const titleOf = (problem: Problem): string => `${sentence(problem)} [item ${problem.itemIndex}]`;

/** Values of the user's stay out of the title: n8n replaces titles in which it finds a system error's name. */
const help = (problem: Problem): string => {
  const { given, advice } = wordsFor(problem);
  return `${given === undefined ? '' : `Given: ${given}. `}${advice}`;
};

/** One error for all invalid items: the first problems in full, and how many there are. */
export function problemsError(node: INode, problems: Problem[], itemCount: number): NodeOperationError {
  const [first] = problems;
  if (first && problems.length === 1) {
    return new NodeOperationError(node, titleOf(first), { description: `${help(first)} Nothing was sent.`, itemIndex: first.itemIndex });
  }
  const invalid = new Set(problems.map(({ itemIndex }) => itemIndex)).size;
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `Item ${problem.itemIndex}: ${sentence(problem)}. ${help(problem)}`);
  const more = problems.length - shown.length;
  return new NodeOperationError(node, `${invalid} of ${itemCount} items cannot be submitted`, {
    description: `Nothing was sent. ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
    itemIndex: first?.itemIndex,
  });
}

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
    const [first, ...more] = own.map((problem): ErrorDetails => ({ ...wordsFor(problem) }));
    const message = titleOf(own[0] as Problem);
    return errorItem({ message, description: own.map(help).join(' ') }, itemIndex, { ...first, ...(more.length > 0 && { more }) });
  });
}
