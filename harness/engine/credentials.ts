import { ICredentialsHelper, type ICredentialType, type IDataObject, type IHttpRequestOptions } from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';

/** Hands out the test's credential and applies it as n8n does. */
export class Credentials extends ICredentialsHelper {
  private readonly type: ICredentialType = new ExtendApi();

  constructor(
    private readonly data: IDataObject,
    private readonly timeoutMs?: number,
  ) {
    super();
  }

  getParentTypes = () => [];
  isCredentialUsableByNode = () => true;
  getCredentialsProperties = () => this.type.properties;
  getDecrypted = async () => ({ ...this.data }) as never;
  getCredentials = async (): Promise<never> => {
    throw new Error('not used by nodes');
  };
  preAuthentication = async () => undefined;
  runPreAuthentication = async () => undefined;
  updateCredentials = async () => {};
  updateCredentialsOauthTokenData = async () => {};
  authenticate = async (credentials: never, _type: string, request: IHttpRequestOptions) => {
    if (this.timeoutMs !== undefined) request.timeout = this.timeoutMs;
    return typeof this.type.authenticate === 'function' ? await this.type.authenticate(credentials, request) : request;
  };
}
