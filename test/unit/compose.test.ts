/** compose.yaml is what the queue test runs: the same processes with the same settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { N8N_VERSION } from '../../harness/n8nRuntime';
import { DATABASE } from '../../harness/queue/postgres';
import { SETTINGS, settingsFor } from '../../harness/queue/settings';

interface Service {
  command?: string;
  build?: { dockerfile_inline: string };
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  ports?: string[];
  deploy?: { replicas: number };
}

const text = readFileSync(join(__dirname, '../../compose.yaml'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> };
const processes = ['main', 'worker', 'webhook'].map((name) => services[name] as Service);

describe('compose.yaml', () => {
  it('has the processes of the queue test', () => {
    expect(Object.keys(services).sort()).toEqual(['main', 'postgres', 'redis', 'webhook', 'worker']);
    expect(processes.map(({ command }) => command)).toEqual([undefined, 'worker --concurrency=10', 'webhook']);
    expect(services.worker?.deploy).toEqual({ replicas: 2 });
  });

  it('gives each process of n8n the settings of the queue test', () => {
    const parts = { encryptionKey: '', postgresPort: 5432, redisPort: 6379, webhookUrl: '' };
    // These two are of use behind a proxy and with a supervisor only.
    const more = ['N8N_PROXY_HOPS', 'N8N_GRACEFUL_SHUTDOWN_TIMEOUT'];
    for (const { environment = {} } of processes) {
      expect(Object.keys(environment).sort()).toEqual([...Object.keys(settingsFor(parts)), ...more].sort());
      expect(environment).toMatchObject({ ...SETTINGS, DB_POSTGRESDB_PORT: '5432', QUEUE_BULL_REDIS_PORT: '6379' });
      expect([environment.DB_POSTGRESDB_DATABASE, environment.DB_POSTGRESDB_USER]).toEqual([DATABASE.name, DATABASE.user]);
    }
  });

  it('lets the processes of n8n find the database and Redis, with the same password', () => {
    const [{ environment = {} }] = processes as [Service];
    const { POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD } = services.postgres?.environment ?? {};
    expect([environment.DB_POSTGRESDB_HOST, environment.QUEUE_BULL_REDIS_HOST].filter((name) => !(String(name) in services))).toEqual([]);
    expect([POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD]).toEqual([environment.DB_POSTGRESDB_DATABASE, environment.DB_POSTGRESDB_USER, environment.DB_POSTGRESDB_PASSWORD]);
  });

  it('installs the package in the image of each process, on the n8n of the tests', () => {
    for (const { build, volumes: mounts } of processes) {
      expect(build?.dockerfile_inline).toContain(`FROM n8nio/n8n:\${N8N_VERSION:-${N8N_VERSION}}\n`);
      expect(build?.dockerfile_inline).toMatch(/cd \/home\/node\/\.n8n\/nodes && npm install .*n8n-nodes-extend\n/);
      expect(mounts).toBeUndefined();
    }
  });

  it('asks for every secret, in its head and when it is missing', () => {
    const used = [...text.matchAll(/\$\{(\w+)(:.)/g)].map(([, name = '', otherwise]) => [name, otherwise]);
    const demanded = new Set(used.filter(([, otherwise]) => otherwise === ':?').map(([name]) => name));
    expect([...demanded].sort()).toEqual(['N8N_ENCRYPTION_KEY', 'POSTGRES_PASSWORD', 'WEBHOOK_URL']);
    expect(new Set(used.filter(([name]) => !demanded.has(name)).map(([name]) => name))).toEqual(new Set(['N8N_VERSION']));
    for (const name of demanded) expect(text.slice(0, text.indexOf('x-n8n'))).toContain(`${name}=`);
  });

  it('waits only for services that say when they are ready, and keeps what must survive', () => {
    for (const { depends_on: others = {}, healthcheck } of Object.values(services)) {
      expect(healthcheck?.test[0]).toBe('CMD');
      for (const [name, { condition }] of Object.entries(others)) expect([name in services, condition]).toEqual([true, 'service_healthy']);
    }
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect(mounted.map((mount) => mount.split(':')[0])).toEqual(Object.keys(volumes));
  });

  it('opens its ports on this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).toEqual(['127.0.0.1:5678:5678', '127.0.0.1:5679:5678']);
  });
});
