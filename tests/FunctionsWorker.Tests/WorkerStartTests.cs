using System.Reflection;
using System.Text.Json;
using AeServerless.Functions.Orchestrations;
using AeServerless.FunctionsWorker.Tests.Protocol;
using AeServerless.TestSupport;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AeServerless.FunctionsWorker.Tests;

public sealed class WorkerStartTests
{
    // Far more than a start takes.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuiltApp_AsWorkerOfAHost_TellsAllItsFunctionsAndBindings()
    {
        var assembly = FunctionAppProcess.Built("src", "Functions", "AeServerless.Functions.dll");
        await using var host = await RpcHost.StartAsync(Path.GetDirectoryName(assembly)!, Cancel);
        await using var worker = WorkerProcess.Start(assembly, host.Address, workerId: "the-worker");
        var exit = worker.ExitAsync();
        await Task.WhenAny(host.Started, exit).WaitAsync(Limit, Cancel);
        Assert.True(host.Started.IsCompleted, worker.Output);

        var started = await host.Started;
        Assert.Equal("the-worker", started.WorkerId);
        Assert.Equal(StatusResult.Types.Status.Success, started.Init.Result.Status);
        Assert.Contains("HttpUri", started.Init.Capabilities.Keys);

        // With it the host would show no line of what the app logs.
        Assert.DoesNotContain("WorkerOpenTelemetrySchemaVersion", started.Init.Capabilities.Keys);
        Assert.Equal(StatusResult.Types.Status.Success, started.Functions.Result.Status);
        Assert.False(started.Functions.UseDefaultMetadataIndexing);
        Assert.NotEmpty(started.Functions.FunctionMetadataResults);
        Assert.Equal(
            Expected(typeof(RunOrchestration).Assembly),
            started.Functions.FunctionMetadataResults.Select(Describe).Order(StringComparer.Ordinal));
    }

    /// <summary>Each function with what its method's attributes say of it.</summary>
    private static List<string> Expected(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let text = Describe(function.Name, $"{type.FullName}.{method.Name}", Bindings(method))
           orderby text, StringComparer.Ordinal
           select text,
    ];

    private static IEnumerable<string> Bindings(MethodInfo method)
    {
        foreach (var attribute in method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes<BindingAttribute>()))
        {
            var name = attribute.GetType().Name[..^nameof(Attribute).Length];
            yield return Binding(char.ToLowerInvariant(name[0]) + name[1..], "In", (attribute as HttpTriggerAttribute)?.Route);
            if (attribute is HttpTriggerAttribute)
            {
                // What the method returns is the answer.
                yield return Binding("http", "Out", route: null);
            }
        }
    }

    private static string Describe(RpcFunctionMetadata function) =>
        Describe(function.Name, function.EntryPoint, function.RawBindings.Select(raw =>
    {
        using var binding = JsonDocument.Parse(raw);
        var root = binding.RootElement;
        return Binding(
            root.GetProperty("type").GetString()!,
            root.GetProperty("direction").GetString()!,
            root.TryGetProperty("route", out var route) ? route.GetString() : null);
    }));

    private static string Describe(string name, string entryPoint, IEnumerable<string> bindings) =>
        $"{name} ({entryPoint}): {string.Join(", ", bindings.Order(StringComparer.Ordinal))}";

    private static string Binding(string type, string direction, string? route) =>
        $"{type} {direction}{(route is null ? "" : $" {route}")}";
}
