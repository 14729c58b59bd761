using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Http;

/// <summary>Serves HTTP functions under <c>/api</c>.</summary>
internal sealed class HttpFunctions(FunctionCatalog catalog, FunctionRunner runner, HostKey key, ILogger<HttpFunctions> logger)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var function in catalog.OfKind(FunctionKind.Http))
        {
            foreach (var parameter in function.Arguments)
            {
                CheckBindable(function, parameter);
            }

            var trigger = (HttpTriggerAttribute)function.Trigger;
            var route = "/api/" + (trigger.Route ?? function.Name).TrimStart('/');
            Task Handle(HttpContext http) => ServeAsync(function, trigger, http);
            if (trigger.Methods is { Length: > 0 } methods)
            {
                endpoints.MapMethods(route, methods.Select(method => method.ToUpperInvariant()), Handle);
            }
            else
            {
                endpoints.Map(route, Handle);
            }
        }
    }

    private static void CheckBindable(FunctionDescriptor function, ParameterInfo parameter)
    {
        if (!MethodCaller.BindsAlways(parameter) && parameter != function.TriggerParameter && !IsRouteType(parameter.ParameterType))
        {
            throw new HostConfigurationException(
                $"Function '{function.Name}': parameter '{parameter.Name}' ({parameter.ParameterType}) can't be bound. An HTTP function "
                    + "takes HttpRequest, " +
                "route parameters as string, number, bool or Guid, [DurableClient] DurableTaskClient, FunctionContext and "
                    + "CancellationToken.");
        }

        if (parameter == function.TriggerParameter && parameter.ParameterType != typeof(HttpRequest))
        {
            throw new HostConfigurationException($"Function '{function.Name}': the [HttpTrigger] parameter must be an HttpRequest.");
        }
    }

    private static bool IsRouteType(Type type) =>
        type == typeof(string) || typeof(IConvertible).IsAssignableFrom(Nullable.GetUnderlyingType(type) ?? type)
        || (Nullable.GetUnderlyingType(type) ?? type) == typeof(Guid);

    private async Task ServeAsync(FunctionDescriptor function, HttpTriggerAttribute trigger, HttpContext http)
    {
        if (trigger.AuthLevel != AuthorizationLevel.Anonymous && !key.Opens(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            var result = await runner.RunAsync(
                function,
                parameter => Bind(function, parameter, http),
                Activity.Current?.Context ?? default,
                http,
                http.RequestAborted);
            await WriteAsync(result, http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
            await http.Response.WriteAsJsonAsync(new { error = e.Message });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            // The reason may hold what the caller must not see; it is in the log.
            logger.HttpFunctionFailed(e, function.Name);
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static object? Bind(FunctionDescriptor function, ParameterInfo parameter, HttpContext http)
    {
        if (parameter == function.TriggerParameter)
        {
            return http.Request;
        }

        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (http.GetRouteValue(parameter.Name!) is not { } value)
        {
            return parameter.HasDefaultValue ? parameter.DefaultValue : type.IsValueType
                && type == parameter.ParameterType ? Activator.CreateInstance(type) : null;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        try
        {
            return type == typeof(Guid)
                ? Guid.Parse(text)
                : type.IsEnum ? Enum.Parse(type, text, ignoreCase: true) : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            throw new BadHttpRequestException($"'{parameter.Name}' in the address must be a {type.Name}.");
        }
    }

    private static Task WriteAsync(object? result, HttpContext http)
    {
        switch (result)
        {
            case null:
                if (!http.Response.HasStarted && http.Response.StatusCode == StatusCodes.Status200OK)
                {
                    http.Response.StatusCode = StatusCodes.Status204NoContent;
                }

                return Task.CompletedTask;
            case IResult answer:
                return answer.ExecuteAsync(http);
            case string text:
                return Results.Text(text).ExecuteAsync(http);
            default:
                return Results.Json(result).ExecuteAsync(http);
        }
    }
}
