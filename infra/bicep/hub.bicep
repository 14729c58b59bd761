// The hub in the storage account. Its name and partitions are what the app's own file says: a scale rule that names other queues scales on nothing.

var hub = loadJsonContent('../../src/Functions/host.json').extensions.durableTask
var prefix = toLower(hub.hubName)

@export()
@description('Queues of orchestrations, one a partition.')
var controlQueues = map(
  range(0, hub.storageProvider.partitionCount),
  partition => '${prefix}-control-${padLeft(partition, 2, '0')}'
)

@export()
@description('The queue of activities.')
var workItemQueue = '${prefix}-workitems'
