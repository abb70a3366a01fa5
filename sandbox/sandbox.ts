import type { FaultRule } from './faults';
import type { Ledger } from './ledger';
import type { SandboxOptions } from './options';
import type { DeliverOrder } from './webhooks/order';

/** A running local Extend API and its controls. */
export interface Sandbox extends AsyncDisposable {
  url: string;
  token: string;
  /** A published workflow `Invoices` that parses, classifies, extracts and validates. */
  workflowId: string;
  ledger(): Ledger;
  fault(rule: FaultRule): void;
  /** Forgets everything; options are again those of the start. */
  reset(): void;
  /** Changes options until the next reset. */
  configure(options: SandboxOptions): void;
  /** Sends webhook deliveries; gives the HTTP status of each, 0 when no answer came. */
  deliver(order: DeliverOrder): Promise<number[]>;
  /** Decides about a run that is NEEDS_REVIEW. */
  review(runId: string, decision: 'approve' | 'reject'): void;
  /** The signing secret of an endpoint, which the API never shows again. */
  secretOf(endpointId: string): string | undefined;
  close(): Promise<void>;
}
