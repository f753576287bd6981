// For tests only: servers of a few routes.
export { anyoneMay, givenRoute, givenServer, sendRaw } from './given-server.ts'
export { MISBEHAVIOURS, type Misbehaviour, startWrongListener } from './misbehaviours.ts'
