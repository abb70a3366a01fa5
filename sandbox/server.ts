import { Downloads } from './documents/downloads';
import { FileStore } from './documents/fileStore';
import { Faults } from './faults';
import { RateLimits } from './limits';
import { type SandboxOptions, settle } from './options';
import { Presigner } from './presign';
import { State } from './state';
import { Announcer } from './webhooks/announcer';

/** Everything behind the routes. A reset replaces what it knows, and keeps what it is. */
export class Server {
  url = '';
  state: State;
  downloads = new Downloads();
  limits = new RateLimits();
  readonly faults = new Faults();
  readonly files = new FileStore();
  readonly presigner = new Presigner(() => this.url);
  readonly announcer = new Announcer(this);

  constructor(private readonly options: SandboxOptions) {
    this.state = this.newState();
  }

  private newState(workflowId?: string): State {
    return new State(settle(this.options), (kind, id, lifetimeMs) => this.presigner.urlFor(kind, id, lifetimeMs), workflowId);
  }

  get settings() {
    return this.state.settings;
  }

  /** Lays options over those in force, until the next reset. */
  configure(options: SandboxOptions): void {
    this.state.settings = settle(options, this.settings);
  }

  /** Back to the start: nothing known but the default workflow, options as at the start, no faults. */
  reset(): void {
    this.state = this.newState(this.state.defaultWorkflowId);
    this.downloads = new Downloads();
    this.limits = new RateLimits();
    this.faults.clear();
  }

  close(): void {
    this.announcer.stop();
    this.files.close();
  }
}
