import { ExtendApiFailure } from './api/errors';

/** What a piece of work came to. */
export type Settled<T> = { value: T; failure?: undefined } | { value?: undefined; failure: ExtendApiFailure };

/**
 * Waits for a piece of work and returns its value, or the API failure it ended with.
 * @throws every other error of the work
 */
export const settle = async <T>(work: Promise<T>): Promise<Settled<T>> =>
  await work.then(
    (value) => ({ value }),
    (error) => {
      if (error instanceof ExtendApiFailure) return { failure: error };
      throw error;
    },
  );
