// Loaded before a program whose memory is measured: SIGUSR2 lets its garbage go. It measures nothing and keeps nothing.
import { collectAll } from '../frame/collect-all.ts'

process.on('SIGUSR2', collectAll)
