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
import { ExtendClient } from '../../transport/client';
import { extendApiTest } from '../shared/credentialTest';
import { toNodeError } from '../shared/errors';
import { searchWorkflows } from '../shared/listSearch';
import { receive } from './delivery';
import { emit } from './emit';
import { triggerFields } from './fields';
import { outputs, subtitle } from './labels';
import { checkExists, create, remove } from './registration';
import { readCompleteSettings, webhookSetupOf } from './settings';

/** A step of the registration, with Extend's failures as errors of the node. With manual setup only the panel is checked. */
async function registering<T>(
  context: IHookFunctions,
  title: string,
  step: (client: ExtendClient) => Promise<T>,
  manual: () => T,
): Promise<T> {
  try {
    if (webhookSetupOf(context) === 'manual') return manual();
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
    subtitle,
    // The nodes panel shows both nodes as one entry, with this description.
    description: 'Process documents with Extend (extend.ai), and start workflows when they are done',
    defaults: { name: 'Extend Trigger' },
    inputs: [],
    outputs,
    // n8n finds the test of the credential by any node that has one. Its linter wants the name as a text.
    credentials: [{ name: 'extendApi', required: true, testedBy: 'extendApiTest' }],
    webhooks: [
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'extend' },
    ],
    eventTriggerDescription:
      'Run a document with an Extend node in another workflow to receive an event. Runs started in the Extend dashboard send none.',
    triggerPanel: {
      header: 'Receive events from Extend',
      executionsHelp: {
        inactive:
          '<b>While building your workflow</b>, click "Execute step": the <b>test URL</b> is registered with Extend and waits for one event, which shows up here.<br/><br/><b>Once you\'re happy with your workflow</b>, publish it: the <b>production URL</b> is registered and every event starts an execution. These show up in the <a data-key="executions">executions list</a>.',
        active:
          '<b>While building your workflow</b>, click "Execute step": the <b>test URL</b> is registered with Extend and waits for one event, which shows up here.<br/><br/><b>The published workflow</b> keeps running meanwhile: every event that arrives at the <b>production URL</b> starts an execution. These show up in the <a data-key="executions">executions list</a>.',
      },
      activationHint: {
        inactive: 'Publish the workflow to receive every event. Until then only test events arrive, and they show up here.',
        active: 'The published workflow receives every event. Its executions show up in the executions list, not here.',
      },
    },
    properties: triggerFields,
  };

  methods = { listSearch: { searchWorkflows }, credentialTest: { extendApiTest } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be checked in Extend';
        return await registering(this, title, async (client) => await checkExists(this, client), () => {
          readCompleteSettings(this);
          return true;
        });
      },
      async create(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be created in Extend';
        await registering(this, title, async (client) => await create(this, client), () => {});
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        const title = 'The webhook endpoint could not be removed from Extend';
        await registering(this, title, async (client) => await remove(this, client), () => {});
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
