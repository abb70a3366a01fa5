import { randomBytes } from 'node:crypto';
import type { N8nClient } from '../n8nClient';
import type { N8nRuntime } from '../n8nRuntime';
import { N8nServer, type N8nServerOptions } from '../n8nServer';
import { freePorts } from '../ports';
import { Postgres } from './postgres';
import { startRedis } from './redis';
import { type Parts, settingsFor } from './settings';

export interface ClusterOptions {
  runtime: N8nRuntime;
  tarball: string;
  /** More of n8n's settings, for every process. */
  env?: Record<string, string>;
}

/**
 * n8n in queue mode: a main process, two workers and a webhook process, with PostgreSQL and Redis. Each has a folder
 * of its own with the package installed. Everything is gone when it is disposed.
 */
export class N8nCluster implements AsyncDisposable {
  private constructor(
    private readonly stack: AsyncDisposableStack,
    readonly postgres: Postgres,
    readonly main: N8nServer,
    readonly workers: N8nServer[],
    readonly webhook: N8nServer,
  ) {}

  /** Speaks with the main process. */
  get client(): N8nClient {
    return this.main.client;
  }

  static async start({ runtime, tarball, env }: ClusterOptions): Promise<N8nCluster> {
    await using stack = new AsyncDisposableStack();
    const postgres = stack.use(await Postgres.start());
    const redis = stack.use(await startRedis());
    const [webhookPort] = (await freePorts(1)) as [number];
    const parts: Parts = {
      encryptionKey: randomBytes(24).toString('hex'),
      postgresPort: postgres.port,
      redisPort: redis.port,
      webhookUrl: `http://127.0.0.1:${webhookPort}/`,
    };
    const make = async (command: N8nServerOptions['command'], port?: number) =>
      stack.use(await N8nServer.create({ runtime, tarball, command, port, env: { ...settingsFor(parts), ...env } }));
    const main = await make('start');
    const webhook = await make('webhook', webhookPort);
    const workers = [await make('worker'), await make('worker')];
    // The first one prepares the database, which the others find ready.
    await main.start();
    await Promise.all([webhook, ...workers].map(async (server) => await server.start()));
    return new N8nCluster(stack.move(), postgres, main, workers, webhook);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.disposeAsync();
  }
}
