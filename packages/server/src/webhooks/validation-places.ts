// Places for questions to games: few per project, so that one game that hangs does not keep the players of others waiting.

/** Questions that one project may have under way. */
export const PLACES_PER_PROJECT = 16

/** Questions that may wait for a place of one project; the next one is refused at once. */
const WAITING_MAX = 64

/** The places of one process. */
export interface ValidationPlaces {
  /** Resolves with the way to give the place back, or null when none became free within `waitMs`. */
  take(projectId: number, waitMs: number): Promise<(() => void) | null>
}

interface Project {
  taken: number
  /** Oldest first. */
  readonly waiting: Set<(isFree: boolean) => void>
}

/** Makes places, all of them free. */
export function createValidationPlaces(): ValidationPlaces {
  const projects = new Map<number, Project>()

  const giveBack = (projectId: number, project: Project): void => {
    const [next] = project.waiting
    // The place goes on to the one who waited longest, so `taken` stays.
    if (next !== undefined) {
      next(true)
      return
    }
    project.taken -= 1
    if (project.taken === 0) projects.delete(projectId)
  }
  return {
    async take(projectId, waitMs) {
      const project = projects.get(projectId) ?? { taken: 0, waiting: new Set() }
      projects.set(projectId, project)
      if (project.taken >= PLACES_PER_PROJECT) {
        if (project.waiting.size >= WAITING_MAX || !(await waitForPlace(project, waitMs))) return null
      } else project.taken += 1
      return () => giveBack(projectId, project)
    },
  }
}

function waitForPlace({ waiting }: Project, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isFree: boolean): void => {
      clearTimeout(timer)
      waiting.delete(end)
      resolve(isFree)
    }
    const timer = setTimeout(() => end(false), waitMs)
    waiting.add(end)
  })
}
