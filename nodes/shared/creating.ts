import type { IExecuteFunctions } from 'n8n-workflow';
import { certainlyDidNothing, ExtendApiFailure } from '../../extend/api/errors';
import { toNodeError } from './errors';

/**
 * A request that creates something. It is not sent again after a lost answer, so an error then says that the thing may
 * exist.
 * @param what is created, such as `workflow`
 */
export async function creating<T>(context: IExecuteFunctions, itemIndex: number, what: string, request: Promise<T>): Promise<T> {
  return await request.catch((error: unknown) => {
    if (!(error instanceof ExtendApiFailure) || certainlyDidNothing(error)) throw error;
    const title = `It is unknown whether Extend created the ${what}`;
    const advice = `No clear answer came, so the request was not sent again. Look in Extend whether the ${what} exists before running the node again.`;
    throw toNodeError(context.getNode(), error, { title, advice, itemIndex });
  });
}
