/** The API version every request names and whose shapes the types in this folder describe. */
export const API_VERSION = '2026-02-09';

/** Base URL per region. A private deployment names its own. */
export const BASE_URLS = {
  us: 'https://api.extend.ai',
  us2: 'https://api.us2.extend.app',
  eu: 'https://api.eu1.extend.ai',
} as const;

/** Requests per second that a plan allows, for each of the three categories on its own. */
export const PLAN_REQUESTS_PER_SECOND = { payAsYouGo: 10, scale: 25, enterprise: 75 } as const;

/** `POST /workflow_runs/batch` takes 1 to this many inputs. */
export const MAX_INPUTS_PER_BATCH = 1000;

/**
 * Largest JSON body of one batch request, in bytes. Extend documents no limit; this keeps a batch of
 * long texts well below what gateways usually take.
 */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Largest metadata object of one run, in bytes of its UTF-8 JSON. */
export const MAX_METADATA_BYTES = 10 * 1024;

/** Largest page of any list call. */
export const MAX_PAGE_SIZE = 1000;

export const MIN_PRIORITY = 1;
export const MAX_PRIORITY = 100;

/** A package is 2 to this many files that go through a workflow as one run. */
export const MIN_PACKAGE_FILES = 2;
export const MAX_PACKAGE_FILES = 50;

/** IDs are opaque texts of at most this many characters. */
export const MAX_ID_LENGTH = 255;

/** Longer file names and addresses are certainly broken data; nothing that stores or serves them takes more. */
export const MAX_NAME_LENGTH = 1024;
export const MAX_URL_LENGTH = 16_384;
