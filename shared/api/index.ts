import * as artifacts from './artifacts.ts'
import { listAudit } from './audit.ts'
import * as records from './build-records.ts'
import * as builds from './builds.ts'
import * as deploys from './deploys.ts'
import { examine } from './doctor.ts'
import { enrol, createEnrolment } from './enrolments.ts'
import { listEvents } from './events.ts'
import { listFailures } from './failures.ts'
import * as freezes from './freezes.ts'
import * as hooks from './hooks.ts'
import { listHosts } from './hosts.ts'
import * as links from './links.ts'
import * as locks from './locks.ts'
import { examineMachines, listPackers } from './packers.ts'
import { createPlan, getPlan } from './plans.ts'
import * as notifiers from './notifiers.ts'
import { listServices, registerService, setStandingRules } from './services.ts'
import { changeSettings, listConfigs, listSettings } from './settings.ts'
import { createSession, deleteSession, getSession } from './sessions.ts'
import { getVersions } from './versions.ts'

/** Every route of the API, by the name that the clients call it by. */
export const api = {
  createSession,
  getSession,
  deleteSession,
  listServices,
  registerService,
  setStandingRules,
  changeSettings,
  listSettings,
  listConfigs,
  listHosts,
  createEnrolment,
  enrol,
  startBuild: builds.startBuild,
  listBuilds: builds.listBuilds,
  getBuildQueue: builds.getBuildQueue,
  getBuild: builds.getBuild,
  readBuildLog: records.readBuildLog,
  getBuildRecord: records.getBuildRecord,
  getBuildChanges: records.getBuildChanges,
  cancelBuild: builds.cancelBuild,
  listPackers,
  examineMachines,
  listArtifacts: artifacts.listArtifacts,
  pruneArtifacts: artifacts.pruneArtifacts,
  getArtifactUsage: artifacts.getArtifactUsage,
  listKeepRules: artifacts.listKeepRules,
  setKeepRule: artifacts.setKeepRule,
  removeKeepRule: artifacts.removeKeepRule,
  createPlan,
  getPlan,
  createDeploy: deploys.createDeploy,
  listDeploys: deploys.listDeploys,
  getDeploy: deploys.getDeploy,
  retryDeploy: deploys.retryDeploy,
  listQuarantine: deploys.listQuarantine,
  pauseDeploy: deploys.pauseDeploy,
  resumeDeploy: deploys.resumeDeploy,
  promoteDeploy: deploys.promoteDeploy,
  rollbackDeploy: deploys.rollbackDeploy,
  cancelDeploy: deploys.cancelDeploy,
  listLocks: locks.listLocks,
  takeLock: locks.takeLock,
  releaseLock: locks.releaseLock,
  listFreezes: freezes.listFreezes,
  addFreeze: freezes.addFreeze,
  removeFreeze: freezes.removeFreeze,
  listNotifiers: notifiers.listNotifiers,
  addNotifier: notifiers.addNotifier,
  removeNotifier: notifiers.removeNotifier,
  testNotifier: notifiers.testNotifier,
  listLinks: links.listLinks,
  linkService: links.linkService,
  unlinkService: links.unlinkService,
  listHooks: hooks.listHooks,
  getHook: hooks.getHook,
  addHook: hooks.addHook,
  rotateHook: hooks.rotateHook,
  removeHook: hooks.removeHook,
  listFailures,
  listEvents,
  listAudit,
  getVersions,
  examine,
}
