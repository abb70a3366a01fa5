import type { ExtendClient } from 'extend-ai';
import type { Account } from '../../../harness/account';
import { binaryOf } from '../../../harness/engine';
import type { OperationCall } from '../../../harness/operationCalls';
import type { Difference } from './differences';

/** An operation, and the same intent with Extend's own client. */
export interface RequestCase {
  call: OperationCall;
  sdk(client: ExtendClient, account: Account): PromiseLike<unknown>;
  differs?: Difference[];
}

/** The same operation with other parameters, and maybe other items. */
export const variant = (call: OperationCall, title: string, change: Partial<OperationCall>): OperationCall => ({
  ...call,
  ...change,
  title: `${call.operation} ${title}`,
});

/** One request after the other, for each of several things. */
export async function forEach<T>(things: T[], send: (thing: T) => PromiseLike<unknown>): Promise<void> {
  for (const thing of things) await send(thing);
}

/** The node has done it before, so the SDK is told that it cannot be done again. */
export const inVain = async (request: PromiseLike<unknown>): Promise<void> => await expect(request).rejects.toMatchObject({ statusCode: expect.any(Number) });

/** A document as small as can be. */
export const pdf = (name: string): File => new File([`%PDF ${name}`], name, { type: 'application/pdf' });

/** One item with these files, as `file0` and so on. */
export async function carrying(...files: File[]) {
  const binaries = files.map(async (file, i) => [`file${i}`, await binaryOf(Buffer.from(await file.arrayBuffer()), file.name, file.type)] as const);
  return [{ json: {}, binary: Object.fromEntries(await Promise.all(binaries)) }];
}
