// The front door of realtime.
export { appendPublications, channelOf, type NewPublication, newEpoch } from './append-publications.ts'
