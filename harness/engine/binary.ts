import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import { createRequire } from 'node:module';

// The engine's own container: other packages bring other copies.
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
  Container: { get<T>(type: abstract new (...args: never[]) => T): T };
};

/** Where n8n keeps files: with the item, in the file system. Call before tests that use binaries. */
export async function useBinaryMode(mode: 'default' | 'filesystem'): Promise<void> {
  Container.get(BinaryDataConfig).mode = mode;
  await Container.get(BinaryDataService).init();
}

/** A file on an item, stored the way the current binary mode stores it. */
export async function binaryOf(bytes: Buffer, fileName: string, mimeType = 'application/pdf') {
  const data = { data: '', mimeType, fileName };
  return await Container.get(BinaryDataService).store(
    { type: 'execution', workflowId: 'wf1', executionId: '1' } as never,
    bytes,
    data as never,
  );
}
