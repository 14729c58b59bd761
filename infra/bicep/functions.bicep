// Which of two apps serves which function. A function that is in no list is served by both; a lone app serves all but the unused ones.

@export()
@description('Triggers, orchestrations and everything between chunks: seconds of CPU each.')
var controlFunctions = [
  'OnDatasetUploadedEvent'
  'StartRun'
  'GetRun'
  'ListRuns'
  'TerminateRun'
  'PlanOnRequest'
  'GetResult'
  'GetInput'
  'GetExplorer'
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
@description('The functions that are worth a GPU.')
var workerFunctions = [
  'ComputeChunk'
  'VerifyChunk'
]

@export()
@description('Scans the container for uploads, where nothing tells of them. In Azure, Event Grid does.')
var unusedFunctions = [
  'OnDatasetUploaded'
]
