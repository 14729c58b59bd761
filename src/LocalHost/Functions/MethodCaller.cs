using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.LocalHost.Functions;

/// <summary>Calls a function's method: makes its class, binds its parameters, awaits its result.</summary>
internal static class MethodCaller
{
    /// <summary>Whether every function has a parameter of this kind bound, whatever its trigger.</summary>
    public static bool BindsAlways(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(FunctionContext)
        || parameter.ParameterType == typeof(CancellationToken)
        || (parameter.ParameterType == typeof(DurableTaskClient) && parameter.IsDefined(typeof(DurableClientAttribute)));

    /// <summary>Calls the method; the value in a task is its result.</summary>
    /// <param name="function">The function.</param>
    /// <param name="context">The invocation.</param>
    /// <param name="bind">Gives the value of a parameter that depends on the trigger.</param>
    public static async Task<object?> CallAsync(FunctionDescriptor function, FunctionInvocation context, Func<ParameterInfo, object?> bind)
    {
        var target = function.Method.IsStatic
            ? null
            : ActivatorUtilities.CreateInstance(context.InstanceServices, function.Method.DeclaringType!);
        try
        {
            var arguments = Array.ConvertAll(
                function.Arguments, parameter => BindsAlways(parameter) ? BindAlways(parameter, context) : bind(parameter));
            var returned = function.Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            return await ResultAsync(returned);
        }
        finally
        {
            if (target is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (target as IDisposable)?.Dispose();
            }
        }
    }

    private static object BindAlways(ParameterInfo parameter, FunctionInvocation context)
    {
        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return context;
        }

        return parameter.ParameterType == typeof(CancellationToken)
            ? context.CancellationToken
            : context.InstanceServices.GetRequiredService<DurableTaskClient>();
    }

    private static async Task<object?> ResultAsync(object? returned)
    {
        if (returned is ValueTask valueTask)
        {
            returned = valueTask.AsTask();
        }
        else if (returned?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            returned = type.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null);
        }

        if (returned is not Task task)
        {
            return returned;
        }

        await task;

        // An async method without a result is a Task<VoidTaskResult> inside.
        var result = task.GetType().GetProperty(nameof(Task<>.Result));
        return result is null || result.PropertyType.Name == "VoidTaskResult" ? null : result.GetValue(task);
    }
}
