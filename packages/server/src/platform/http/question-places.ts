// Places for questions to games: few per project, so that one game that hangs does not keep the players of others waiting.

/** How many questions may be under way or wait. */
export interface QuestionPlacesOptions {
  /** Questions that one project may have under way. */
  readonly perProject: number
  /** Questions that may wait for a place of one project; the next one is refused at once. */
  readonly waitingMax: number
  /** Questions that all projects together may have under way; beyond them a question is refused at once. */
  readonly inAll: number
}

/** The places of one process. */
export interface QuestionPlaces {
  /** Resolves with the way to give the place back, or null when none became free within `waitMs`. */
  take(projectId: number, waitMs: number): Promise<(() => void) | null>
}

interface Project {
  taken: number
  /** Oldest first. */
  readonly waiting: Set<(isFree: boolean) => void>
}

/** Makes places, all of them free. */
export function createQuestionPlaces({ perProject, waitingMax, inAll }: QuestionPlacesOptions): QuestionPlaces {
  const projects = new Map<number, Project>()
  let takenInAll = 0

  const giveBack = (projectId: number, project: Project): void => {
    const [next] = project.waiting
    // The place goes on to the one who waited longest, so nothing is counted down.
    if (next !== undefined) {
      next(true)
      return
    }
    project.taken -= 1
    takenInAll -= 1
    if (project.taken === 0) projects.delete(projectId)
  }
  return {
    async take(projectId, waitMs) {
      const project = projects.get(projectId) ?? { taken: 0, waiting: new Set() }
      if (project.taken >= perProject) {
        if (project.waiting.size >= waitingMax || !(await waitForPlace(project, waitMs))) return null
      } else {
        if (takenInAll >= inAll) return null
        projects.set(projectId, project)
        project.taken += 1
        takenInAll += 1
      }
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
