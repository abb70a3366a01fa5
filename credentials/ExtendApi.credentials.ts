import type {
  ICredentialDataDecryptedObject,
  ICredentialTestRequest,
  ICredentialType,
  IHttpRequestOptions,
  Icon,
  INodeProperties,
} from 'n8n-workflow';
import { API_VERSION, BASE_URLS } from '../extend/api/limits';

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
    const workspaceId = String(credentials.workspaceId ?? '').trim();
    request.headers = {
      ...request.headers,
      Authorization: `Bearer ${String(credentials.apiToken).trim()}`,
      'x-extend-api-version': API_VERSION,
      ...(workspaceId && { 'x-extend-workspace-id': workspaceId }),
    };
    return request;
  }

  test: ICredentialTestRequest = {
    request: {
      baseURL: `={{ (${JSON.stringify(BASE_URLS)})[$credentials.region] || $credentials.baseUrl.trim().replace(/\\/+$/, '') }}`,
      url: '/workflows',
      qs: { maxPageSize: 1 },
      // n8n would take the token along to whatever host a redirect names.
      disableFollowRedirect: true,
    },
    rules: [
      ...[301, 302, 307, 308].map((value) => ({
        type: 'responseCode' as const,
        properties: {
          value,
          message:
            'This address only leads to another one, to which the token is not sent. Check the base URL, its https:// included.',
        },
      })),
      {
        type: 'responseCode',
        properties: {
          value: 400,
          message:
            'Extend knows the token but refused the request. An organization-wide token needs the workspace ID; check that it is filled in and right.',
        },
      },
      {
        type: 'responseCode',
        properties: {
          value: 401,
          message:
            'Extend does not know this token in this region. Check that the token is copied whole and not revoked, and that it was made in the chosen region.',
        },
      },
      {
        type: 'responseCode',
        properties: {
          value: 403,
          message:
            'The token is right but may not read workflows. Use a token with that permission, and check the workspace ID.',
        },
      },
      {
        type: 'responseCode',
        properties: {
          value: 404,
          message: 'There is no Extend API at this address. Check the region or the base URL.',
        },
      },
    ],
  };
}
