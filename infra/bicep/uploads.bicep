// Tells the app that answers HTTP of every uploaded manifest. Deployed after the app: Event Grid calls the webhook once before it subscribes.

targetScope = 'resourceGroup'

param topicName string
param storageName string

@description('Container of the datasets.')
param activationsContainer string = 'activations'

@description('https://…/runtime/webhooks/blobs?functionName=Host.Functions.OnDatasetUploadedEvent&code=…')
@secure()
param webhook string

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'dataset-uploads'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: webhook
        // The queue behind the blob trigger takes one blob at a time, and manifests are rare.
        maxEventsPerBatch: 1
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${activationsContainer}/blobs/'
      subjectEndsWith: '/manifest.json'
    }
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: storage.id, blobContainerName: 'dead-letters' }
      }
    }
  }
}
