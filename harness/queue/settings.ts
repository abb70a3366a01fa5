import { DATABASE } from './postgres';

/** What differs from one installation to the next. */
export interface Parts {
  encryptionKey: string;
  postgresPort: number;
  redisPort: number;
  /** Where Extend reaches the webhook process. */
  webhookUrl: string;
}

/** What every process of n8n in queue mode is told alike; compose.yaml says the same. */
export const SETTINGS = {
  EXECUTIONS_MODE: 'queue',
  OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
  N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
  N8N_DEFAULT_BINARY_DATA_MODE: 'database',
  DB_TYPE: 'postgresdb',
  DB_POSTGRESDB_POOL_SIZE: '10',
  QUEUE_HEALTH_CHECK_ACTIVE: 'true',
};

/** The settings of every process of one installation. */
export const settingsFor = ({ encryptionKey, postgresPort, redisPort, webhookUrl }: Parts): Record<string, string> => ({
  ...SETTINGS,
  N8N_ENCRYPTION_KEY: encryptionKey,
  WEBHOOK_URL: webhookUrl,
  DB_POSTGRESDB_HOST: '127.0.0.1',
  DB_POSTGRESDB_PORT: String(postgresPort),
  DB_POSTGRESDB_DATABASE: DATABASE.name,
  DB_POSTGRESDB_USER: DATABASE.user,
  DB_POSTGRESDB_PASSWORD: DATABASE.password,
  QUEUE_BULL_REDIS_HOST: '127.0.0.1',
  QUEUE_BULL_REDIS_PORT: String(redisPort),
});
