// A function app: the only one, or one of two. All run the same code; what differs is the functions they serve, the machine and the scale rules.

import { unusedFunctions } from '../functions.bicep'
import { backend, replicas, resources, setting, tagSet } from '../types.bicep'

param name string
param location string
param tags tagSet

@description('Name of the service in azure.yaml.')
param serviceName string

param environmentName string
param identityName string
param registryServer string
param storageName string
param insightsName string
param durableBackend backend

@description('Of the scheduler; empty where orchestrations are kept in the storage account.')
param schedulerEndpoint string

@description('Name of the scheduler\'s hub. That of the storage account\'s is in host.json.')
param hubName string

@description('Image of the app, or empty before the first deployment: then the bare Functions host stands in.')
param image string

param workloadProfileName string
param machine resources
param scale replicas

@description('Work items of this kind, of the scheduler, bring up a replica for each so many.')
param scaleOnWorkItems { workItemType: 'Activity' | 'Orchestration', each: int }[]

@description('Messages of this queue of the storage account bring up a replica for each so many.')
param scaleOnQueues { queue: string, each: int }[]

@description('Scale rules beyond those.')
param moreScaleRules resourceInput<'Microsoft.App/containerApps@2026-07-01'>.properties.template.scale.rules

@description('Whether the app answers from the internet. Event-driven scaling needs ingress, so there is always one inside.')
param external bool

@description('Functions that another app serves: disabled here, and named to the app so that it can check the two lists against its code.')
param servedElsewhere string[]

@description('Activities that one replica runs at a time.')
param concurrentActivities int

@description('What the app itself reads.')
param settings setting[]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' existing = {
  name: environmentName
}

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var port = 8080
var hostname = '${name}${external ? '' : '.internal'}.${environment.properties.defaultDomain}'

var hostSettings = [
  { name: 'ASPNETCORE_URLS', value: 'http://+:${port}' }
  { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'dotnet-isolated' }
  { name: 'AzureWebJobsStorage__blobServiceUri', value: storage.properties.primaryEndpoints.blob }
  { name: 'AzureWebJobsStorage__queueServiceUri', value: storage.properties.primaryEndpoints.queue }
  { name: 'AzureWebJobsStorage__tableServiceUri', value: storage.properties.primaryEndpoints.table }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
  { name: 'AzureWebJobsSecretStorageType', value: 'blob' }
  // Without it the Durable extension has no address for its webhooks, and every function with a durable client fails.
  { name: 'WEBSITE_HOSTNAME', value: hostname }
  // Derived from the machine's name where it is not set: each replica would have function keys of its own.
  { name: 'AzureFunctionsWebHost__hostid', value: name }
  {
    name: 'AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions'
    value: string(concurrentActivities)
  }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
  {
    name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
    value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  }
  { name: 'FunctionsServedElsewhere', value: join(servedElsewhere, ',') }
]

var schedulerSettings = durableBackend == 'azureManaged'
  ? [
      {
        name: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
        value: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identity.properties.clientId}'
      }
      { name: 'TASKHUB_NAME', value: hubName }
    ]
  : []

var disabledFunctions = map(concat(unusedFunctions, servedElsewhere), function => { name: 'AzureWebJobs.${function}.Disabled', value: 'true' })

var schedulerRules = map(scaleOnWorkItems, rule => {
  name: 'durable-${toLower(rule.workItemType)}'
  custom: {
    type: 'azure-durabletask-scheduler'
    identity: identity.id
    metadata: {
      endpoint: schedulerEndpoint
      taskhubName: hubName
      maxConcurrentWorkItemsCount: string(rule.each)
      workItemType: rule.workItemType
    }
  }
})

var queueRules = map(scaleOnQueues, rule => {
  name: rule.queue
  custom: {
    type: 'azure-queue'
    identity: identity.id
    metadata: {
      accountName: storageName
      queueName: rule.queue
      queueLength: string(rule.each)
      // Messages at work count: a replica is there until the last of them is done.
      queueLengthStrategy: 'all'
    }
  }
})

// The stand-in has no functions: all that it answers is the host's own page.
var probed = !empty(image) ? '/api/health' : '/'

resource app 'Microsoft.App/containerApps@2026-07-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: workloadProfileName
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: external
        allowInsecure: false
        targetPort: port
        transport: 'auto'
      }
      registries: [{ server: registryServer, identity: identity.id }]
    }
    template: {
      // The longest that the platform allows: a replica that is told to stop finishes its chunk.
      terminationGracePeriodSeconds: 600
      containers: [
        {
          name: serviceName
          image: !empty(image) ? image : 'mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0'
          // No resources.gpu: the profile gives the first container its whole GPU.
          resources: { cpu: machine.cpu, memory: machine.memory }
          env: concat(hostSettings, schedulerSettings, settings, disabledFunctions)
          // Healthy: the worker runs, and storage and the hub answer. Asked from inside the replica, so that asking starts none.
          probes: [
            {
              type: 'Startup'
              httpGet: { path: probed, port: port }
              periodSeconds: 15
              timeoutSeconds: 15
              failureThreshold: 10
            }
            {
              type: 'Readiness'
              httpGet: { path: probed, port: port }
              periodSeconds: 30
              timeoutSeconds: 20
              failureThreshold: 3
            }
            {
              // Ten minutes: a chunk keeps every core busy, and must not be lost to an outage of storage that its own retries survive.
              type: 'Liveness'
              httpGet: { path: probed, port: port }
              periodSeconds: 60
              timeoutSeconds: 30
              failureThreshold: 10
            }
          ]
        }
      ]
      scale: {
        // A function app's rules follow its triggers unless it says otherwise, and triggers know nothing of the hub.
        allowScalingRuleOverride: true
        minReplicas: scale.min
        maxReplicas: scale.max
        pollingInterval: 30
        cooldownPeriod: 300
        rules: concat(schedulerRules, queueRules, moreScaleRules)
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
