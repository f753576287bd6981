// What @ordertrail/client gives.
export { documentedEndpoints, type Endpoints, ordertrailEndpoints } from './all-endpoints.ts'
export * from './track.ts'
