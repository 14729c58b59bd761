// What the app itself reads.

import { containerNames, setting } from 'types.bicep'

@export()
@description('Settings that all apps have.')
func sharedSettings(
  containers containerNames,
  nightlyHour int,
  nightlyCleanup string,
  runRetentionDays int,
  chunkTokens int,
  maxWorkers int
) setting[] => [
  { name: 'NightlySchedule', value: '0 0 ${nightlyHour} * * *' }
  { name: 'ModelsContainer', value: containers.models }
  { name: 'AutoencodersContainer', value: containers.autoencoders }
  { name: 'RecipesContainer', value: containers.recipes }
  { name: 'ResultsContainer', value: containers.results }
  { name: 'RetentionDays', value: string(runRetentionDays) }
  { name: 'NightlyCleanup', value: nightlyCleanup }
  { name: 'EngineThreads', value: '0' }
  { name: 'ChunkTokens', value: string(chunkTokens) }
  // Two chunks a GPU: one computes, one is on its way.
  { name: 'ChunksInFlight', value: string(max(16, 2 * maxWorkers)) }
]

@export()
@description('Settings that depend on what an app computes with.')
var deviceSettings = {
  cpu: [
    { name: 'EngineDevice', value: 'cpu' }
    { name: 'StorageTimeoutSeconds', value: '30' }
    { name: 'WeightsCacheMegabytes', value: '1024' }
    { name: 'ModelCacheMegabytes', value: '1024' }
  ]
  cuda: [
    { name: 'EngineDevice', value: 'cuda' }
    { name: 'StorageTimeoutSeconds', value: '30' }
    { name: 'WeightsCacheMegabytes', value: '8192' }
    { name: 'ModelCacheMegabytes', value: '16384' }
  ]
}
