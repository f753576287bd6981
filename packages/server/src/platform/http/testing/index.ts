// For tests only: servers of a few routes.
export { anyoneMay, givenRoute, givenServer, sendRaw } from './given-server.ts'
