using System.Diagnostics;
using System.Reflection;
using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.LocalHost.Functions;

/// <summary>Runs functions other than orchestrators: each in its own scope, traced, counted, and within the time limit.</summary>
internal sealed class FunctionRunner(IServiceScopeFactory scopes, HostSettings settings, TimeProvider time)
{
    // What does not react to its cancellation is given this long before it is left behind.
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromSeconds(5);

    /// <summary>Runs a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="bind">Gives the value of a parameter that depends on the trigger.</param>
    /// <param name="parent">The trace that it belongs to.</param>
    /// <param name="http">The request that the function serves, if it does.</param>
    /// <param name="cancellationToken">Asks the function to end.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="TimeoutException">The function ran longer than functionTimeout.</exception>
    public async Task<object?> RunAsync(
        FunctionDescriptor function,
        Func<ParameterInfo, object?> bind,
        ActivityContext parent,
        HttpContext? http,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var invocation = new FunctionInvocation(function, scope.ServiceProvider, http, limited.Token);

        using var span = HostTelemetry.Source.StartActivity($"function {function.Name}", ActivityKind.Server, parent);
        span?.SetTag("faas.name", function.Name).SetTag("faas.trigger", Trigger(function)).SetTag(
            "faas.invocation_id", invocation.InvocationId);
        var began = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var result = await LimitAsync(function, MethodCaller.CallAsync(function, invocation, bind), limited);
            outcome = "succeeded";
            return result;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.GetType().FullName);
            throw;
        }
        finally
        {
            var tags = new TagList { { "faas.name", function.Name }, { "faas.trigger", Trigger(function) }, { "outcome", outcome } };
            HostTelemetry.Invocations.Add(1, tags);
            HostTelemetry.Duration.Record(time.GetElapsedTime(began).TotalSeconds, tags);
        }
    }

    private async Task<object?> LimitAsync(FunctionDescriptor function, Task<object?> call, CancellationTokenSource limited)
    {
        if (settings.FunctionTimeout == Timeout.InfiniteTimeSpan)
        {
            return await call;
        }

        try
        {
            return await call.WaitAsync(settings.FunctionTimeout, time);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            await limited.CancelAsync();
            await Task.WhenAny(call, Task.Delay(LeaveBehindAfter, time));
            throw new TimeoutException(
                $"Function '{function.Name}' ran longer than functionTimeout in host.json ({settings.FunctionTimeout}).");
        }
    }

    private static string Trigger(FunctionDescriptor function) => function.Kind switch
    {
        FunctionKind.Http => "http",
        FunctionKind.Timer => "timer",
        FunctionKind.Blob => "datasource",
        _ => "other",
    };
}
