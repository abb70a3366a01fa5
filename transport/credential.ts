import { BASE_URLS } from '../extend/api/limits';
import type { ExtendCredential } from './client';

type Place = Pick<ExtendCredential, 'region' | 'baseUrl'>;

/** The base URL a credential stands for, without a trailing slash. */
export const baseUrlOf = ({ region, baseUrl }: Place): string =>
  (region === 'custom' ? (baseUrl ?? '') : (BASE_URLS[region] ?? '')).trim().replace(/\/+$/, '');

/** What is wrong with a base URL; the text does not repeat it, because it may hold a password. */
export function baseUrlProblem(baseUrl: string): string | undefined {
  if (baseUrl === '') return 'The base URL is empty';
  if (!URL.canParse(baseUrl)) return 'The base URL is not a web address';
  const { protocol, username, password, search, hash } = new URL(baseUrl);
  if (!/^https?:$/.test(protocol)) return 'The base URL is not an http or https address';
  // They would be sent in the place of the API token.
  if (username || password) return 'The base URL has a user name or password in it; Extend takes the API token only';
  return search || hash ? 'The base URL has a ? or # in it' : undefined;
}
