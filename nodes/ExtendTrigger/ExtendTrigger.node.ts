import {
  type IExecuteFunctions,
  type IHookFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeOperationError,
} from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import { CREDENTIAL_TYPE, ExtendClient } from '../../transport/client';
import { toNodeError } from '../../transport/nodeError';
import { searchWorkflows } from '../Extend/methods/listSearch';
import { receive } from './delivery';
import { emit } from './emit';
import { triggerFields } from './fields';
import { checkExists, create, remove } from './registration';

/** Runs in the editor as well, so it stands on its own. */
const outputsOf = `={{ ((parameters) => {
  const events = parameters.events ?? [];
  if (!parameters.options?.separateOutputs || events.length < 2) return ['main'];
  return events.map((event) => ({ type: 'main', displayName: event }));
})($parameter) }}` as const;

/** A step of the registration, with Extend's failures as errors of the node. With manual setup there is none. */
async function registering<T>(
  context: IHookFunctions,
  title: string,
  step: (client: ExtendClient) => Promise<T>,
  manual: T,
): Promise<T> {
  if (context.getNodeParameter('registration', 'automatic') === 'manual') return manual;
  try {
    return await step(await ExtendClient.connect(context));
  } catch (error) {
    if (error instanceof ExtendApiFailure) throw toNodeError(context.getNode(), error, { title });
    throw error instanceof NodeOperationError ? error : new NodeOperationError(context.getNode(), error as Error);
  }
}

export class ExtendTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Extend Trigger',
    name: 'extendTrigger',
    icon: { light: 'file:../../icons/extend.svg', dark: 'file:../../icons/extend.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["events"].length === 1 ? $parameter["events"][0] : $parameter["events"].length + " events" }}',
    description: 'Starts the workflow when Extend (extend.ai) has finished a document or something changed',
    defaults: { name: 'Extend Trigger' },
    inputs: [],
    outputs: outputsOf,
    credentials: [{ name: CREDENTIAL_TYPE, required: true }],
    webhooks: [
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'extend' },
    ],
    triggerPanel: {
      header: 'Receive events from Extend',
      executionsHelp: {
        inactive:
          '<b>While building</b>, click "Execute step": n8n registers the <b>test URL</b> with Extend and waits for one event. <b>When ready</b>, publish the workflow: the <b>production URL</b> is registered and every event runs the workflow.',
        active:
          '<b>While building</b>, click "Execute step": n8n registers the <b>test URL</b> with Extend and waits for one event. The <b>production URL</b> stays registered and keeps running the published workflow.',
      },
      activationHint: 'Publish the workflow to receive every event. Until then only test events arrive here.',
    },
    properties: triggerFields,
  };

  methods = { listSearch: { searchWorkflows } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be checked in Extend';
        return await registering(this, title, async (client) => await checkExists(this, client), true);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be created in Extend';
        await registering(this, title, async (client) => await create(this, client), undefined);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be removed from Extend';
        await registering(this, title, async (client) => await remove(this, client), undefined);
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }

  /** Called by n8n on the execution that `webhook` started, with its event as input. */
  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await emit(this);
  }
}
