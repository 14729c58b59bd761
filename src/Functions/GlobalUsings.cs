// The one place that says where the programming model comes from: the isolated worker's packages, or the embedded host.
#if AZURE_FUNCTIONS
global using Microsoft.Azure.Functions.Worker;
global using Microsoft.Azure.Functions.Worker.Builder;
global using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
global using Microsoft.DurableTask;
global using Microsoft.DurableTask.Client;
#else
global using AeServerless.EmbeddedHost;
global using AeServerless.EmbeddedHost.DurableTask;
global using AeServerless.EmbeddedHost.DurableTask.Client;
#endif
global using AeServerless.Functions.Observability;
