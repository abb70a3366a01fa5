import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  IHttpRequestOptions,
  Icon,
  INodeProperties,
} from 'n8n-workflow';
import { BASE_URLS } from '../extend/api/limits';
import { type ExtendCredential, headersFor } from '../transport/credential';

/**
 * The test of the credential is `extendApiTest` of the nodes.
 *
 * n8n adds *Allowed HTTP Request Domains* to the panel, and it stays there: with it the user can keep the HTTP Request and
 * GraphQL nodes from sending the token anywhere else. It does not restrict the nodes of this package, as n8n's own rule for a
 * credential's own service says: they send the token to its region or base URL only, and follow no redirect.
 */
export class ExtendApi implements ICredentialType {
  name = 'extendApi';

  displayName = 'Extend API';

  icon: Icon = { light: 'file:../icons/extend.svg', dark: 'file:../icons/extend.dark.svg' };

  documentationUrl = 'https://docs.extend.ai/api-reference/authentication';

  properties: INodeProperties[] = [
    {
      displayName: 'API Token',
      name: 'apiToken',
      type: 'string',
      typeOptions: { password: true },
      required: true,
      default: '',
      placeholder: 'e.g. sk_...',
      description: 'An API key from the Developer settings of the Extend dashboard',
    },
    {
      displayName: 'Region',
      name: 'region',
      type: 'options',
      options: [
        { name: 'Custom Base URL', value: 'custom', description: 'A private deployment of Extend' },
        { name: 'EU', value: 'eu', description: BASE_URLS.eu },
        { name: 'US', value: 'us', description: BASE_URLS.us },
        { name: 'US2', value: 'us2', description: BASE_URLS.us2 },
      ],
      default: 'us',
      description: 'Where the Extend account lives. A token works in its own region only.',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. https://extend.example.com',
      displayOptions: { show: { region: ['custom'] } },
    },
    {
      displayName: 'Ignore SSL Issues (Insecure)',
      name: 'ignoreSSLIssues',
      type: 'boolean',
      default: false,
      displayOptions: { show: { region: ['custom'] } },
      description: 'Whether to connect even if SSL certificate validation is not possible',
    },
    {
      displayName: 'Workspace ID',
      name: 'workspaceId',
      type: 'string',
      default: '',
      placeholder: 'e.g. ws_...',
      description: 'Needed with an organization-wide token. Leave empty when the token belongs to one workspace.',
    },
    {
      displayName: 'Plan',
      name: 'plan',
      type: 'options',
      options: [
        { name: 'Custom', value: 'custom', description: 'A limit agreed with Extend' },
        { name: 'Enterprise', value: 'enterprise', description: '75 requests per second' },
        { name: 'Pay as You Go', value: 'payAsYouGo', description: '10 requests per second' },
        { name: 'Scale', value: 'scale', description: '25 requests per second' },
      ],
      default: 'payAsYouGo',
      description: 'Requests are spread out to stay just below the limit of the plan',
    },
    {
      displayName: 'Requests per Second',
      name: 'requestsPerSecond',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1000 },
      default: 10,
      displayOptions: { show: { plan: ['custom'] } },
    },
    {
      displayName: 'Webhook Signing Secret',
      name: 'webhookSigningSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'e.g. wss_...',
      description: 'Only for webhook endpoints created by hand in the Extend dashboard',
    },
  ];

  /** A function, because the workspace header must be absent, not empty, when no workspace is set. */
  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    request.headers = { ...request.headers, ...headersFor(credentials as unknown as ExtendCredential) };
    return request;
  }
}
