import type { Settings } from './options';

/** An error answer in the flat shape of the contract (§a.3). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryable = false,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** The answer for an id nobody knows. */
export const notFound = (what: string, id: string): ApiError => new ApiError(404, 'NOT_FOUND', `${what} ${id} was not found`);

/** The answer for a body or query that is not valid; the message names the field as Extend's do. */
export const invalid = ({ unknowns }: Settings, message: string, path: string): ApiError =>
  new ApiError(unknowns.validationStatus, 'INVALID_REQUEST', `${message}. Path: ${path}`);
