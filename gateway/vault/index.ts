export { type Client, createGatewayKeys, type GatewayKeys } from './gateway-keys.ts';
export { type CheckResult, createProviderKeys, type ProviderKeys } from './provider-keys.ts';
