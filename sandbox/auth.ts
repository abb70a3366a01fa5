import type { FastifyRequest } from 'fastify';
import { ApiError } from './apiError';
import { categoryOf } from './limits';
import type { Settings } from './options';

export const API_VERSION = '2026-02-09';

/** Keys that are genuine, but cannot do everything. */
export const WITHOUT_CREDITS = 'sk_no_credits';
export const WITHOUT_PERMISSION = 'sk_no_permission';

/** Whether the header carries a key the server knows. */
export function isKnown({ token }: Settings, authorization: string | undefined): boolean {
  return [token, WITHOUT_CREDITS, WITHOUT_PERMISSION].some((key) => authorization === `Bearer ${key}`);
}

/** Lets a request in, or says why not: token, version, workspace, permission, credits. */
export function authenticate(settings: Settings, request: FastifyRequest): void {
  const { authorization, 'x-extend-api-version': version, 'x-extend-workspace-id': workspace } = request.headers;
  if (!isKnown(settings, authorization)) throw new ApiError(401, 'UNAUTHORIZED', 'Invalid API key');
  if (version !== API_VERSION) {
    throw new ApiError(400, 'INVALID_REQUEST', `The header x-extend-api-version must be ${API_VERSION}`);
  }
  const { requireWorkspaceId } = settings;
  if (requireWorkspaceId !== undefined && workspace !== requireWorkspaceId) {
    throw new ApiError(400, 'INVALID_REQUEST', 'The header x-extend-workspace-id is required for organization API keys');
  }
  if (workspace === '') throw new ApiError(400, 'INVALID_REQUEST', 'The header x-extend-workspace-id is empty');
  if (authorization === `Bearer ${WITHOUT_PERMISSION}`) {
    throw new ApiError(403, 'FORBIDDEN', 'The API key lacks the permission for this');
  }
  if (authorization === `Bearer ${WITHOUT_CREDITS}` && categoryOf(request) === 'RUN') {
    throw new ApiError(402, 'USAGE_BLOCKED', 'The organization has no credits left');
  }
}
