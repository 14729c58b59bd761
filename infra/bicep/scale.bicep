// What machines there are, and what brings them up.

import { resources } from 'types.bicep'

@export()
@description('What one GPU comes with.')
var gpuMachines { *: resources } = {
  'Consumption-GPU-NC8as-T4': { cpu: 8, memory: '56Gi' }
  'Consumption-GPU-NC24-A100': { cpu: 24, memory: '220Gi' }
}

@export()
@description('What brings up the app that answers HTTP.')
func callerRules(nightlyHour int) scaleRules => [
  { name: 'http', http: { metadata: { concurrentRequests: '50' } } }
  {
    // A timer cannot wake an app that is not there: be there when it is due.
    name: 'nightly'
    custom: {
      type: 'cron'
      metadata: {
        timezone: 'Etc/UTC'
        start: '55 ${(nightlyHour + 23) % 24} * * *'
        end: '5 ${nightlyHour} * * *'
        desiredReplicas: '1'
      }
    }
  }
]

type scaleRules = resourceInput<'Microsoft.App/containerApps@2026-07-01'>.properties.template.scale.rules
