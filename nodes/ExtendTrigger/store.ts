import type { IHookFunctions } from 'n8n-workflow';
import { open } from '../../extend/webhook/secretBox';
import { type ExtendCredential, signingSecretsOf, tokenOf } from '../../transport/credential';

/** What is kept between activation and deactivation. n8n shows it in exports, so the secret is sealed. */
export interface Registered {
  endpointId?: string;
  sealedSecret?: string;
}

/** The note of this trigger and URL; n8n saves what is written here in create, delete and checkExists only. */
export const storeOf = (context: IHookFunctions): Registered => context.getWorkflowStaticData('node') as Registered;

export const forget = (store: Registered): void => {
  delete store.endpointId;
  delete store.sealedSecret;
};

/** The secrets that may have signed an event for this trigger; empty refuses every event. */
export function knownSecrets({ sealedSecret }: Registered, credential: ExtendCredential): string[] {
  const byHand = signingSecretsOf(credential);
  const own = sealedSecret ? open(sealedSecret, tokenOf(credential)) : undefined;
  return own === undefined ? byHand : [own, ...byHand];
}
