/** Something that the person at the terminal can put right; shown as its sentence, without a stack. */
export class UserError extends Error {}

export const REGISTRY_UNREACHABLE =
  'The npm registry cannot be reached: check the network connection (and the proxy settings of npm), then try again.';

const NETWORK_FAILURE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR/;

/** What went wrong with npm, in a sentence where its cause is known. */
export const npmError = (what: string, output: string): UserError =>
  new UserError(
    NETWORK_FAILURE.test(output) ? REGISTRY_UNREACHABLE : `${what} failed:\n${output.trim().split('\n').slice(-15).join('\n')}`,
  );
