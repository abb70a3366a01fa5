import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackage } from '../debian';
import { freePorts } from '../ports';
import { run } from '../processes';
import { Service } from './service';

const VERSIONS = '/usr/lib/postgresql';

export const DATABASE = { name: 'n8n', user: 'n8n', password: 'only-on-this-machine' };

/** What no value holds. */
const RECORD = '\x1e';
const FIELD = '\x1f';

/** Safety from power failures only costs time here. */
const FAST = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/** Folder of the programs of the newest PostgreSQL that is installed. */
function programs(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(VERSIONS, version, 'bin')).find((folder) => existsSync(join(folder, 'postgres')));
}

/** PostgreSQL refuses to run as root: its package brings a user for that. The group stays the one of the process. */
const asItsUser = (command: string, args: string[]): [string, string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
    : [command, args];

/** A PostgreSQL of its own on the loopback interface, with an empty database for n8n. */
export class Postgres implements AsyncDisposable {
  private constructor(
    readonly port: number,
    private readonly bin: string,
    private readonly service: Service,
  ) {}

  static async start(): Promise<Postgres> {
    await ensurePackage('postgresql', () => programs() !== undefined);
    const service = await Service.create('postgres');
    const [port] = (await freePorts(1)) as [number];
    const postgres = new Postgres(port, programs() as string, service);
    try {
      await postgres.open();
      return postgres;
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Runs a statement.
   * @returns its rows, columns as text
   */
  async query(statement: string): Promise<string[][]> {
    const { ok, stdout, output } = await this.psql(DATABASE.name, statement);
    if (!ok) throw new Error(output);
    return stdout.trimEnd().split(RECORD).filter(Boolean).map((row) => row.split(FIELD));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }

  private async open(): Promise<void> {
    const { folder } = this.service;
    const data = join(folder, 'data');
    if (process.getuid?.() === 0) await run('chown', ['postgres:postgres', folder]);
    const [initdb, initArgs] = asItsUser(join(this.bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
    const made = await run(initdb, initArgs, { cwd: folder });
    if (!made.ok) throw new Error(`The database cannot be made:\n${made.output}`);
    const [server, serverArgs] = asItsUser(join(this.bin, 'postgres'), [
      ...['-D', data, '-k', folder, '-p', String(this.port), '-h', '127.0.0.1', '-c', 'max_connections=200'],
      ...FAST,
    ]);
    await this.service.start(server, serverArgs, async () => (await this.psql('postgres', 'SELECT 1')).ok);
    await this.psql('postgres', `CREATE ROLE ${DATABASE.user} LOGIN PASSWORD '${DATABASE.password}'`);
    await this.psql('postgres', `CREATE DATABASE ${DATABASE.name} OWNER ${DATABASE.user}`);
  }

  private async psql(database: string, statement: string) {
    const where = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres', '-d', database];
    const form = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', `--record-separator=${RECORD}`, `--field-separator=${FIELD}`];
    return await run(join(this.bin, 'psql'), [...where, ...form, '-c', statement]);
  }
}
