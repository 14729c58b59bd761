// Which app serves which function. A function that is in neither list is served by both.

@export()
@description('Triggers, orchestrations and everything between chunks: seconds of CPU each.')
var controlFunctions = [
  'OnDatasetUploaded'
  'StartRun'
  'GetRun'
  'ListRuns'
  'TerminateRun'
  'GetResult'
  'RecomputeNightly'
  'RunOrchestration'
  'ChunkGroupOrchestration'
  'PlanRun'
  'PlanGroup'
  'MergeGroup'
  'FinishRun'
  'StartCleanup'
  'GetCleanup'
  'CleanupOrchestration'
  'CollectGarbage'
  'StartVerification'
  'GetVerification'
  'VerifyOrchestration'
  'VerifyFiles'
]

@export()
@description('The one function that is worth a GPU.')
var workerFunctions = [
  'ComputeChunk'
]
