import { schedulerSku, tagSet } from '../types.bicep'

param name string
param location string
param tags tagSet
param hubName string
param sku schedulerSku

@description('Finished runs stay visible in the dashboard for this long; their results stay in storage.')
@minValue(1)
@maxValue(90)
param retentionDays int

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: sku
    // An empty list lets nobody in. Callers still need a token with a data role on the hub.
    ipAllowlist: ['0.0.0.0/0']
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: hubName
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2026-02-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [{ retentionPeriodInDays: retentionDays }]
  }
}

output endpoint string = scheduler.properties.endpoint
