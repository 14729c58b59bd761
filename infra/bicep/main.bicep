targetScope = 'subscription'

import { controlFunctions, workerFunctions } from 'functions.bicep'
import { controlQueues, workItemQueue } from 'hub.bicep'
import { resourceNames } from 'names.bicep'
import { roles } from 'roles.bicep'
import { callerRules, gpuMachines } from 'scale.bicep'
import { deviceSettings, sharedSettings } from 'settings.bicep'
import { backend, containerNames, gpuProfile, replicas, schedulerSku } from 'types.bicep'

@description('Names everything: rg-{environmentName}, and so on.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('A region with the GPU profile: swedencentral, australiaeast and westus3 have both.')
param location string = 'swedencentral'

@description('Who deploys: may upload datasets, read results and open the dashboard. Empty: nobody but the apps.')
param principalId string = ''
param principalType 'User' | 'Group' | 'ServicePrincipal' = 'User'

@description('azureStorage: one app on the GPU profile does everything. azureManaged: a control app on CPUs, GPU workers and the Durable Task Scheduler between them.')
param durableBackend backend

param gpu gpuProfile = 'Consumption-GPU-NC8as-T4'

@description('GPU replicas. The subscription needs quota for max of them.')
param workerReplicas replicas = { min: 0, max: 4 }

@description('CPU replicas, of the control app. At 0, the nightly schedule, uploads and requests wake one up.')
param controlReplicas replicas = { min: 0, max: 4 }

param scheduler schedulerSku = { name: 'Consumption' }

@description('Days that the scheduler keeps the history of finished runs.')
param historyDays int = 30

@description('Days that the logs are kept.')
param logDays int = 30

@description('Premium registry: GPU replicas start before all of their image has been pulled.')
param artifactStreaming bool = false

param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_LRS'

@description('Days after which chunk results that no run has read are deleted.')
param chunkRetentionDays int = 180

param containers containerNames = {
  models: 'models'
  autoencoders: 'autoencoders'
  recipes: 'recipes'
  results: 'results'
}

@description('Days after which a run that a newer one of the same dataset and recipe has replaced is no longer kept; 0 keeps every run.')
@minValue(0)
param runRetentionDays int = 0

@description('Whether the nightly run also removes what no kept run needs.')
param nightlyCleanup 'Off' | 'DryRun' | 'Apply' = 'Off'

@description('Hour of the nightly recomputation, UTC.')
@minValue(0)
@maxValue(23)
param nightlyHour int = 3

@description('Tokens of a chunk: minutes of GPU work, since a chunk is what a lost replica costs.')
@minValue(1024)
param chunkTokens int = 65536

@description('Images of the apps; azd sets them when it deploys.')
param controlImage string = ''
param workerImage string = ''

@description('Monthly budget, in the currency of the billing account.')
@minValue(1)
param budgetAmount int = 500

@description('First day of the current month, yyyy-MM-01. Empty: no budget.')
param budgetStart string = ''

@description('Told of the budget besides the owners of the resource group.')
param budgetEmails string[] = []

var activations = 'activations'
var split = durableBackend == 'azureManaged'

var names = resourceNames(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName, app: 'ae-serverless' }

var settings = sharedSettings(containers, nightlyHour, nightlyCleanup, runRetentionDays, chunkTokens, workerReplicas.max)

// Queues carry the blob trigger's work, tables the host's diagnostic events; a hub in the storage account is made of both.
var hostRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: { workspaceName: names.workspace, insightsName: names.insights, location: location, tags: tags, retentionDays: logDays }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    sku: storageSku
    containers: union({ activations: activations }, containers)
    chunkRetentionDays: chunkRetentionDays
    hubQueues: split ? [] : concat(controlQueues, [workItemQueue])
    workspaceName: names.workspace
  }
  dependsOn: [monitoring]
}

module durable 'modules/scheduler.bicep' = if (split) {
  scope: group
  params: {
    name: names.scheduler
    hubName: names.hub
    location: location
    tags: tags
    sku: scheduler
    retentionDays: historyDays
  }
}

module registry 'modules/registry.bicep' = {
  scope: group
  params: {
    name: names.registry
    location: location
    tags: tags
    artifactStreaming: artifactStreaming
    workspaceName: names.workspace
  }
  dependsOn: [monitoring]
}

module environment 'modules/environment.bicep' = {
  scope: group
  params: { name: names.environment, location: location, tags: tags, gpu: gpu, workspaceName: names.workspace }
  dependsOn: [monitoring]
}

module events 'modules/events.bicep' = {
  scope: group
  params: { name: names.topic, location: location, tags: tags, storageName: names.storage, workspaceName: names.workspace }
  dependsOn: [monitoring, storage]
}

module controlIdentity 'modules/identity.bicep' = if (split) {
  scope: group
  params: { name: names.controlIdentity, location: location, tags: tags }
}

module workerIdentity 'modules/identity.bicep' = {
  scope: group
  params: { name: names.workerIdentity, location: location, tags: tags }
}

module controlAccess 'modules/access.bicep' = if (split) {
  scope: group
  params: {
    identityName: names.controlIdentity
    storageName: names.storage
    storageRoles: hostRoles
    schedulerName: names.scheduler
    hubName: names.hub
    onScheduler: true
    registryName: names.registry
    insightsName: names.insights
  }
  dependsOn: [controlIdentity, storage, durable, registry, monitoring]
}

module workerAccess 'modules/access.bicep' = {
  scope: group
  params: {
    identityName: names.workerIdentity
    storageName: names.storage
    storageRoles: split ? [roles.storageBlobDataOwner] : hostRoles
    schedulerName: names.scheduler
    hubName: names.hub
    onScheduler: split
    registryName: names.registry
    insightsName: names.insights
  }
  dependsOn: [workerIdentity, storage, durable, registry, monitoring]
}

module operator 'modules/operator.bicep' = if (!empty(principalId)) {
  scope: group
  params: {
    principalId: principalId
    principalType: principalType
    storageName: names.storage
    schedulerName: names.scheduler
    hubName: names.hub
    onScheduler: split
  }
  dependsOn: [storage, durable]
}

module budget 'modules/budget.bicep' = if (!empty(budgetStart)) {
  scope: group
  params: { amount: budgetAmount, start: budgetStart, emails: budgetEmails }
}

var endpoint = split ? durable!.outputs.endpoint : ''

module control 'modules/functionApp.bicep' = if (split) {
  scope: group
  params: {
    name: names.controlApp
    location: location
    tags: tags
    serviceName: 'control'
    environmentName: names.environment
    identityName: names.controlIdentity
    registryServer: registry.outputs.loginServer
    storageName: names.storage
    insightsName: names.insights
    durableBackend: durableBackend
    schedulerEndpoint: endpoint
    hubName: names.hub
    image: controlImage
    workloadProfileName: 'Consumption'
    machine: { cpu: 2, memory: '4Gi' }
    scale: controlReplicas
    // Activities of every kind count, so a run keeps one replica up to its end; few more come, because a merge is short.
    scaleOnWorkItems: [{ workItemType: 'Orchestration', each: 50 }, { workItemType: 'Activity', each: 500 }]
    scaleOnQueues: []
    moreScaleRules: callerRules(nightlyHour)
    external: true
    servedElsewhere: workerFunctions
    concurrentActivities: 4
    settings: concat(settings, deviceSettings.cpu)
  }
  dependsOn: [environment, controlAccess]
}

// The app with the GPUs. With the scheduler it computes chunks alone; without, it does everything.
module worker 'modules/functionApp.bicep' = {
  scope: group
  params: {
    name: names.workerApp
    location: location
    tags: tags
    serviceName: 'worker'
    environmentName: names.environment
    identityName: names.workerIdentity
    registryServer: registry.outputs.loginServer
    storageName: names.storage
    insightsName: names.insights
    durableBackend: durableBackend
    schedulerEndpoint: endpoint
    hubName: names.hub
    image: workerImage
    workloadProfileName: 'gpu'
    machine: gpuMachines[gpu]
    scale: workerReplicas
    scaleOnWorkItems: split ? [{ workItemType: 'Activity', each: 1 }] : []
    // An activity each: chunks bring up GPUs. Orchestrations of every partition bring up the first one, and hardly ever a second.
    scaleOnQueues: split
      ? []
      : concat([{ queue: workItemQueue, each: 1 }], map(controlQueues, queue => { queue: queue, each: 200 }))
    moreScaleRules: split ? [] : callerRules(nightlyHour)
    external: !split
    servedElsewhere: split ? controlFunctions : []
    concurrentActivities: 1
    settings: concat(settings, deviceSettings.cuda)
  }
  dependsOn: [environment, workerAccess]
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer
output AE_HOST string = split ? control!.outputs.url : worker.outputs.url
@description('The app that answers HTTP.')
output AE_CONTROL_APP string = split ? names.controlApp : names.workerApp
output AE_WORKER_APP string = names.workerApp
output AE_STORAGE_ACCOUNT string = names.storage
output AE_STORAGE string = storage.outputs.blobEndpoint
output AE_ACTIVATIONS_CONTAINER string = activations
output AE_EVENTS_TOPIC string = names.topic
@description('Of the scheduler; empty without it.')
output AE_DASHBOARD string = split
  ? 'https://dashboard.durabletask.io/?endpoint=${uriComponent(endpoint)}&taskhub=${names.hub}'
  : ''
