// One of the two apps. They run the same code; what differs is the functions they serve, the machine and the scale rules.

import { replicas, resources, setting, tagSet } from '../types.bicep'

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
param schedulerEndpoint string
param hubName string

@description('Image of the app, or empty before the first deployment: then the bare Functions host stands in.')
param image string

param workloadProfileName string
param machine resources
param scale replicas

@description('Work items of this kind bring up a replica for each so many.')
param scaleOn { workItemType: 'Activity' | 'Orchestration', each: int }[]

@description('Scale rules beyond those of the scheduler.')
param moreScaleRules resourceInput<'Microsoft.App/containerApps@2026-07-01'>.properties.template.scale.rules

@description('Whether the app answers from the internet. Event-driven scaling needs ingress, so there is always one inside.')
param external bool

@description('Functions that the other app serves: disabled here, and named to the app so that it can check the two lists against its code.')
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

var hostSettings = [
  { name: 'ASPNETCORE_URLS', value: 'http://+:${port}' }
  { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'dotnet-isolated' }
  { name: 'AzureWebJobsStorage__blobServiceUri', value: storage.properties.primaryEndpoints.blob }
  { name: 'AzureWebJobsStorage__queueServiceUri', value: storage.properties.primaryEndpoints.queue }
  { name: 'AzureWebJobsStorage__tableServiceUri', value: storage.properties.primaryEndpoints.table }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
  { name: 'AzureWebJobsSecretStorageType', value: 'blob' }
  {
    name: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
    value: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identity.properties.clientId}'
  }
  { name: 'TASKHUB_NAME', value: hubName }
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

var disabledFunctions = map(servedElsewhere, function => { name: 'AzureWebJobs.${function}.Disabled', value: 'true' })

var schedulerRules = map(scaleOn, rule => {
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
          env: concat(hostSettings, settings, disabledFunctions)
          // The host's own page, which needs no key. Not /api/health: a storage outage must not restart a replica in the middle of a chunk.
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/', port: port }
              periodSeconds: 15
              timeoutSeconds: 10
              failureThreshold: 10
            }
            {
              // Generous: a chunk keeps every core busy.
              type: 'Liveness'
              httpGet: { path: '/', port: port }
              periodSeconds: 30
              timeoutSeconds: 20
              failureThreshold: 5
            }
          ]
        }
      ]
      scale: {
        // A function app's rules follow its triggers unless it says otherwise, and triggers know nothing of the scheduler.
        allowScalingRuleOverride: true
        minReplicas: scale.min
        maxReplicas: scale.max
        pollingInterval: 30
        cooldownPeriod: 300
        rules: concat(schedulerRules, moreScaleRules)
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
