import { type INode, type JsonObject, NodeApiError } from 'n8n-workflow';
import { type ExtendApiFailure, NO_CREDITS } from '../../extend/api/errors';

interface Explanation {
  title: string;
  advice: string;
}

const BY_STATUS: Record<number, Explanation> = {
  400: {
    title: 'Extend did not accept the request',
    advice: 'Check the fields of the node. With an organization-wide token, the credential also needs the workspace ID.',
  },
  401: {
    title: 'Extend did not accept the API token',
    advice: 'Check the token in the Extend API credential, and that the chosen region is the one the token belongs to.',
  },
  402: {
    title: 'The Extend organization has no credits left',
    advice: 'Add credits or change the plan in the Extend dashboard, then run the workflow again.',
  },
  403: {
    title: 'The API token has no permission for this',
    advice: 'Use a token with the right permissions, and check the workspace ID in the Extend API credential.',
  },
  404: {
    title: 'Extend does not know this ID',
    advice: 'Check the ID, and that it belongs to the workspace and environment of the API token.',
  },
  413: {
    title: 'The request is too large for Extend',
    advice: 'Send smaller files or texts. In Batch Run, the option Inputs per Batch can be lowered.',
  },
  429: {
    title: 'Extend is receiving requests faster than the plan allows',
    advice: 'Choose the right plan in the Extend API credential, so that requests are paced, and try again later.',
  },
};

const UNREACHABLE: Explanation = {
  title: 'Extend could not be reached',
  advice: 'Check the network, and the region or base URL in the Extend API credential.',
};

const SERVER_ERROR: Explanation = {
  title: 'Extend could not handle the request at the moment',
  advice: 'Try again later. If it stays, give Extend support the request ID.',
};

const BAD_INPUT: Explanation = {
  title: 'The input cannot be sent to Extend',
  advice: 'Check the data of this item. Nothing was sent for it.',
};

const UNREADABLE: Explanation = {
  title: "Extend's answer could not be read",
  advice: 'Check the base URL in the Extend API credential, and any proxy on the way.',
};

/** What happened and what to do, for a builder. */
export function explain(failure: ExtendApiFailure): Explanation {
  if (failure.kind === 'unreadable') return UNREADABLE;
  if (failure.kind === 'input') return BAD_INPUT;
  if (failure.kind !== 'http') return UNREACHABLE;
  const status = failure.code === NO_CREDITS ? 402 : failure.status === 422 ? 400 : (failure.status ?? 0);
  if (status >= 500 || status === 408) return SERVER_ERROR;
  if (status >= 300 && status < 400) return UNREADABLE;
  return BY_STATUS[status] ?? { title: 'Extend refused the request', advice: 'See what Extend says about it.' };
}

/** Everything known about a failure in one paragraph: Extend's words, advice, request id. */
export function describe(failure: ExtendApiFailure, advice = explain(failure).advice): string {
  const says = failure.kind === 'http' ? `Extend says: ${failure.message.replace(/\.?$/, '.')}` : `${failure.message}.`;
  return [
    says,
    advice,
    failure.requestId && `Request ID: ${failure.requestId}.`,
    failure.docUrl && `See ${failure.docUrl}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * The error a builder sees in the editor.
 * @param about changes title, advice or item where the place of the failure knows better
 */
export function toNodeError(
  node: INode,
  failure: ExtendApiFailure,
  about: { title?: string; advice?: string; itemIndex?: number } = {},
): NodeApiError {
  const { status, code, requestId } = failure;
  // Not as `code`: n8n would replace the title by its own text for system errors such as ECONNRESET.
  const response: JsonObject = { message: failure.message, extendCode: code ?? null, requestId: requestId ?? null };
  return new NodeApiError(node, response, {
    message: about.title ?? explain(failure).title,
    description: describe(failure, about.advice),
    ...(status !== undefined && { httpCode: String(status) }),
    ...(about.itemIndex !== undefined && { itemIndex: about.itemIndex }),
  });
}
