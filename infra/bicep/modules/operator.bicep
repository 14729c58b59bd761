// The person who deploys: may upload datasets, read results, see the poison queue, run local hosts on the account and open the dashboard.

import { roles } from '../roles.bicep'

param principalId string
param principalType 'User' | 'Group' | 'ServicePrincipal'
param storageName string
param schedulerName string
param hubName string

@description('Whether there is a scheduler, with a dashboard to open.')
param onScheduler bool

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = {
  name: schedulerName

  resource hub 'taskHubs' existing = {
    name: hubName
  }
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.storageBlobDataContributor, roles.storageQueueDataContributor, roles.storageTableDataContributor]: {
    name: guid(storage.id, principalId, role)
    scope: storage
    properties: {
      principalId: principalId
      principalType: principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource onHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (onScheduler) {
  name: guid(scheduler::hub.id, principalId, roles.durableTaskDataContributor)
  scope: scheduler::hub
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.durableTaskDataContributor
    )
  }
}
