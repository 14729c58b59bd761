using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.Orchestrations;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.EmbeddedHost.Functions;

/// <summary>Starts orchestrator functions. Everything here runs on the orchestrator's thread.</summary>
internal sealed class OrchestratorFunctions(FunctionCatalog catalog, IServiceScopeFactory scopes)
{
    public async Task<string?> StartAsync(string name, TaskOrchestrationContext context, string? input)
    {
        if (catalog.Find(name, FunctionKind.Orchestrator) is not { } function)
            throw new OrchestratorNotFoundException(name, catalog.OfKind(FunctionKind.Orchestrator).Select(orchestrator => orchestrator.Name));

        await using var scope = scopes.CreateAsyncScope();
        var invocation = new FunctionInvocation(function, scope.ServiceProvider, CancellationToken.None);
        var result = await MethodCaller.CallAsync(function, invocation, parameter =>
            parameter == function.TriggerParameter ? context : PayloadJson.Deserialize(input, parameter.ParameterType));
        return PayloadJson.Serialize(result);
    }
}
