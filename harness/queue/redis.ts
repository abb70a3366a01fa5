import { ensurePackage } from '../debian';
import { freePorts } from '../ports';
import { run } from '../processes';
import { Service } from './service';

export interface Redis extends AsyncDisposable {
  port: number;
}

/** A Redis of its own on the loopback interface, empty and without files. */
export async function startRedis(): Promise<Redis> {
  await ensurePackage('redis-server');
  const service = await Service.create('redis');
  const [port] = (await freePorts(1)) as [number];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', service.folder, '--save', '', '--appendonly', 'no'];
  try {
    await service.start('redis-server', args, async () => (await run('redis-cli', ['-p', String(port), 'ping'])).stdout.trim() === 'PONG');
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
  return { port, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}
